"""Faces turned upright and brought to one size, by their landmarks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.protocol import Point

# Where MTCNN's landmarks lie in its boxes on average, in units of the box's sides (0.77 as wide as high):
# left eye, right eye, nose, left and right mouth corner. Mean over the 493 photos of LFW's subset
# (photos/faces) in which one face is found.
BOX_ASPECT = 0.77
MEAN_LANDMARKS = np.array(
    [[0.286, 0.383], [0.742, 0.376], [0.513, 0.585], [0.323, 0.763], [0.718, 0.758]], dtype=np.float64
)


def aligned(photo: Image.Image, landmarks: Sequence[Point], side_px: int) -> Image.Image:
    """The face alone, upright, as a square of `side_px` that is as high as the detector's box would be."""
    template = (MEAN_LANDMARKS - 0.5) * (BOX_ASPECT, 1.0) * side_px + side_px / 2
    points = np.asarray(landmarks, dtype=np.float64)
    region, corner, factor = _reduced_region(photo, points, side_px)
    matrix = similarity(template, (points - corner) / factor)
    return region.transform(
        (side_px, side_px), Image.Transform.AFFINE, tuple(matrix.ravel()), Image.Resampling.BILINEAR
    )


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix (2, 3) of the turn, scale and shift that takes points (n, 2) nearest to others.

    Least squares. With points as complex numbers, z -> a z + b, a is the regression of one on the other.
    """
    z, w = (points[:, 0] + 1j * points[:, 1] for points in (source, target))
    centred = z - z.mean()
    a = np.vdot(centred, w - w.mean()) / max(float(np.vdot(centred, centred).real), 1e-9)
    b = w.mean() - a * z.mean()
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def _reduced_region(
    photo: Image.Image, points: NDArray[np.float64], side_px: int
) -> tuple[Image.Image, NDArray[np.float64], int]:
    """The surroundings of a face, their corner in the photo, and the whole factor they were reduced by.

    Bilinear sampling looks at four pixels only: a large face has to be reduced first.
    """
    centre = points.mean(axis=0)
    # The landmarks spread over about half of the face; three times that holds it at any turn.
    reach = 3.0 * max(float(np.abs(points - centre).max()), 1.0)
    corner = np.floor(np.maximum(centre - reach, 0))
    right, bottom = np.minimum(np.ceil(centre + reach), photo.size)
    box = (
        int(corner[0]),
        int(corner[1]),
        max(int(right), int(corner[0]) + 1),
        max(int(bottom), int(corner[1]) + 1),
    )
    factor = max(1, int(reach / side_px))
    region = photo.crop(box)
    return (region.reduce(factor) if factor > 1 else region), corner, factor
