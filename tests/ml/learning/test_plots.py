"""The picture at the end of a training, for two labels and for fifty, in any script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.learning.plots import WIDTH_PX, Confusion, Curve, Curves, draw_training

CURVES = Curves(
    x_label="epoch",
    steps=[0, 1, 2],
    loss=[Curve("learnt from", [0.9, 0.5, 0.4]), Curve("checked on", [0.9, 0.6, 0.7])],
    accuracy=[Curve("checked on", [0.5, 0.9, 0.8])],
    chosen=1,
)


def drawn(labels: Sequence[str], counts: Sequence[Sequence[int]], target: Path) -> Image.Image:
    draw_training(CURVES, Confusion(labels, counts), target)
    with Image.open(target) as picture:
        return picture.convert("L")


def all_right(count: int) -> list[list[int]]:
    rows: list[list[int]] = (4 * np.eye(count, dtype=int)).tolist()
    return rows


def darkness(picture: Image.Image) -> int:
    """How many pixels are as dark as the cell of a label that is always right."""
    return int((np.asarray(picture) < 100).sum())


def test_the_cells_on_the_diagonal_are_the_dark_ones(tmp_path: Path) -> None:
    right = drawn(["ants", "bees"], [[4, 0], [0, 4]], tmp_path / "right.jpg")
    half = drawn(["ants", "bees"], [[2, 2], [2, 2]], tmp_path / "half.jpg")
    assert darkness(right) > 2 * darkness(half)


@pytest.mark.parametrize("count", [2, 7, 12, 13, 50])
def test_it_fits_a_phone_for_any_number_of_labels(count: int, tmp_path: Path) -> None:
    picture = drawn([f"label {number}" for number in range(count)], all_right(count), tmp_path / "p.jpg")
    assert picture.width == WIDTH_PX
    assert picture.height < 1.6 * WIDTH_PX


@pytest.mark.parametrize(
    "label",
    [
        "<b>bold</b> & $x^2$ \\frac{1}{0} %d {name}",
        "猫",
        "قطة",
        "कुत्ता",
        "😀😀",
        "a\nb",
        "",
        "x" * 300,
    ],
)
def test_no_label_means_anything_but_itself(label: str, tmp_path: Path) -> None:
    picture = drawn(["bees", label], [[4, 0], [0, 4]], tmp_path / "p.jpg")
    assert picture.size[1] < 1.6 * WIDTH_PX


def test_of_fifty_labels_those_most_mixed_up_are_shown(tmp_path: Path) -> None:
    counts = all_right(50)
    plain = drawn([f"label {number}" for number in range(50)], counts, tmp_path / "plain.jpg")
    counts[48][49], counts[48][48] = 3, 1
    mixed = drawn([f"label {number}" for number in range(50)], counts, tmp_path / "mixed.jpg")
    assert plain.tobytes() != mixed.tobytes()


def test_a_label_that_nothing_was_held_out_of_is_an_empty_row(tmp_path: Path) -> None:
    assert drawn(["ants", "bees"], [[4, 0], [0, 0]], tmp_path / "p.jpg").width == WIDTH_PX
