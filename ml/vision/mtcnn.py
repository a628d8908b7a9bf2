"""MTCNN: three small networks, each surer than the one before, find faces and five landmarks.

The method is of Zhang et al., "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional
Networks" (2016). Thresholds, pyramid factor and the pixel conventions (which box edges count in) are those of
facenet-pytorch 2.5, whose weights the networks carry, so that the same faces are found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.runtime import Network
from ml.vision.boxes import Floats, moved, squared, suppress
from ml.vision.resize import area_resized

# The first network looks through a window of 12 pixels that moves by 2.
WINDOW_PX = 12
STRIDE_PX = 2
PYRAMID_FACTOR = 0.709
PROPOSED_ABOVE, REFINED_ABOVE, FOUND_ABOVE = 0.6, 0.7, 0.7
# Crops per run of the second and third network: bounds their memory to some 50 MB.
BATCH = 512
# A crowd of 60 faces proposes a few hundred boxes. Patterns that look like faces everywhere may propose any
# number; the best of them are enough, and bound the time.
MOST_PROPOSALS = 2000


@dataclass(frozen=True)
class Found:
    """What a photo shows: boxes (n, 4), scores (n,) in 0..1, landmarks (n, 5, 2) in pixels, best first."""

    boxes: Floats
    scores: Floats
    landmarks: Floats


_NOTHING = Found(np.zeros((0, 4), np.float32), np.zeros((0,), np.float32), np.zeros((0, 5, 2), np.float32))


class Cascade:
    """The three networks in a row. Each maps a batch (n, 3, h, w), pixels in about -1..1, to its outputs.

    proposal: offsets (n, 4, h', w') and probabilities (n, 2, h', w') of whole photos; refinement: offsets
    (n, 4) and probabilities (n, 2) of 24-pixel crops; output: offsets (n, 4), landmarks (n, 10) and
    probabilities (n, 2) of 48-pixel crops.
    """

    def __init__(self, proposal: Network, refinement: Network, output: Network) -> None:
        self._proposal = proposal
        self._refinement = refinement
        self._output = output

    def find(self, photo: Image.Image, min_face_px: float) -> Found:
        """All faces of at least `min_face_px`, in pixels of the photo; boxes may reach over its edges."""
        boxes = self._propose(photo, min_face_px)
        if len(boxes):
            boxes = self._refine(photo, boxes)
        return self._locate(photo, boxes) if len(boxes) else _NOTHING

    def _propose(self, photo: Image.Image, min_face_px: float) -> Floats:
        pixels = np.asarray(photo)
        levels = [self._propose_at(pixels, scale) for scale in _scales(photo.size, min_face_px)]
        # (n, 9): box, score, offsets
        rows = np.concatenate([np.zeros((0, 9), np.float32), *levels])
        rows = rows[np.argsort(-rows[:, 4], kind="stable")[:MOST_PROPOSALS]]
        rows = rows[suppress(rows[:, :4], rows[:, 4], 0.7)]
        return squared(moved(rows[:, :4], rows[:, 5:], pixel=0))

    def _propose_at(self, pixels: NDArray[np.uint8], scale: float) -> Floats:
        """Boxes, scores and offsets, (n, 9), of one level of the pyramid."""
        width, height = (int(side * scale + 1) for side in (pixels.shape[1], pixels.shape[0]))
        level = area_resized(pixels, width, height)
        offsets, probabilities = self._proposal(_as_input(level[np.newaxis]))
        rows, columns = np.nonzero(probabilities[0, 1] >= PROPOSED_ABOVE)
        corners = STRIDE_PX * np.stack([columns, rows], axis=1) + 1
        boxes = np.floor(np.concatenate([corners, corners + WINDOW_PX - 1], axis=1) / scale)
        scores = probabilities[0, 1, rows, columns]
        found = np.concatenate([boxes, scores[:, None], offsets[0][:, rows, columns].T], axis=1)
        found = found.astype(np.float32)[np.argsort(-scores, kind="stable")[:MOST_PROPOSALS]]
        return found[suppress(found[:, :4], found[:, 4], 0.5)]

    def _refine(self, photo: Image.Image, boxes: Floats) -> Floats:
        offsets, probabilities = _in_batches(self._refinement, _crops(photo, boxes, side=24))
        sure = probabilities[:, 1] > REFINED_ABOVE
        boxes, offsets, scores = boxes[sure], offsets[sure], probabilities[sure, 1]
        kept = suppress(boxes, scores, 0.7)
        return squared(moved(boxes[kept], offsets[kept], pixel=1))

    def _locate(self, photo: Image.Image, boxes: Floats) -> Found:
        offsets, points, probabilities = _in_batches(self._output, _crops(photo, boxes, side=48))
        sure = probabilities[:, 1] > FOUND_ABOVE
        boxes, offsets, scores = boxes[sure], offsets[sure], probabilities[sure, 1]
        # (n, 10) holds five x, then five y, in units of the box -> (n, 5, 2) in pixels
        shares = points[sure].reshape(-1, 2, 5).transpose(0, 2, 1)
        sides = boxes[:, None, 2:] - boxes[:, None, :2] + 1
        landmarks = shares * sides + boxes[:, None, :2] - 1
        boxes = moved(boxes, offsets, pixel=1)
        kept = suppress(boxes, scores, 0.7, of_smaller=True, pixel=1)
        return Found(boxes[kept], scores[kept], landmarks[kept])


def _scales(size: tuple[int, int], min_face_px: float) -> Iterator[float]:
    scale = WINDOW_PX / min_face_px
    while min(size) * scale >= WINDOW_PX:
        yield scale
        scale *= PYRAMID_FACTOR


def _as_input(pixels: Floats) -> Floats:
    """(n, h, w, 3) of 0..255 -> (n, 3, h, w) of about -1..1."""
    return np.ascontiguousarray((pixels - 127.5).transpose(0, 3, 1, 2) * (1 / 128))


def _crops(photo: Image.Image, boxes: Floats, side: int) -> Floats:
    """What lies in each box within the photo, scaled to (n, 3, side, side)."""
    edges = np.trunc(boxes).astype(np.int64)
    # The networks were trained with edges that count from 1. At least one pixel is left of every box.
    edges[:, :2] = np.clip(edges[:, :2] - 1, 0, np.array(photo.size) - 1)
    edges[:, 2:] = np.clip(edges[:, 2:], edges[:, :2] + 1, photo.size)
    crops = np.zeros((len(boxes), side, side, 3), np.float32)
    for crop, (left, top, right, bottom) in zip(crops, edges.tolist(), strict=True):
        crop[:] = area_resized(np.asarray(photo.crop((left, top, right, bottom))), side, side)
    return _as_input(crops)


def _in_batches(network: Network, crops: Floats) -> tuple[Floats, ...]:
    parts = [network(crops[start : start + BATCH]) for start in range(0, len(crops), BATCH)]
    return tuple(np.concatenate(outputs) for outputs in zip(*parts, strict=True))
