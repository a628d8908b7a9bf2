"""Pictures as Telegram handles them: sizes checked by the header, photos recompressed to a few sizes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

# The longer sides of a photo's sizes, as Telegram's s, m, x and y; the ladder ends where the picture fits.
PHOTO_SIDES_PX = (90, 320, 800, 1280)
JPEG_QUALITY = 87
# What a phone's app would still scale down before it sends.
MAX_PIXELS = 200_000_000

# The sizes are checked here, by the header; Pillow's own limit would only warn.
Image.MAX_IMAGE_PIXELS = None


class NotAPictureError(Exception):
    """The file is no picture that can be sent as a photo."""


class Rendition(NamedTuple):
    """One size of a photo, as JPEG bytes."""

    width: int
    height: int
    data: bytes


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height in pixels as the file's header tells them; NotAPictureError."""
    try:
        with Image.open(path) as picture:
            return picture.size
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError) as error:
        raise NotAPictureError(str(error)) from error


def renditions(path: Path) -> list[Rendition]:
    """The photo's sizes, smallest first, upright and without metadata; NotAPictureError."""
    width, height = picture_size(path)
    if width * height > MAX_PIXELS:
        raise NotAPictureError(f"{width}x{height} pixels are too many")
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (PHOTO_SIDES_PX[-1], PHOTO_SIDES_PX[-1]))
            upright = _on_white(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, ValueError, MemoryError) as error:
        raise NotAPictureError(str(error)) from error
    return [_scaled(upright, side) for side in _sides(max(upright.size))]


def _sides(longest: int) -> list[int]:
    smaller = [side for side in PHOTO_SIDES_PX if side < longest]
    return smaller if longest > PHOTO_SIDES_PX[-1] else [*smaller, longest]


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert("RGB")


def _scaled(picture: Image.Image, side: int) -> Rendition:
    scale = side / max(picture.size)
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    target = io.BytesIO()
    resized = picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)
    resized.save(target, "JPEG", quality=JPEG_QUALITY)
    return Rendition(*size, target.getvalue())
