"""A photo as a network's input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.weights.values import Preprocessing

# Photos longer than this many times their short side are cut around the middle before they are resized: only
# a square of the middle is looked at, and resizing the rest of a 1 x 1,000,000 photo would take gigabytes.
_LONGEST_RATIO = 8

_RESAMPLING = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def as_input(photo: Image.Image, how: Preprocessing) -> NDArray[np.float32]:
    """An RGB photo as the network's input, (3, crop, crop).

    The same numbers, bit for bit, as torchvision's (and so timm's) transforms for Pillow images: Pillow
    resizes in both, and the arithmetic is float32 in the same order.
    """
    photo = _cropped(_resized(_of_bounded_ratio(photo), how), how.crop_px)
    pixels = np.asarray(photo, np.float32).transpose(2, 0, 1) / np.float32(255)
    mean = np.array(how.mean, np.float32)[:, None, None]
    std = np.array(how.std, np.float32)[:, None, None]
    normalised: NDArray[np.float32] = (pixels - mean) / std
    return normalised


def _of_bounded_ratio(photo: Image.Image) -> Image.Image:
    longest = min(photo.size) * _LONGEST_RATIO
    width, height = min(photo.width, longest), min(photo.height, longest)
    if (width, height) == photo.size:
        return photo
    left, top = (photo.width - width) // 2, (photo.height - height) // 2
    return photo.crop((left, top, left + width, top + height))


def _resized(photo: Image.Image, how: Preprocessing) -> Image.Image:
    """The shorter side at `resize_px`; the longer one is rounded down, as torchvision does."""
    short = min(photo.size)
    if short == how.resize_px:
        return photo
    width, height = (int(how.resize_px * side / short) for side in photo.size)
    return photo.resize((width, height), _RESAMPLING[how.interpolation])


def _cropped(photo: Image.Image, side_px: int) -> Image.Image:
    """The square in the middle; halves are rounded as Python's round does it, to even, like torchvision's."""
    left, top = round((photo.width - side_px) / 2), round((photo.height - side_px) / 2)
    return photo.crop((left, top, left + side_px, top + side_px))
