"""How good a face is for recognition, and what is wrong with it.

The limits were measured by `python -m benchmarks.embeddings` on photos/faces: how like itself (cosine of
facenet-vggface2) a face stays when it is scaled down or blurred. The faces there are 97 pixels wide.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from ml.protocol import Box, Point, Quality, QualityProblem
from ml.vision.alignment import aligned
from ml.vision.faces import DetectedFace

# The size at which a face is measured; MTCNN's boxes of the faces in photos/faces are 126 pixels high.
ALIGNED_PX = 112

# 32 pixels wide: 0.93 like itself (0.86 for the worst 5 %); 24 pixels: 0.84 (0.71).
LEAST_SIZE_PX = 32
# Blurred by a Gaussian of 2 pixels: sharpness 12, 0.87 like itself; of 3 pixels: sharpness 5, 0.70.
LEAST_SHARPNESS = 10
# 1.5 % of the faces there are turned further; beyond it, one of the eyes is hardly seen.
MOST_YAW = 0.75
# Each of the 539 main faces in photos/faces was found with at least 0.94, 95 % of them with 0.99.
LEAST_CONFIDENCE = 0.94
# The detector's boxes of whole faces may reach over the edge by a few pixels.
MOST_OUTSIDE = 0.1

# From here on more does not help: 60 pixels wide, 0.99 like itself; blurred by 1 pixel, sharpness 50, 0.98.
AMPLE_SIZE_PX = 60
AMPLE_SHARPNESS = 50


def assess(photo: Image.Image, face: DetectedFace) -> Quality:
    """The quality of a face in a photo (mode RGB, upright)."""
    size_px = min(face.box.width, face.box.height)
    sharp = sharpness(aligned(photo, face.landmarks, ALIGNED_PX))
    turned = yaw(face.landmarks)
    inside = share_inside(face.box, photo.size)
    # 1 is at the limit, more is worse: the worst comes first.
    excess: dict[QualityProblem, float] = {
        "not_a_face": (1 - face.confidence) / (1 - LEAST_CONFIDENCE),
        "cut_off": (1 - inside) / MOST_OUTSIDE,
        "too_small": LEAST_SIZE_PX / max(size_px, 1),
        "blurred": LEAST_SHARPNESS / max(sharp, 1),
        "turned_away": abs(turned) / MOST_YAW,
    }
    worst_first = sorted(excess, key=excess.__getitem__, reverse=True)
    goodness = (size_px / AMPLE_SIZE_PX, sharp / AMPLE_SHARPNESS, 1 - turned**2, inside, face.confidence)
    return Quality(
        score=float(np.prod(np.clip(goodness, 0, 1))),
        size_px=size_px,
        sharpness=sharp,
        yaw=turned,
        confidence=face.confidence,
        problems=tuple(problem for problem in worst_first if excess[problem] > 1),
    )


def sharpness(face: Image.Image) -> float:
    """The variance of the Laplacian of brightness (0..255): what is out of focus has no edges."""
    grey = np.asarray(face.convert("L"), dtype=np.float32)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.var(around - 4 * grey[1:-1, 1:-1]))


def yaw(landmarks: Sequence[Point]) -> float:
    """How far the head is turned, -1..1: where the nose lies between the eyes, 0 being the middle."""
    left, right, nose = np.asarray(landmarks[:3], dtype=np.float64)
    between = right - left
    share = float(np.dot(nose - left, between) / max(float(np.dot(between, between)), 1e-9))
    return float(np.clip(2 * share - 1, -1, 1))


def share_inside(box: Box, size: tuple[int, int]) -> float:
    """How much of a box lies within a photo of that size, 0..1."""
    width = min(box.right, size[0]) - max(box.left, 0.0)
    height = min(box.bottom, size[1]) - max(box.top, 0.0)
    return max(0.0, width) * max(0.0, height) / max(box.width * box.height, 1e-9)
