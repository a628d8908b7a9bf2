"""People's points, made for all at once, are those that are made person by person."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from storage.looks import LEAST_PHOTOS_A_LOOK, LOOKS_APART, ROUNDS
from storage.points import Points, points

Floats = NDArray[np.float32]
DIMENSION = 16


def unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def plain_looks(faces: Floats) -> list[Floats]:
    """The two looks of one person's faces, or none, without any shortcut."""
    first, second = np.unravel_index((faces @ faces.T).argmin(), (len(faces), len(faces)))
    looks = [faces[first], faces[second]]
    for _ in range(ROUNDS):
        mine = faces @ looks[0] >= faces @ looks[1]
        if min(mine.sum(), (~mine).sum()) < LEAST_PHOTOS_A_LOOK:
            return []
        looks = [unit(faces[mine].mean(axis=0)), unit(faces[~mine].mean(axis=0))]
    return looks if looks[0] @ looks[1] < LOOKS_APART else []


def gallery(seed: int) -> tuple[NDArray[np.int64], Floats]:
    """People of one to nine photos, every third of them with two looks, in a mixed-up order."""
    random = np.random.default_rng(seed)
    ids, vectors = [], []
    for person in range(1, 121):
        middles = random.normal(size=(2 if person % 3 == 0 else 1, DIMENSION))
        for photo in range(int(random.integers(1, 10))):
            ids.append(person * 7)
            vectors.append(middles[photo % len(middles)] + random.normal(scale=0.2, size=DIMENSION))
    order = random.permutation(len(ids))
    return np.array(ids)[order], np.array(vectors, np.float32)[order]


def looks_of(people: Points) -> dict[int, Floats]:
    owners = people.ids[people.owners]
    return {int(person): people.looks[owners == person] for person in set(owners.tolist())}


@pytest.mark.parametrize("seed", range(3))
def test_centroids_and_looks_are_those_of_each_person_alone(seed: int) -> None:
    ids, vectors = gallery(seed)
    people = points(ids, vectors, "cosine", {})
    found = looks_of(people)
    assert people.ids.tolist() == sorted(set(ids.tolist()))
    assert len(found) > 10
    for person, centroid in zip(people.ids.tolist(), people.centroids, strict=True):
        faces = unit(vectors[ids == person])
        assert centroid == pytest.approx(unit(faces.mean(axis=0)), abs=1e-5)
        expected = plain_looks(faces) if len(faces) >= 2 * LEAST_PHOTOS_A_LOOK else []
        shown = found.get(person, np.empty((0, DIMENSION)))
        assert shown == pytest.approx(np.array(expected).reshape(-1, DIMENSION), abs=1e-5)


def test_with_distances_a_person_is_the_mean_of_the_vectors_as_they_are() -> None:
    ids, vectors = gallery(0)
    people = points(ids, vectors, "euclidean", {})
    assert len(people.looks) == 0
    assert people.centroids[4] == pytest.approx(vectors[ids == people.ids[4]].mean(axis=0), abs=1e-5)
