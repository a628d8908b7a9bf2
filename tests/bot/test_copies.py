"""Which faces are one picture."""

from __future__ import annotations

import math

import pytest

from bot.usecases.enrol.copies import LEAST_ALIKE, is_copy, landmarks_apart
from ml.vision.embedders import dlib_resnet, facenet

FACE = ((30.0, 40.0), (70.0, 42.0), (50.0, 60.0), (35.0, 80.0), (66.0, 81.0))
TURNED = (*FACE[:2], (60.0, 60.5), *FACE[3:])


def moved(scale: float, x: float, y: float) -> tuple[tuple[float, float], ...]:
    return tuple((scale * left + x, scale * top + y) for left, top in FACE)


def test_every_embedder_has_a_measured_limit() -> None:
    assert set(LEAST_ALIKE) == {facenet.VECTORS, dlib_resnet.ID}


def test_where_a_face_is_in_the_picture_and_how_large_makes_no_difference() -> None:
    assert landmarks_apart(FACE, moved(3.0, -20, 7)) == pytest.approx(0, abs=1e-9)


def test_a_nose_elsewhere_is_measured_in_distances_between_the_eyes() -> None:
    assert landmarks_apart(FACE, TURNED) == pytest.approx(0.25, abs=0.01)


def test_eyes_in_one_point_are_like_no_other_face() -> None:
    nowhere = ((1.0, 1.0),) * 5
    assert landmarks_apart(FACE, nowhere) == math.inf


@pytest.mark.parametrize("model", LEAST_ALIKE)
def test_a_copy_has_the_same_face_in_the_same_pose(model: str) -> None:
    least = LEAST_ALIKE[model]
    assert is_copy(model, least, FACE, moved(2, 0, 0))
    assert not is_copy(model, least - 0.01, FACE, FACE)
    assert not is_copy(model, 1.0, FACE, TURNED)


def test_nothing_is_a_copy_for_a_model_that_was_not_measured() -> None:
    assert not is_copy("another", 1.0, FACE, FACE)
