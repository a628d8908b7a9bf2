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

from storage.looks import normalised, two_looks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# People whose points are made at once: their vectors, five each, are 10 MB.
PEOPLE_AT_ONCE = 1_024
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
    """From faces (faces, dimension), with their people's ids (faces,), in any order."""
    import numpy as np

    is_cosine = metric == "cosine"
    ids, counts = np.unique(person_ids, return_counts=True)
    centroids = np.empty((len(ids), vectors.shape[1]), np.float32)
    owners, looks = [np.empty(0, np.int64)], [np.empty((0, 2, vectors.shape[1]), np.float32)]
    for rows, faces in _alike_many(person_ids, counts, vectors):
        if is_cosine:
            faces = normalised(faces)
            two, points_of_two = two_looks(faces)
            owners.append(rows[two])
            looks.append(points_of_two)
        centroids[rows] = faces.mean(axis=1)
    return Points(
        metric=metric,
        ids=ids,
        centroids=normalised(centroids) if is_cosine else centroids,
        looks=np.concatenate(looks).reshape(-1, vectors.shape[1]),
        owners=np.repeat(np.concatenate(owners), 2),
        negatives={person: normalised(faces) if is_cosine else faces for person, faces in negatives.items()},
    )


def _alike_many(
    person_ids: NDArray[np.int64], counts: NDArray[np.int64], vectors: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """People with as many photos each: their rows (people,), and vectors (people, photos, dimension).

    `counts`: how many photos the person of each row has.
    """
    import numpy as np

    by_person = np.argsort(person_ids, kind="stable")
    starts = np.cumsum(counts) - counts
    for photos in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == photos)
        for start in range(0, len(rows), PEOPLE_AT_ONCE):
            some = rows[start : start + PEOPLE_AT_ONCE]
            yield some, vectors[by_person[starts[some, None] + np.arange(photos)]]


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


def as_matrix(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    """Stored vectors (little-endian float32) as (count, dimension)."""
    import numpy as np

    return np.frombuffer(b"".join(vectors), dtype="<f4").reshape(len(vectors), -1).astype(np.float32)


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
