"""Bytes of a stranger's file -> an upright RGB photo, or a `BadPhoto` that says why not.

What a file is, is decided by its content. Only `FORMATS` are ever handed to a decoder: the fewer parsers a
stranger can reach, the better. Limits are checked before anything is decoded.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from ml.errors import BadPhoto
from ml.vision.sniff import HEAD_BYTES, why_unidentified

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")

# The face detector looks through a window of 12 pixels; in less there is nothing to recognise.
MIN_SIDE_PX = 12
# The classifier scales the short side up to its input: a strip of a million pixels would become gigabytes.
MAX_RATIO = 100

# What Pillow, and the C libraries under it, raise on files that are broken or lie about themselves.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)

_UPRIGHT_BY_ORIENTATION = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Limits:
    """What a photo may be at most, in bytes of its file and in pixels."""

    max_bytes: int
    max_pixels: int


def open_photo(path: Path, limits: Limits) -> Image.Image:
    """Decodes a photo: mode RGB, EXIF orientation applied, transparency on white, first frame.

    Nothing but its pixels: Pillow would write a comment of the file's into every picture made from it.

    Raises `BadPhoto`, whatever is wrong with the file.
    """
    head = _checked_head(path, limits)
    formats = _ready_formats()
    with warnings.catch_warnings():
        # Pillow warns of every oddity in a file; the photo is either usable or refused.
        warnings.simplefilter("ignore")
        try:
            with Image.open(path, formats=formats) as image:
                _check_size(image, limits)
                image.load()
                photo = _upright(_as_rgb(image), _orientation(image))
                photo.info.clear()
                return photo
        except UnidentifiedImageError:
            raise BadPhoto(why_unidentified(head)) from None
        except DECODER_ERRORS as error:
            raise BadPhoto("damaged") from error


@cache
def _ready_formats() -> tuple[str, ...]:
    """Readies Pillow, once: HEIC through pillow-heif, and `Limits` in place of Pillow's own limit."""
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    Image.MAX_IMAGE_PIXELS = None
    return FORMATS


def _checked_head(path: Path, limits: Limits) -> bytes:
    """The first bytes of a file that is there, is not empty and is within the limit."""
    try:
        size_bytes = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise BadPhoto("gone") from error
    if size_bytes > limits.max_bytes:
        raise BadPhoto("too_large", actual=size_bytes, limit=limits.max_bytes)
    if not head:
        raise BadPhoto("empty")
    return head


def _check_size(image: Image.Image, limits: Limits) -> None:
    short, long = sorted(image.size)
    if short * long > limits.max_pixels:
        raise BadPhoto("too_many_pixels", actual=short * long, limit=limits.max_pixels)
    least = max(MIN_SIDE_PX, -(-long // MAX_RATIO))
    if short < least:
        raise BadPhoto("too_small", actual=short, limit=least)


def _as_rgb(image: Image.Image) -> Image.Image:
    """The same picture in mode RGB; what is transparent becomes white."""
    if image.mode == "F" or image.mode.startswith("I"):
        image = _as_grey(image)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer)
        return paper
    return image.convert("RGB")


def _as_grey(image: Image.Image) -> Image.Image:
    """Scales more than 8 bits per pixel down to 8: Pillow's own conversion would clip them to white."""
    values = np.asarray(image, dtype=np.float32)
    brightest = float(values.max(initial=0.0))
    # Cameras of 12 bits write files of 16: the smallest common depth that holds the brightest pixel.
    white = next((depth for depth in (1.0, 255.0, 4095.0, 65535.0) if brightest <= depth), brightest)
    return Image.fromarray(np.clip(values * (255.0 / white), 0, 255).astype(np.uint8))


def _orientation(image: Image.Image) -> int:
    """EXIF's orientation, 1 (upright) where there is none or where it cannot be read.

    Asked for after loading: Pillow turns TIFFs itself then, and drops their tag.
    """
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except DECODER_ERRORS:
        return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    method = _UPRIGHT_BY_ORIENTATION.get(orientation)
    return image if method is None else image.transpose(method)
