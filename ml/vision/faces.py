"""Faces in a photo: where they are, five landmarks each, in reading order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from PIL import Image

from ml.config import WorkerConfig
from ml.protocol import Box, Point
from ml.runtime import open_network, resolve_device
from ml.vision.mtcnn import Cascade, Found
from ml.weights import prepared

MIN_FACE_PX = 20
# Larger photos are looked at reduced, faces of 20 pixels in that being the smallest found: about 1 % of the
# width of a phone's 12 megapixels. Bounds time (2.5 s on one core) and memory, whatever is sent.
LOOKED_AT_PIXELS = 4_000_000
# Of MTCNN's 57 finds in 200 photos of ImageNet, 9 of the 10 below this are no faces; of the 12 up to 0.9,
# half are faces, from the side or behind glasses. In photos/faces none of 539 is below 0.94.
LEAST_CONFIDENCE = 0.8
# Rows of people count as rows where their faces' centres are this many face heights apart: less is one row
# of people of different height.
ROW_GAP = 0.75


@dataclass(frozen=True)
class DetectedFace:
    """A face in pixels of the photo; the box may reach over the photo's edge where the face is cut off.

    `landmarks`: left eye, right eye, nose, left and right mouth corner, as seen. `confidence` in 0..1.
    """

    box: Box
    landmarks: tuple[Point, ...]
    confidence: float


class FaceDetector:
    """Finds faces with MTCNN."""

    def __init__(self, cascade: Cascade) -> None:
        self._cascade = cascade

    def detect(self, photos: Sequence[Image.Image]) -> list[list[DetectedFace]]:
        """The faces of each photo (mode RGB, upright), in reading order."""
        return [in_reading_order(self._detect(photo)) for photo in photos]

    def _detect(self, photo: Image.Image) -> list[DetectedFace]:
        factor = math.ceil(math.sqrt(photo.width * photo.height / LOOKED_AT_PIXELS))
        found = self._cascade.find(photo.reduce(factor) if factor > 1 else photo, MIN_FACE_PX)
        return _as_faces(found, factor)


def open_detector(config: WorkerConfig) -> FaceDetector:
    """The detector on the configured device. Raises WeightsMissing."""
    found = prepared(config, "detector")
    device = resolve_device(config.device)
    stages = (found.network(name) for name in ("pnet", "rnet", "onet"))
    return FaceDetector(Cascade(*(open_network(stage, device, config.threads) for stage in stages)))


def in_reading_order(faces: Sequence[DetectedFace]) -> list[DetectedFace]:
    """Left to right; row by row from the top where at least two people stand in each of clear rows."""
    rows = _rows(sorted(faces, key=lambda face: _centre(face.box)[1]))
    if any(len(row) < 2 for row in rows):
        rows = [list(faces)]
    return [face for row in rows for face in sorted(row, key=lambda face: _centre(face.box)[0])]


def _rows(from_top: Sequence[DetectedFace]) -> list[list[DetectedFace]]:
    if not from_top:
        return []
    apart = ROW_GAP * median(face.box.height for face in from_top)
    rows = [[from_top[0]]]
    for above, face in pairwise(from_top):
        if _centre(face.box)[1] - _centre(above.box)[1] > apart:
            rows.append([])
        rows[-1].append(face)
    return rows


def _centre(box: Box) -> Point:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _as_faces(found: Found, factor: int) -> list[DetectedFace]:
    boxes = (found.boxes * factor).tolist()
    landmarks = (found.landmarks * factor).tolist()
    return [
        DetectedFace(Box(*box), tuple((x, y) for x, y in points), confidence)
        for box, points, confidence in zip(boxes, landmarks, found.scores.tolist(), strict=True)
        if confidence >= LEAST_CONFIDENCE
    ]
