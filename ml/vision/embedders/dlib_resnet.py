"""dlib's face recognition network, version 1: 128 numbers a face, compared by cosine.

The network was trained for Euclidean distances; but against the mean of a person's photos, the cosine names
97.1 % of known people right where the distance names 96.2 % (at the same share of named strangers)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.protocol import Box, EmbedderInfo, IdentityThresholds
from ml.vision.faces import DetectedFace
from ml.weights import Prepared

ID = "dlib-resnet-v1"
DIMENSION = 128
# The network's input, and how much of the face's surroundings it was trained to see (dlib's defaults).
CHIP_PX = 150
CHIP_PADDING = 0.25
# How much lower than MTCNN's box dlib's lies, in heights of MTCNN's.
SQUARE_LOWER = 0.05
# Faces per run: bounds memory to some 200 MB.
BATCH = 16

# Measured by `python -m benchmarks.identity --model dlib-resnet-v1` on photos/faces (60 people of LFW, 60
# strangers; 30 enrolled with 3 photos each, 40 random splits), in % of known people | strangers:
#   strict  surely named, right 95.75, wrong 0.03; maybe, right 2.76 | named 0.57, maybe 3.77
#   normal  surely named, right 97.81, wrong 0.07; maybe, right 0.95 | named 1.69, maybe 6.95
#   loose   surely named, right 98.34, wrong 0.08; maybe, right 0.49 | named 4.62, maybe 8.86
# dlib's vectors lie close together, so that a small step in cosine is a large one in likeness.
# What rivals change, by `benchmarks.identity_rules`: of made-up siblings, alike by 0.95 (0.96),
# none (0.25 %) are surely taken for each other instead of 0.67 % (1.33 %), and a third one, who is not
# enrolled, is named on 34 % (28 %) of the photos instead of 60 % (66 %).
# Copies, by `benchmarks.identity_copies`: 19 of 20 of each kind (JPEG of quality 20, brighter, turned, cut,
# mirrored; of those shrunk by half, somewhat fewer) are at least 0.98 like their original; of different
# photos of one person, some 2 % of pairs.
NORMAL = IdentityThresholds(
    sure=0.931, maybe=0.922, margin=0.005, crowded=0.9, tighten=0.2, widen=0.1, copy=0.98
)
STRICT = msgspec.structs.replace(NORMAL, sure=0.938, maybe=0.926)
LOOSE = msgspec.structs.replace(NORMAL, sure=0.925, maybe=0.919)
# Photos this alike are near copies (see `copy`). With the three most alike of six photos, 96.8 % are named,
# with the three least alike 97.8 %; by the number of photos, 86.0, 95.9, 97.7, 98.1, 98.2 and 98.3 %.
VARIED = 0.98


class DlibEmbedder:
    """The network and the five-point landmarks that dlib aligns faces by.

    dlib's own landmarks (eye corners and nose) are found anew inside the box: the network was trained on
    faces that were aligned by these, not by MTCNN's.
    """

    def __init__(self, network: Any, landmarks: Any, source: str) -> None:
        self._network = network
        self._landmarks = landmarks
        self.info = EmbedderInfo(
            id=ID,
            source=source,
            dimension=DIMENSION,
            metric="cosine",
            thresholds=NORMAL,
            strict=STRICT,
            loose=LOOSE,
            varied=VARIED,
        )

    @classmethod
    def open(cls, found: Prepared) -> DlibEmbedder:
        import dlib

        network, landmarks = (str(file) for file in found.files)
        return cls(dlib.face_recognition_model_v1(network), dlib.shape_predictor(landmarks), found.source)

    def embed(self, faces: Sequence[tuple[Image.Image, DetectedFace]]) -> NDArray[np.float32]:
        """Vectors (n, 128)."""
        vectors = np.zeros((len(faces), DIMENSION), np.float32)
        for start in range(0, len(faces), BATCH):
            chips = [self._chip(photo, face) for photo, face in faces[start : start + BATCH]]
            vectors[start : start + BATCH] = self._network.compute_face_descriptor(chips)
        return vectors

    def _chip(self, photo: Image.Image, face: DetectedFace) -> NDArray[np.uint8]:
        """The aligned face, (150, 150, 3)."""
        import dlib

        region, left, top = _surroundings(photo, face.box)
        pixels = np.asarray(region)
        shape = self._landmarks(pixels, dlib.rectangle(*_square(face.box, left, top)))
        return np.asarray(dlib.get_face_chip(pixels, shape, CHIP_PX, CHIP_PADDING))


def _surroundings(photo: Image.Image, box: Box) -> tuple[Image.Image, int, int]:
    """The part of a photo that the chip may be cut from, and where its corner is in the photo."""
    left, top = max(0, int(box.left - box.width)), max(0, int(box.top - box.height))
    right, bottom = int(box.right + box.width) + 1, int(box.bottom + box.height) + 1
    region = photo.crop((left, top, min(photo.width, right), min(photo.height, bottom)))
    return region, left, top


def _square(box: Box, left: int, top: int) -> tuple[int, int, int, int]:
    """A square as dlib's own face detector draws it, in the region whose corner is at (left, top).

    dlib's landmarks were trained on its boxes: square, and from the brows to the chin.
    """
    reach = (box.width + box.height) / 4
    x = (box.left + box.right) / 2 - left
    y = (box.top + box.bottom) / 2 + SQUARE_LOWER * box.height - top
    return int(x - reach), int(y - reach), int(x + reach), int(y + reach)
