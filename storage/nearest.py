"""Which people of a chat a face resembles most, and which of their faces."""

from __future__ import annotations

import asyncio
import heapq
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.looks import normalised
from storage.points import Candidate, Points, as_matrix, nearest, points, similarities
from storage.schema import CHATS, EMBEDDINGS, FACES, NEGATIVES, PEOPLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Candidate", "Gallery", "NearFace", "Spread"]

CACHE_BYTES = 8 * 2**20  # 4,000 people of 512 dimensions; the whole bot is to stay small when idle
# Rows read at a time: a matrix of 100,000 faces is filled without holding the rows beside it.
ROWS = 2_000


class NearFace(msgspec.Struct, frozen=True):
    """An enrolled face, and how similar it is to the one asked about. The rest as in gallery.FaceRow."""

    face_id: int
    person_id: int
    crop: str
    box: tuple[float, ...]
    landmarks: tuple[tuple[float, ...], ...]
    similarity: float


class Spread(msgspec.Struct, frozen=True):
    """How many faces a person has, and their mean pairwise cosine; None for fewer than two faces."""

    faces: int
    similarity: float | None


class Gallery:
    """Finds the people whom faces resemble: a port, behind which a vector index can take numpy's place."""

    def __init__(self, cache_bytes: int = CACHE_BYTES) -> None:
        self._cache: OrderedDict[tuple[int, str, str, int], Points] = OrderedDict()
        self._cache_bytes = cache_bytes

    async def nearest(
        self, session: AsyncSession, chat_id: int, model: str, metric: str, vectors: Sequence[bytes], k: int
    ) -> list[list[Candidate]]:
        """For each vector (little-endian float32 bytes) the `k` likeliest living people, likeliest first.

        `metric`: "cosine" (vectors are normalised first) or "euclidean" (similarity is minus the distance).
        Who is denied by a negative is among them: `bot.usecases.identity` decides what that means.
        """
        if not vectors:
            return []
        people = await self._points(session, chat_id, model, metric)
        if people is None:
            return [[] for _ in vectors]
        return nearest(people, as_matrix(vectors), k)

    async def similarities(
        self, session: AsyncSession, chat_id: int, model: str, metric: str, vector: bytes, k: int
    ) -> list[NearFace]:
        """The `k` enrolled faces of living people that are nearest to a vector, nearest first."""
        best: list[tuple[float, int]] = []
        async for face_ids, faces in _in_parts(session, _faces(chat_id, model)):
            matrix, probe = as_matrix(faces), as_matrix([vector])
            if metric == "cosine":
                matrix, probe = normalised(matrix), normalised(probe)
            [row] = similarities(probe, matrix, metric).tolist()
            best = heapq.nlargest(k, [*best, *zip(row, face_ids, strict=True)])
        return await _near_faces(session, {face_id: similarity for similarity, face_id in best})

    async def spread(self, session: AsyncSession, person_id: int, model: str) -> Spread:
        """How much a person's faces under a model differ: further ones that are as alike add little."""
        statement = select(EMBEDDINGS.c.vector).join(FACES, EMBEDDINGS.c.face_id == FACES.c.id)
        mine = (FACES.c.person_id == person_id, EMBEDDINGS.c.model == model)
        vectors = list(await session.scalars(statement.where(*mine)))
        count = len(vectors)
        if count < 2:
            return Spread(count, None)
        # |a + b + …|² is the sum over all pairs, each face with itself (which is 1) among them.
        total = normalised(as_matrix(vectors)).sum(axis=0)
        return Spread(count, (float(total @ total) - count) / (count * (count - 1)))

    async def _points(self, session: AsyncSession, chat_id: int, model: str, metric: str) -> Points | None:
        version = await session.scalar(select(CHATS.c.gallery_version).where(CHATS.c.id == chat_id))
        if version is None:
            return None
        key = (chat_id, model, metric, version)
        if key not in self._cache:
            people = await _read(session, chat_id, model, metric)
            if people is None:
                return None
            self._remember(key, people)
        self._cache.move_to_end(key)
        return self._cache[key]

    def _remember(self, key: tuple[int, str, str, int], people: Points) -> None:
        for stale in [known for known in self._cache if known[:3] == key[:3]]:
            del self._cache[stale]
        self._cache[key] = people
        # The newest stays, however large: it is about to be used.
        while len(self._cache) > 1 and self._size() > self._cache_bytes:
            self._cache.popitem(last=False)

    def _size(self) -> int:
        return sum(people.nbytes for people in self._cache.values())


async def _read(session: AsyncSession, chat_id: int, model: str, metric: str) -> Points | None:
    """The points of a chat's living people, None where nobody has a face under the model."""
    import numpy as np

    faces = _faces(chat_id, model)
    counted = faces.with_only_columns(func.count(), maintain_column_froms=True)
    count = await session.scalar(counted) or 0
    if not count:
        return None
    ids, matrix, filled = np.empty(count, np.int64), None, 0
    async for person_ids, vectors in _in_parts(
        session, faces.with_only_columns(PEOPLE.c.id, EMBEDDINGS.c.vector)
    ):
        part = as_matrix(vectors)
        if matrix is None:
            matrix = np.empty((count, part.shape[1]), np.float32)
        ids[filled : filled + len(part)], matrix[filled : filled + len(part)] = person_ids, part
        filled += len(part)
    assert matrix is not None, "rows that were counted in the same transaction are there"
    negatives = await _negatives(session, chat_id, model)
    # A large gallery takes a second: others are answered meanwhile.
    return await asyncio.to_thread(points, ids, matrix, metric, negatives)


def _faces(chat_id: int, model: str) -> Select[int, bytes]:
    """Ids and vectors of the faces of a chat's living people under a model, in no order."""
    return (
        select(FACES.c.id, EMBEDDINGS.c.vector)
        .join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
        .join(EMBEDDINGS, EMBEDDINGS.c.face_id == FACES.c.id)
        .where(PEOPLE.c.chat_id == chat_id, PEOPLE.c.forgotten_at.is_(None), EMBEDDINGS.c.model == model)
    )


async def _in_parts(
    session: AsyncSession, statement: Select[int, bytes]
) -> AsyncIterator[tuple[list[int], list[bytes]]]:
    """The rows of an id and a vector each, some thousand at a time."""
    rows = await session.stream(statement)
    async for part in rows.partitions(ROWS):
        yield [number for number, _ in part], [vector for _, vector in part]


async def _negatives(session: AsyncSession, chat_id: int, model: str) -> dict[int, NDArray[np.float32]]:
    """By person, the vectors (n, dimension) of the faces that are not that person."""
    statement = select(NEGATIVES.c.person_id, NEGATIVES.c.vector).where(
        NEGATIVES.c.chat_id == chat_id, NEGATIVES.c.model == model
    )
    found: dict[int, list[bytes]] = {}
    for person_id, vector in await session.execute(statement):
        found.setdefault(person_id, []).append(vector)
    return {person_id: as_matrix(vectors) for person_id, vectors in found.items()}


async def _near_faces(session: AsyncSession, similarity: Mapping[int, float]) -> list[NearFace]:
    """Faces, by the ids that they are given with, most similar first."""
    columns = (FACES.c.id, FACES.c.person_id, FACES.c.crop, FACES.c.box, FACES.c.landmarks)
    rows = await session.execute(select(*columns).where(FACES.c.id.in_(similarity)))
    found = [
        NearFace(
            row.id,
            row.person_id,
            row.crop,
            tuple(row.box),
            tuple(tuple(point) for point in row.landmarks),
            similarity[row.id],
        )
        for row in rows
    ]
    return sorted(found, key=lambda face: -face.similarity)
