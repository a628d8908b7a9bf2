"""A job's examples as pictures: photos, or crops with the face in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ml.training import Example
from ml.vision.faces import DetectedFace
from ml.vision.images import Limits, open_photo


@dataclass(frozen=True)
class Opened:
    """An example's photo (RGB, upright), or a crop with the enrolled face in it."""

    photo: Image.Image
    face: DetectedFace | None = None


def open_example(example: Example, limits: Limits) -> Opened:
    """Decodes an example. Raises BadPhoto, also where it is not there any more."""
    photo = open_photo(Path(example.photo), limits)
    if example.crop is None:
        return Opened(photo)
    crop = example.crop
    return Opened(photo, DetectedFace(crop.box, crop.landmarks, confidence=1.0))
