"""How well a person is known, and which photo would help most. Pure: no I/O, no arithmetic on vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

# Three photos are what the identity thresholds were measured with (benchmarks/identity.py).
READY_PHOTOS = 3
# A quarter of random threes of a person's photos differ by less (benchmarks/teaching.py, photos/faces/known).
SAME_POSE = 0.25
SAME_LIGHT = 18.0
# The head is turned this far on a photo from the side.
FROM_THE_SIDE = 0.3
Help = Literal["another_day", "from_the_side", "from_the_front", "other_light", "any"]


class Variety(msgspec.Struct, frozen=True):
    """How much a person's faces differ.

    `yaws` and `lights` as in ml.protocol.Quality (yaw, brightness), as far as they were measured.
    `alike`: the mean cosine of all pairs of embeddings, None for fewer than two faces.
    """

    yaws: tuple[float, ...] = ()
    lights: tuple[float, ...] = ()
    alike: float | None = None


class Progress(msgspec.Struct, frozen=True):
    """`missing` more photos would help, one of them as `help` says; ready where there is none missing."""

    missing: int = 0
    help: Help = "any"

    @property
    def is_ready(self) -> bool:
        return self.missing == 0


def progress(photos: int, variety: Variety, varied: float) -> Progress:
    """Where a person with so many photos stands.

    Ready with READY_PHOTOS that are less alike than `varied` (`EmbedderInfo.varied`): photos of one moment
    teach one look, however many they are.
    """
    is_alike = variety.alike is not None and variety.alike > varied
    if photos >= READY_PHOTOS and not is_alike:
        return Progress()
    return Progress(max(1, READY_PHOTOS - photos), _helps_most(variety, is_alike=is_alike))


def _helps_most(variety: Variety, *, is_alike: bool) -> Help:
    """What the photos lack, the easiest to do something about first."""
    if _span(variety.yaws) < SAME_POSE:
        turned = bool(variety.yaws) and all(abs(yaw) >= FROM_THE_SIDE for yaw in variety.yaws)
        return "from_the_front" if turned else "from_the_side"
    if _span(variety.lights) < SAME_LIGHT:
        return "other_light"
    return "another_day" if is_alike else "any"


def _span(values: Sequence[float]) -> float:
    return max(values, default=0.0) - min(values, default=0.0)
