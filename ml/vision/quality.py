"""How good a face is for recognition, and what is wrong with it.

The limits were chosen by what `python -m benchmarks.quality` measures on photos/faces: which of many worse
copies of portraits are recognised wrong, and how many of these, and of the untouched photos, are refused. The
faces there are 97 pixels wide; "wrong" is with facenet-vggface2, which recognises 1 % of clean ones wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.protocol import Box, Point, Quality, QualityProblem
from ml.vision.alignment import aligned
from ml.vision.faces import DetectedFace

# The size at which a face is measured; MTCNN's boxes of the faces in photos/faces are 126 pixels high.
ALIGNED_PX = 112

# 32 pixels wide: 0.4 % wrong; 24 pixels: 3 %; 20 pixels: 6 %.
LEAST_SIZE_PX = 28
# Blurred by 2 % of the face's width: 1.3, 2 % wrong; by 3 %: 0.95, 7 % wrong; by 4 %: 0.8, 29 % wrong.
# No untouched photo is below.
LEAST_SHARPNESS = 1.5
# 1 % of the untouched photos are turned further; beyond it, one of the eyes is hardly seen.
MOST_YAW = 0.9
# Tilted by 15°: 0.1 % wrong; by 30°: 9 %; by 45°: 52 %. No untouched photo is tilted by more than 16°.
MOST_ROLL_DEGREES = 22
# 0.5 % of the untouched photos are below; half of those with a mask or half a face are.
LEAST_CONFIDENCE = 0.97
# The detector's boxes of whole faces may reach over the edge by a few pixels.
MOST_OUTSIDE = 0.1

# Where the eyes and the mouth lie in a face aligned to 28 × 28 cells (top, bottom, left, right), and the
# least detail there: glasses, masks and hands are plain beside it. Of the untouched photos 0.6 % are below,
# of those with dark glasses 99 %, with a mask or a hand on the mouth 91 to 97 %.
CELL_PX = 4
EYES, LEAST_EYE_DETAIL = ((8, 13, 6, 13), (8, 13, 15, 22)), 5.5
MOUTH, LEAST_MOUTH_DETAIL = (18, 25, 8, 20), 4.5
# What sharpness is measured on (left, top, right, bottom, aligned): neither background nor hair.
INNER_FACE_PX = (25, 20, 90, 100)

# From here on more does not help: 60 pixels wide, or blurred by 1 % of the width, no more are wrong.
AMPLE_SIZE_PX = 60
AMPLE_SHARPNESS = 2.6

# Where the nose lies between eyes (0) and mouth (1), by the mean landmarks of ml/vision/alignment.py.
USUAL_NOSE = 0.54


def assess(photo: Image.Image, face: DetectedFace) -> Quality:
    """The quality of a face in a photo (mode RGB, upright)."""
    grey = aligned(photo, face.landmarks, ALIGNED_PX).convert("L")
    size_px = min(face.box.width, face.box.height)
    sharp, covered, turned = sharpness(grey), occlusion(grey), yaw(face.landmarks)
    inside = share_inside(face.box, photo.size)
    # 1 is at the limit, more is worse. Causes come before what they bring about: what is cut off is not seen,
    # what is too small is not sharp, and what is blurred looks plain.
    excess: dict[QualityProblem, float] = {
        "cut_off": (1 - inside) / MOST_OUTSIDE,
        "too_small": LEAST_SIZE_PX / max(size_px, 1),
        "blurred": LEAST_SHARPNESS / max(sharp, 0.1),
        "occluded": covered,
        "turned_away": max(abs(turned) / MOST_YAW, abs(roll_degrees(face.landmarks)) / MOST_ROLL_DEGREES),
        "not_a_face": (1 - face.confidence) / (1 - LEAST_CONFIDENCE),
    }
    goodness = (size_px / AMPLE_SIZE_PX, sharp / AMPLE_SHARPNESS, 1 - turned**2, inside, face.confidence)
    return Quality(
        score=float(np.prod(np.clip((*goodness, 1 / max(covered, 1)), 0, 1))),
        size_px=size_px,
        sharpness=sharp,
        yaw=turned,
        pitch=pitch(face.landmarks),
        brightness=float(np.asarray(grey).mean()),
        occlusion=covered,
        confidence=face.confidence,
        problems=tuple(problem for problem, how_bad in excess.items() if how_bad > 1),
    )


def sharpness(face: Image.Image) -> float:
    """How much brightness bends from pixel to pixel on an aligned face (mode L), 0..255.

    The mean size of the second difference, across or down, whichever is less: what is out of focus has no
    edges, and what moved has none along its way. A mean is not misled by a single hard edge.
    """
    pixels = np.asarray(face.crop(INNER_FACE_PX), dtype=np.float32)
    return min(float(np.abs(np.diff(pixels, n=2, axis=axis)).mean()) for axis in (0, 1))


def occlusion(face: Image.Image) -> float:
    """How plain an aligned face (mode L) is where eyes and mouth should be; above 1, one of them is covered.

    The measure is blind to covers with a pattern.
    """
    cells = np.asarray(face.reduce(CELL_PX), dtype=np.float32)
    eyes, mouth = min(_detail(cells, eye) for eye in EYES), _detail(cells, MOUTH)
    return max(LEAST_EYE_DETAIL / max(eyes, 0.1), LEAST_MOUTH_DETAIL / max(mouth, 0.1))


def _detail(cells: NDArray[np.float32], part: tuple[int, int, int, int]) -> float:
    """The median difference of neighbouring cells, in levels of brightness: an edge does not change it."""
    top, bottom, left, right = part
    region = cells[top:bottom, left:right]
    steps = [np.abs(np.diff(region, axis=axis)).ravel() for axis in (0, 1)]
    return float(np.median(np.concatenate(steps)))


def yaw(landmarks: Sequence[Point]) -> float:
    """How far the head is turned, -1..1: where the nose lies between the eyes, 0 being the middle."""
    left, right, nose = np.asarray(landmarks[:3], dtype=np.float64)
    return float(np.clip(2 * _share_of_way(left, right, nose) - 1, -1, 1))


def pitch(landmarks: Sequence[Point]) -> float:
    """How far the head is bent, -1..1: where the nose lies between eyes and mouth, 0 being usual, 1 down."""
    points = np.asarray(landmarks, dtype=np.float64)
    share = _share_of_way(points[:2].mean(axis=0), points[3:].mean(axis=0), points[2])
    return float(np.clip(2 * (share - USUAL_NOSE), -1, 1))


def roll_degrees(landmarks: Sequence[Point]) -> float:
    """How far the line through the eyes is tilted, clockwise, -180..180."""
    left, right = np.asarray(landmarks[:2], dtype=np.float64)
    across, down = right - left
    return float(np.degrees(np.arctan2(down, across)))


def _share_of_way(start: NDArray[np.float64], end: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    """How far along the way from start to end a point lies: 0 at the start, 1 at the end."""
    way = end - start
    return float(np.dot(point - start, way) / max(float(np.dot(way, way)), 1e-9))


def share_inside(box: Box, size: tuple[int, int]) -> float:
    """How much of a box lies within a photo of that size, 0..1."""
    width = min(box.right, size[0]) - max(box.left, 0.0)
    height = min(box.bottom, size[1]) - max(box.top, 0.0)
    return max(0.0, width) * max(0.0, height) / max(box.width * box.height, 1e-9)
