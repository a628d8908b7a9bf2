"""People as points among vectors, and the people nearest to a vector: arithmetic alone, no database.

A person is the mean of that person's vectors. With three photos each and 2 % of strangers named, that names
98.5 % of the known with facenet's vectors and 97.9 % with dlib's; the nearest photo names 98.2 % and 97.2 %.
Whose photos fall into two looks, each of at least two photos, has a point for each look as well: where half
of six photos are half-way to somebody else's face, 99.0 % are named instead of 98.5 % (facenet).

A single photo that is unlike the rest is no point of its own. It would name 0.1 % more of the known; but
where it is somebody else's by mistake, 95 % of their other photos would be named, and the mean names 4 %.
Measured on LFW (photos/faces), 30 people enrolled; `python -m benchmarks.identity_rules` prints the table.

numpy is imported where it is used: the bot loads it with the first face.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Two looks are two points where the cosine of their means is below this (facenet: half of all pairs of photos
# of one person are more alike than 0.77, and its own threshold for one person is about this).
LOOKS_APART = 0.57
LEAST_PHOTOS_A_LOOK = 2
# The rounds in which photos move to the nearer of two looks; groups this small settle within three.
ROUNDS = 5
# How many of the people nearest to a face are compared with each other for `Candidate.rival`. With 16, 30
# people enrolled are named like with all; with 5, 0.3 % more strangers are named where 58 are enrolled.
NEIGHBOURS = 16


class Candidate(msgspec.Struct, frozen=True):
    """A person whom a face may show. `similarity`: the cosine, or minus the Euclidean distance.

    `denied`: the face's similarity to the nearest face that is known not to be this person.
    `rival`: how similar the centroid of this person is to that of the most similar other person, among those
    who are near the face as well. Both are minus infinity where there is none.
    """

    person_id: int
    similarity: float
    denied: float = -math.inf
    rival: float = -math.inf


class Points(msgspec.Struct, frozen=True):
    """People's points under one model.

    `ids`: (people,). `centroids`: (people, dimension). `looks`: (looks, dimension), those of the people at
    the rows `owners`: (looks,). `negatives`: by person id, (n, dimension).
    """

    metric: str
    ids: NDArray[np.int64]
    centroids: NDArray[np.float32]
    looks: NDArray[np.float32]
    owners: NDArray[np.int64]
    negatives: Mapping[int, NDArray[np.float32]]

    @property
    def nbytes(self) -> int:
        known = self.ids.nbytes + self.centroids.nbytes + self.looks.nbytes + self.owners.nbytes
        return known + sum(faces.nbytes for faces in self.negatives.values())


def points(
    person_ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    metric: str,
    negatives: Mapping[int, NDArray[np.float32]],
) -> Points:
    """From faces (faces, dimension), with their people's ids (faces,) in rising order."""
    import numpy as np

    if metric == "cosine":
        vectors = normalised(vectors)
    ids, starts, counts = np.unique(person_ids, return_index=True, return_counts=True)
    sums = np.add.reduceat(vectors, starts, axis=0)  # (people, dimension)
    centroids = np.asarray(sums / counts[:, None], dtype=np.float32)
    found = list(_looks(vectors, starts, counts) if metric == "cosine" else ())
    return Points(
        metric=metric,
        ids=ids,
        centroids=normalised(centroids) if metric == "cosine" else centroids,
        looks=np.array([look for _, look in found], np.float32).reshape(-1, vectors.shape[1]),
        owners=np.array([row for row, _ in found], np.int64),
        negatives={
            person: normalised(faces) if metric == "cosine" else faces for person, faces in negatives.items()
        },
    )


def nearest(people: Points, probes: NDArray[np.float32], k: int) -> list[list[Candidate]]:
    """For each probe (probes, dimension) the `k` nearest people, nearest first."""
    if people.metric == "cosine":
        probes = normalised(probes)
    return [
        _candidates(people, probe, row, k)
        for probe, row in zip(probes, _to_people(people, probes), strict=True)
    ]


def similarities(
    probes: NDArray[np.float32], others: NDArray[np.float32], metric: str
) -> NDArray[np.float32]:
    """(probes, others): the cosine of normalised rows, or minus the Euclidean distance."""
    import numpy as np

    if metric == "cosine":
        return probes @ others.T
    return np.stack([-np.linalg.norm(others - probe, axis=1) for probe in probes])


def normalised(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of (count, dimension) at length 1; a row of zeros stays one."""
    import numpy as np

    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


def as_matrix(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    """Stored vectors (little-endian float32) as (count, dimension)."""
    import numpy as np

    return np.stack([np.frombuffer(vector, dtype="<f4") for vector in vectors]).astype(np.float32)


def _to_people(people: Points, probes: NDArray[np.float32]) -> NDArray[np.float32]:
    """(probes, people): the similarity to the nearest of each person's points."""
    import numpy as np

    found = similarities(probes, people.centroids, people.metric)
    if len(people.looks):
        to_looks = similarities(probes, people.looks, people.metric)
        np.maximum.at(found.T, people.owners, to_looks.T)
    return found


def _candidates(
    people: Points, probe: NDArray[np.float32], similar: NDArray[np.float32], k: int
) -> list[Candidate]:
    """The nearest people to a probe (dimension,), to whom its similarity is (people,)."""
    import numpy as np

    count = min(max(k, NEIGHBOURS), len(similar))
    # Partitioned and not sorted: in a gallery of 100,000 people, sorting takes longer than the product.
    top = np.argpartition(similar, len(similar) - count)[len(similar) - count :]
    top = top[np.lexsort((people.ids[top], -similar[top]))]
    rivals = similarities(people.centroids[top[:k]], people.centroids[top], people.metric)
    rivals[np.arange(len(rivals)), np.arange(len(rivals))] = -np.inf  # nobody is their own rival
    return [
        Candidate(
            person_id=int(people.ids[row]),
            similarity=float(similar[row]),
            denied=_denied(people, int(people.ids[row]), probe),
            rival=float(rival),
        )
        for row, rival in zip(top[:k], rivals.max(axis=1), strict=True)
    ]


def _denied(people: Points, person_id: int, probe: NDArray[np.float32]) -> float:
    negatives = people.negatives.get(person_id)
    if negatives is None:
        return -math.inf
    return float(similarities(probe[None], negatives, people.metric).max())


def _looks(
    vectors: NDArray[np.float32], starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Of those people whose photos show two looks: their row, and a look's point, twice."""
    import numpy as np

    for row in np.flatnonzero(counts >= 2 * LEAST_PHOTOS_A_LOOK).tolist():
        for look in two_looks(vectors[starts[row] : starts[row] + counts[row]]):
            yield row, look


def two_looks(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """The two points that normalised vectors (photos, dimension) fall apart into, or none.

    Two-means by cosine (Lloyd's algorithm), begun at the two photos that are least alike.
    """
    import numpy as np

    alike = vectors @ vectors.T
    one, other = np.unravel_index(alike.argmin(), alike.shape)
    looks = vectors[[one, other]]
    for _ in range(ROUNDS):
        is_first = vectors @ looks[0] >= vectors @ looks[1]
        sizes = np.array([is_first.sum(), (~is_first).sum()])
        if sizes.min() < LEAST_PHOTOS_A_LOOK:
            return ()
        looks = normalised(np.stack([vectors[is_first].mean(axis=0), vectors[~is_first].mean(axis=0)]))
    return (looks[0], looks[1]) if float(looks[0] @ looks[1]) < LOOKS_APART else ()
