"""Grouping faces by person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.vision.clusters import ALONE, LINKED_BELOW, group_faces
from ml.vision.embedders import VECTORS, facenet

FACENET = facenet.FacenetEmbedder(lambda views: (views,), "").info


def someone(person: int, photo: int, unlike: float = 0.3) -> bytes:
    """A vector that is `unlike` away from the person's usual one, in lengths of that one."""
    usual, difference = (np.random.default_rng(seed).normal(size=512) for seed in (person, 1000 + photo))
    return np.asarray(usual + unlike * difference, "<f4").tobytes()


def test_photos_of_the_same_people_are_grouped_largest_group_first() -> None:
    vectors = [someone(1, 1), someone(2, 2), someone(2, 3), someone(1, 4), someone(2, 5), someone(3, 6)]
    assert group_faces(vectors, FACENET) == (1, 0, 0, 1, 0, ALONE)


def test_people_who_came_once_are_alone() -> None:
    assert group_faces([someone(person, person) for person in range(5)], FACENET) == (ALONE,) * 5


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_faces_are_no_group(count: int) -> None:
    assert group_faces([someone(1, 1)] * count, FACENET) == (ALONE,) * count


def test_the_same_vector_twice_is_a_group() -> None:
    assert group_faces([someone(1, 1), someone(1, 1)], FACENET) == (0, 0)


@pytest.mark.parametrize("odd", [b"", b"xyz", np.ones(128, "<f4").tobytes(), np.zeros(512, "<f4").tobytes()])
def test_what_is_no_vector_of_the_embedder_is_alone(odd: bytes) -> None:
    assert group_faces([odd, someone(1, 1), odd, someone(1, 2)], FACENET) == (ALONE, 0, ALONE, 0)


def test_a_vector_that_is_no_number_is_alone() -> None:
    odd = np.full(512, np.nan, "<f4").tobytes()
    assert group_faces([odd, someone(1, 1), someone(1, 2)], FACENET) == (ALONE, 0, 0)


@given(st.permutations(range(9)))
def test_the_order_of_the_faces_changes_no_group(order: list[int]) -> None:
    vectors = [someone(index // 3, index) for index in range(9)]
    groups = group_faces([vectors[index] for index in order], FACENET)
    assert {frozenset(order[at] for at in range(9) if groups[at] == group) for group in range(3)} == {
        frozenset({0, 1, 2}),
        frozenset({3, 4, 5}),
        frozenset({6, 7, 8}),
    }


def test_every_embedder_has_a_threshold() -> None:
    assert set(LINKED_BELOW) == set(VECTORS.values())
