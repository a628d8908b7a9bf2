"""Pictures as files: JPEG, whole or not at all, and within what Telegram takes."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from ml.protocol import Drawn

# sendPhoto takes 10 MB, and width and height of 10,000 together; a little less leaves room for the form.
MOST_BYTES = 9_900_000
MOST_SIDES_PX = 10_000
QUALITIES = (90, 80, 65)


def keep(photo: Image.Image, target: Path, longest_px: int) -> Drawn:
    """Writes a photo (mode RGB, upright) to `target` as JPEG, its longest side at most `longest_px`."""
    return write_jpeg(scaled(photo, longest_px / max(photo.size)), target)


def write_jpeg(picture: Image.Image, target: Path) -> Drawn:
    """Writes a picture (mode RGB) of up to `MOST_SIDES_PX` as JPEG, smaller where the bytes are too many.

    The file appears under its name only when it is whole.
    """
    picture, encoded = _encoded(picture)
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(encoded)
    part.replace(target)
    return Drawn(path=str(target), width=picture.width, height=picture.height, bytes=len(encoded))


def scaled(photo: Image.Image, scale: float) -> Image.Image:
    """The picture made smaller by that factor; itself where it is 1 or more."""
    if scale >= 1:
        return photo
    size = (max(1, int(photo.width * scale)), max(1, int(photo.height * scale)))
    return photo.resize(size, Image.Resampling.LANCZOS)


def _encoded(picture: Image.Image) -> tuple[Image.Image, bytes]:
    """The picture as JPEG within the limit: at lower quality, then at half the size, where it must be."""
    while True:
        for quality in QUALITIES:
            stream = io.BytesIO()
            picture.save(stream, "JPEG", quality=quality)
            if stream.tell() <= MOST_BYTES:
                return picture, stream.getvalue()
        picture = scaled(picture, 0.5)
