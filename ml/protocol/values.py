"""What requests and results are made of."""

from __future__ import annotations

from typing import Literal

import msgspec

Device = Literal["cpu", "cuda"]
Metric = Literal["cosine", "euclidean"]
Tone = Literal["sure", "maybe", "unknown"]
Strictness = Literal["strict", "normal", "loose"]
QualityProblem = Literal["too_small", "blurred", "cut_off", "turned_away", "occluded", "not_a_face"]
Point = tuple[float, float]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all values on the wire."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle in pixels of the upright photo; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


class StoredCrop(Value, frozen=True):
    """A crop as it is kept: the face with half its size on each side; box and landmarks inside the crop."""

    path: str
    box: Box
    landmarks: tuple[Point, ...]
