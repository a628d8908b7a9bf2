"""The faces of a chat's gallery, and which people a face resembles most."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, func, insert, or_, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import NotFound
from storage.files import crops_in_use
from storage.people import chat_of
from storage.schema import Chat, Embedding, Face, Person
from storage.versions import bump_gallery

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Candidate",
    "FaceRow",
    "Gallery",
    "NewFace",
    "crops_in_use",
    "drop_model",
    "enrol",
    "faces_of",
    "faces_without",
    "models_in",
    "remove_face",
    "store_embeddings",
]

CACHE_BYTES = 8 * 2**20  # 4,000 people of 512 dimensions; the whole bot is to stay small when idle


@dataclass(frozen=True)
class NewFace:
    """A face to be enrolled; see schema.Face. `embedding`: little-endian float32 bytes under `model`."""

    crop: str
    box: tuple[float, float, float, float]
    landmarks: tuple[tuple[float, float], ...]
    quality: dict[str, Any]
    source: str
    embedding: bytes
    model: str


@dataclass(frozen=True)
class FaceRow:
    """An enrolled face."""

    id: int
    person_id: int
    crop: str
    box: tuple[float, ...]
    landmarks: tuple[tuple[float, ...], ...]
    quality: dict[str, Any]
    source: str
    enrolled_by: int
    enrolled_at: float


@dataclass(frozen=True)
class Candidate:
    """A person whom a face may show. `similarity`: the cosine, or minus the Euclidean distance."""

    person_id: int
    similarity: float


_COLUMNS = (
    Face.id,
    Face.person_id,
    Face.crop,
    Face.box,
    Face.landmarks,
    Face.quality,
    Face.source,
    Face.enrolled_by,
    Face.enrolled_at,
)


async def enrol(session: AsyncSession, person_id: int, face: NewFace, by: int, now: float) -> int | None:
    """Adds a face to a living person and returns its id; None where the person has that crop or photo.

    Raises NotFound.
    """
    chat_id = await chat_of(session, person_id)
    same = or_(Face.crop == face.crop, Face.source == face.source)
    if await session.scalar(select(Face.id).where(Face.person_id == person_id, same).limit(1)) is not None:
        return None
    row = {
        "person_id": person_id,
        "crop": face.crop,
        "box": list(face.box),
        "landmarks": [list(point) for point in face.landmarks],
        "quality": face.quality,
        "source": face.source,
        "enrolled_by": by,
        "enrolled_at": now,
    }
    face_id = (await session.execute(insert(Face).values(row).returning(Face.id))).scalar_one()
    vector = {"face_id": face_id, "model": face.model, "vector": face.embedding}
    await session.execute(insert(Embedding).values(vector))
    await bump_gallery(session, chat_id)
    return face_id


async def remove_face(session: AsyncSession, face_id: int) -> str | None:
    """Removes a face; its crop, where nothing needs that any more. Raises NotFound."""
    whose = select(Face.crop, Person.chat_id).join(Person, Face.person_id == Person.id)
    row = (await session.execute(whose.where(Face.id == face_id))).one_or_none()
    if row is None:
        raise NotFound("face", face_id)
    await session.execute(delete(Face).where(Face.id == face_id))
    await bump_gallery(session, row.chat_id)
    return None if await crops_in_use(session, [row.crop]) else row.crop


async def faces_of(session: AsyncSession, person_id: int) -> list[FaceRow]:
    """A person's faces, oldest first."""
    statement = select(*_COLUMNS).where(Face.person_id == person_id).order_by(Face.id)
    return [_face_row(row) for row in await session.execute(statement)]


async def faces_without(session: AsyncSession, chat_id: int, model: str) -> list[FaceRow]:
    """The faces of a chat's living people that have no embedding under a model yet, oldest first."""
    embedded = select(Embedding.face_id).where(Embedding.model == model)
    statement = (
        select(*_COLUMNS)
        .join(Person, Face.person_id == Person.id)
        .where(Person.chat_id == chat_id, Person.forgotten_at.is_(None), Face.id.not_in(embedded))
        .order_by(Face.id)
    )
    return [_face_row(row) for row in await session.execute(statement)]


async def store_embeddings(session: AsyncSession, model: str, vectors: Mapping[int, bytes]) -> None:
    """Stores faces' vectors (little-endian float32 bytes) under a model; faces that are gone are left out."""
    chats = select(Face.id, Person.chat_id).join(Person, Face.person_id == Person.id)
    found = dict((await session.execute(chats.where(Face.id.in_(vectors)))).all())
    if not found:
        return
    rows = [{"face_id": face_id, "model": model, "vector": vectors[face_id]} for face_id in found]
    statement = sqlite.insert(Embedding).values(rows)
    newer = {"vector": statement.excluded.vector}
    await session.execute(statement.on_conflict_do_update(index_elements=["face_id", "model"], set_=newer))
    for chat_id in set(found.values()):
        await bump_gallery(session, chat_id)


async def models_in(session: AsyncSession, chat_id: int) -> dict[str, int]:
    """How many faces of a chat's living people have an embedding, by model."""
    statement = (
        select(Embedding.model, func.count())
        .join(Face, Embedding.face_id == Face.id)
        .join(Person, Face.person_id == Person.id)
        .where(Person.chat_id == chat_id, Person.forgotten_at.is_(None))
        .group_by(Embedding.model)
    )
    return dict((await session.execute(statement)).all())


async def drop_model(session: AsyncSession, chat_id: int, model: str) -> None:
    """Deletes a chat's embeddings under a model that it no longer uses."""
    faces = select(Face.id).join(Person, Face.person_id == Person.id).where(Person.chat_id == chat_id)
    dropped = delete(Embedding).where(Embedding.model == model, Embedding.face_id.in_(faces))
    await session.execute(dropped.execution_options(synchronize_session=False))
    await bump_gallery(session, chat_id)


@dataclass(frozen=True)
class _Centroids:
    """The mean vector of each person: ids (people,), vectors (people, dimension)."""

    person_ids: NDArray[np.int64]
    vectors: NDArray[np.float32]


class Gallery:
    """Finds the people whom faces resemble. The port behind which a vector index can take numpy's place.

    A person is one point, the mean of that person's vectors: on 30 people × 3 photos that named more of
    the known at the same share of named strangers than the nearest single photo did (README, Accuracy).
    """

    def __init__(self, cache_bytes: int = CACHE_BYTES) -> None:
        self._cache: OrderedDict[tuple[int, str, str, int], _Centroids] = OrderedDict()
        self._cache_bytes = cache_bytes

    async def nearest(
        self, session: AsyncSession, chat_id: int, model: str, metric: str, vectors: Sequence[bytes], k: int
    ) -> list[list[Candidate]]:
        """For each vector (little-endian float32 bytes) the `k` likeliest living people, likeliest first.

        `metric`: "cosine" (vectors are normalised first) or "euclidean" (similarity is minus the distance).
        """
        if not vectors:
            return []
        people = await self._centroids(session, chat_id, model, metric)
        if people is None:
            return [[] for _ in vectors]
        return _ranked(people, _matrix(vectors), metric, k)

    async def _centroids(
        self, session: AsyncSession, chat_id: int, model: str, metric: str
    ) -> _Centroids | None:
        version = await session.scalar(select(Chat.gallery_version).where(Chat.id == chat_id))
        if version is None:
            return None
        key = (chat_id, model, metric, version)
        if key not in self._cache:
            rows = await _embeddings(session, chat_id, model)
            if not rows:
                return None
            self._remember(key, _mean_by_person(rows, metric))
        self._cache.move_to_end(key)
        return self._cache[key]

    def _remember(self, key: tuple[int, str, str, int], people: _Centroids) -> None:
        for stale in [known for known in self._cache if known[:3] == key[:3]]:
            del self._cache[stale]
        self._cache[key] = people
        # The newest stays, however large: it is about to be used.
        while len(self._cache) > 1 and self._size() > self._cache_bytes:
            self._cache.popitem(last=False)

    def _size(self) -> int:
        return sum(people.vectors.nbytes for people in self._cache.values())


async def _embeddings(session: AsyncSession, chat_id: int, model: str) -> list[tuple[int, bytes]]:
    statement = (
        select(Person.id, Embedding.vector)
        .join(Face, Face.person_id == Person.id)
        .join(Embedding, Embedding.face_id == Face.id)
        .where(Person.chat_id == chat_id, Person.forgotten_at.is_(None), Embedding.model == model)
        .order_by(Person.id)
    )
    return [(person_id, vector) for person_id, vector in await session.execute(statement)]


def _matrix(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    """Stored vectors as (count, dimension)."""
    import numpy as np

    return np.stack([np.frombuffer(vector, dtype="<f4") for vector in vectors]).astype(np.float32)


def _normalised(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of (count, dimension) at length 1; a row of zeros stays one."""
    import numpy as np

    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


def _mean_by_person(rows: Sequence[tuple[int, bytes]], metric: str) -> _Centroids:
    import numpy as np

    matrix = _matrix([vector for _, vector in rows])  # (faces, dimension)
    if metric == "cosine":
        matrix = _normalised(matrix)
    of_row = np.array([person_id for person_id, _ in rows], dtype=np.int64)  # (faces,), rising
    ids, starts, counts = np.unique(of_row, return_index=True, return_counts=True)
    sums = np.add.reduceat(matrix, starts, axis=0)  # (people, dimension)
    means = np.asarray(sums / counts[:, None], dtype=np.float32)
    return _Centroids(ids, _normalised(means) if metric == "cosine" else means)


def _ranked(people: _Centroids, probes: NDArray[np.float32], metric: str, k: int) -> list[list[Candidate]]:
    import numpy as np

    if metric == "cosine":
        similarities = _normalised(probes) @ people.vectors.T  # (probes, people)
    else:
        similarities = -np.linalg.norm(probes[:, None, :] - people.vectors[None, :, :], axis=2)
    order = np.argsort(-similarities, axis=1, kind="stable")[:, :k]
    return [
        [Candidate(int(people.person_ids[column]), float(row[column])) for column in columns]
        for row, columns in zip(similarities, order, strict=True)
    ]


def _face_row(row: Row[*tuple[Any, ...]]) -> FaceRow:
    lists = {"box": tuple(row.box), "landmarks": tuple(tuple(point) for point in row.landmarks)}
    return FaceRow(**{**row._mapping, **lists})
