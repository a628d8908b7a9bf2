"""Photos to learn from, as many as wanted: cut out of the pictures that scikit-image ships."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps

from tests.support.pictures import photograph

SUBJECTS = (
    "brick",
    "grass",
    "gravel",
    "coins",
    "hubble_deep_field",
    "ihc",
    "moon",
    "retina",
    "coffee",
    "rocket",
)
INKS = ("white", "salmon", "palegreen", "skyblue", "khaki")
SIDE_PX = 160


def photos_of(label: int, count: int, folder: Path) -> Iterator[Path]:
    """Different photos of one thing; fifty labels can be told apart."""
    chance = random.Random(label)
    for number in range(count):
        path = folder / f"{label}-{number}.jpg"
        _picture(label, chance).save(path, "JPEG", quality=90)
        yield path


def _picture(label: int, chance: random.Random) -> Image.Image:
    whole = photograph(SUBJECTS[label % len(SUBJECTS)])
    side = chance.randint(min(whole.size) // 4, min(whole.size) // 2)
    left, top = chance.randint(0, whole.width - side), chance.randint(0, whole.height - side)
    part = whole.crop((left, top, left + side, top + side)).resize((SIDE_PX, SIDE_PX))
    part = part.rotate(90 * chance.randrange(4))
    ink = INKS[label // len(SUBJECTS) % len(INKS)]
    return ImageOps.colorize(part.convert("L"), "black", ink) if ink != "white" else part
