"""Copies of a portrait that are worse than it, in the ways that photos are, at several strengths."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFilter

from ml.protocol import Box
from ml.vision.faces import DetectedFace

Floats = NDArray[np.float64]
# A portrait (mode RGB) and its face -> a worse portrait.
Copy = Callable[[Image.Image, DetectedFace], Image.Image]

# A camera three face widths away makes the nearer half of a turned face larger.
CAMERA_AWAY = 3.0
# The width of the portrait that is turned with the face, to each side of its middle.
TURNED_WIDTH = 1.2
# Standard deviation of what covers a face, in levels of brightness: that of an evenly lit wall in a snapshot.
GRAIN = 3.0


def blurred(radius: float) -> Copy:
    """Out of focus: a Gaussian of a radius in widths of the face."""
    return lambda photo, face: photo.filter(ImageFilter.GaussianBlur(radius * face.box.width))


def smeared(length: float) -> Copy:
    """Moved to the side while it was taken, by so many widths of the face."""

    def copy(photo: Image.Image, face: DetectedFace) -> Image.Image:
        count = max(3, int(length * face.box.width) | 1)
        pixels = np.pad(np.asarray(photo, np.float64), ((0, 0), (count // 2 + 1, count // 2), (0, 0)), "edge")
        sums = pixels.cumsum(axis=1)
        return Image.fromarray(((sums[:, count:] - sums[:, :-count]) / count).astype(np.uint8))

    return copy


def shrunk(width_px: float) -> Copy:
    """So small that the face is that wide."""
    return lambda photo, face: _resized(photo, width_px / face.box.width, width_px / face.box.width)


def flattened(factor: float) -> Copy:
    """As wide as it is and less high, as is a head bent forward or back."""
    return lambda photo, face: _resized(photo, 1.0, factor)


def cut(side: str, share: float) -> Copy:
    """Without that share of the face, at the left, right, top or bottom, where the photo then ends."""

    def copy(photo: Image.Image, face: DetectedFace) -> Image.Image:
        box = face.box
        left, top, right, bottom = 0, 0, photo.width, photo.height
        if side == "left":
            left = int(box.left + share * box.width)
        elif side == "top":
            top = int(box.top + share * box.height)
        elif side == "right":
            right = int(box.right - share * box.width)
        else:
            bottom = int(box.bottom - share * box.height)
        return photo.crop((left, top, right, bottom))

    return copy


def rolled(degrees: float) -> Copy:
    """Tilted in the plane of the photo."""
    return lambda photo, face: photo.rotate(degrees, Image.Resampling.BICUBIC, expand=True)


def turned(degrees: float) -> Copy:
    """The flat portrait turned away about the vertical through the face's middle, in perspective."""

    def copy(photo: Image.Image, face: DetectedFace) -> Image.Image:
        corners = _around(face.box, TURNED_WIDTH * face.box.width)
        seen = _turned_points(corners, face.box, math.radians(degrees))
        coefficients = tuple(_perspective(seen, corners).tolist())
        # Pillow's transform asks where each pixel of the result comes from.
        return photo.transform(
            photo.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
        )

    return copy


def covered(what: str, colour: str) -> Copy:
    """With glasses, a bar over the eyes, a mask, or something over mouth, one eye or half of the face.

    It is lit from one side and has grain, as things in photos do. `colour`: one that ImageColor knows, or
    `skin` for that of the nose, as of a hand.
    """

    def copy(photo: Image.Image, face: DetectedFace) -> Image.Image:
        outline = Image.new("L", photo.size)
        pen = ImageDraw.Draw(outline)
        origin, right, down = _eye_axes(face)
        for shape in COVERS[what]:
            pen.polygon([tuple(origin + x * right + y * down) for x, y in shape], fill=255)
        fill = _skin(photo, face) if colour == "skin" else ImageColor.getrgb(colour)[:3]
        return Image.composite(_lit(fill, photo.size), photo, outline)

    return copy


def _ellipse(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    turns = np.linspace(0, 2 * math.pi, 24, endpoint=False).tolist()
    return [(x + width * math.cos(turn), y + height * math.sin(turn)) for turn in turns]


def _rectangle(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


# Outlines in distances between the eyes, from the point between them; the mouth is about 1 below.
COVERS: Mapping[str, list[list[tuple[float, float]]]] = {
    "glasses": [
        _ellipse(-0.5, 0.05, 0.42, 0.3),
        _ellipse(0.5, 0.05, 0.42, 0.3),
        _rectangle(-0.2, -0.1, 0.2, 0),
    ],
    "bar": [_rectangle(-0.95, -0.28, 0.95, 0.28)],
    "mask": [[(-0.95, 0.45), (0, 0.3), (0.95, 0.45), (0.6, 1.6), (0, 1.75), (-0.6, 1.6)]],
    "mouth": [_rectangle(-0.6, 0.75, 0.6, 1.3)],
    "half": [_rectangle(-1, -1, 0, 2.3)],
    "eye": [_ellipse(-0.5, 0, 0.4, 0.4)],
}

COPIES: Mapping[str, Copy] = {
    **{f"blurred {radius}": blurred(radius) for radius in (0.01, 0.02, 0.03, 0.04, 0.06)},
    **{f"smeared {length}": smeared(length) for length in (0.08, 0.15, 0.25)},
    **{f"shrunk {width}": shrunk(width) for width in (60, 45, 32, 24, 20)},
    **{
        f"cut {side} {share}": cut(side, share)
        for side in ("left", "right", "top", "bottom")
        for share in (0.15, 0.3, 0.45)
    },
    **{f"rolled {degrees}": rolled(degrees) for degrees in (15, 30, 45, 60)},
    **{f"turned {degrees}": turned(degrees) for degrees in (30, 45, 60, 70)},
    **{f"flattened {factor}": flattened(factor) for factor in (0.75, 0.55)},
    **{
        f"covered {what} {colour}": covered(what, colour)
        for what, colour in (
            ("glasses", "#101010"),
            ("bar", "#000000"),
            ("mask", "#9ec5e0"),
            ("mask", "#202020"),
            ("mouth", "skin"),
            ("mask", "skin"),
            ("half", "skin"),
            ("eye", "skin"),
        )
    },
}


def _resized(photo: Image.Image, across: float, down: float) -> Image.Image:
    size = (max(1, round(photo.width * across)), max(1, round(photo.height * down)))
    return photo.resize(size, Image.Resampling.BICUBIC)


def _around(box: Box, reach: float) -> Floats:
    """The corners (4, 2) of a square around the middle of a box."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return np.array(_rectangle(x - reach, y - reach, x + reach, y + reach), dtype=np.float64)


def _turned_points(points: Floats, box: Box, angle: float) -> Floats:
    """Where points (n, 2) of a flat portrait are seen when it is turned about the middle of a box."""
    middle = np.array([(box.left + box.right) / 2, (box.top + box.bottom) / 2])
    away = CAMERA_AWAY * box.width
    x, y = (points - middle).T
    nearness = away / (away + x * math.sin(angle))
    return np.asarray(middle + np.stack([x * math.cos(angle) * nearness, y * nearness], axis=1))


def _perspective(source: Floats, target: Floats) -> Floats:
    """The eight coefficients of the perspective that takes four points (4, 2) to four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source.tolist(), target.tolist(), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows), np.array(values))


def _eye_axes(face: DetectedFace) -> tuple[Floats, Floats, Floats]:
    """The point between the eyes, and the steps of one eye distance to the right of them and down."""
    left, right = (np.array(eye) for eye in face.landmarks[:2])
    across = right - left
    return (left + right) / 2, across, np.array([-across[1], across[0]])


def _skin(photo: Image.Image, face: DetectedFace) -> tuple[int, ...]:
    """The mean colour above the tip of the nose."""
    x, y = face.landmarks[2]
    patch = photo.crop((int(x) - 4, int(y) - 8, int(x) + 4, int(y)))
    return tuple(np.asarray(patch).reshape(-1, 3).mean(axis=0).astype(int).tolist())


def _lit(colour: tuple[int, ...], size: tuple[int, int]) -> Image.Image:
    """A surface of that colour, brighter at its left and upper edges, with a camera's grain."""
    columns, rows = np.meshgrid(np.linspace(0.15, -0.15, size[0]), np.linspace(0.1, -0.1, size[1]))
    shading = 255 * (columns + rows) / 2
    grain = np.random.default_rng(0).normal(scale=GRAIN, size=shading.shape)
    pixels = np.asarray(colour)[None, None] + (shading + grain)[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
