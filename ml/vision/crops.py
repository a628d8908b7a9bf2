"""The part of a photo that is kept of an enrolled face: enough to embed it again with any model."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image

from ml.protocol import Box, StoredCrop
from ml.vision.faces import DetectedFace

# Half the face's size on each side holds hair, chin and ears: the widest any of the models looks.
MARGIN = 0.5
QUALITY = 95


def cut_crop(photo: Image.Image, face: DetectedFace, target: Path) -> StoredCrop:
    """Writes the face and its surroundings to `target`: original pixels, JPEG.

    The crop begins at a whole pixel, so that the box inside it cuts out the very pixels that the box in the
    photo does. The file appears under its name only when it is whole.
    """
    left, top, right, bottom = _region(face.box, photo.size)
    part = target.with_name(f".{target.name}.part")
    # Colour at full resolution: halving it, as JPEG does by default, is seen by the embedders.
    photo.crop((left, top, right, bottom)).save(part, "JPEG", quality=QUALITY, subsampling=0)
    part.replace(target)
    box = face.box
    return StoredCrop(
        path=str(target),
        box=Box(box.left - left, box.top - top, box.right - left, box.bottom - top),
        landmarks=tuple((x - left, y - top) for x, y in face.landmarks),
    )


def _region(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    beside, above = MARGIN * box.width, MARGIN * box.height
    left, top = max(0, math.floor(box.left - beside)), max(0, math.floor(box.top - above))
    right, bottom = min(size[0], math.ceil(box.right + beside)), min(size[1], math.ceil(box.bottom + above))
    return left, top, right, bottom
