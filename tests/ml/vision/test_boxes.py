"""Arithmetic on boxes, and scaling by area."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.vision.boxes import moved, overlap, squared, suppress
from ml.vision.resize import area_resized


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(rows, dtype=np.float32)


def test_overlap_is_intersection_over_union() -> None:
    shares = overlap(boxes((0, 0, 10, 10))[0], boxes((0, 0, 10, 10), (5, 0, 15, 10), (20, 20, 30, 30)))
    assert shares == pytest.approx([1, 1 / 3, 0])


def test_overlap_can_be_over_the_smaller_box() -> None:
    shares = overlap(boxes((0, 0, 10, 10))[0], boxes((2, 2, 4, 4)), of_smaller=True)
    assert shares == pytest.approx([1])


def test_suppression_keeps_the_best_of_overlapping_boxes_best_first() -> None:
    found = boxes((0, 0, 10, 10), (1, 0, 11, 10), (50, 50, 60, 60))
    assert suppress(found, np.array([0.7, 0.8, 0.9], np.float32), 0.5).tolist() == [2, 1]


def test_suppression_of_nothing_is_nothing() -> None:
    assert suppress(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), 0.5).tolist() == []


def test_a_squared_box_keeps_its_centre() -> None:
    assert squared(boxes((0, 0, 10, 20))).tolist() == [[-5, 0, 15, 20]]


def test_offsets_are_in_units_of_the_sides() -> None:
    assert moved(boxes((0, 0, 10, 20)), boxes((0.1, 0.1, -0.1, 0)), pixel=0).tolist() == [[1, 2, 9, 20]]


@settings(deadline=None)  # torch's first call takes long
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 30), st.integers(1, 30))
def test_scaling_by_area_is_what_torch_does(width: int, height: int, to_width: int, to_height: int) -> None:
    pixels = np.random.default_rng(width * height).uniform(0, 255, (height, width, 3)).astype(np.float32)
    batch = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    theirs = torch.nn.functional.interpolate(batch, (to_height, to_width), mode="area")
    ours = area_resized(pixels, to_width, to_height)
    np.testing.assert_allclose(ours, theirs[0].permute(1, 2, 0).numpy(), atol=1e-3)
