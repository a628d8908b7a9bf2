"""facenet-pytorch's InceptionResnetV1, trained on VGGFace2: 512 numbers a face, compared by cosine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.protocol import EmbedderInfo, IdentityThresholds
from ml.runtime import Device, Network, open_network
from ml.vision.faces import DetectedFace
from ml.weights import Prepared

ID = "facenet-vggface2"
DIMENSION = 512
SIDE_PX = 160
# Faces per run: 16 need some 300 MB of intermediate results.
BATCH = 16

# Measured by `python -m benchmarks.identity --model facenet-vggface2` on photos/faces (60 people of LFW, 60
# strangers; 30 enrolled with 3 photos each, 40 random splits): of known people 97.1 % are surely named, and
# right; 1.6 % maybe, and right; 0.2 % maybe, and wrong; none surely and wrong. Of strangers 1.9 % are surely
# named, 8.0 % maybe.
THRESHOLDS = IdentityThresholds(sure=0.57, maybe=0.5, margin=0.05)


class FacenetEmbedder:
    """The network, fed as facenet-pytorch's own pipeline feeds it."""

    def __init__(self, network: Network, source: str) -> None:
        self._network = network
        self.info = EmbedderInfo(
            id=ID, source=source, dimension=DIMENSION, metric="cosine", thresholds=THRESHOLDS
        )

    @classmethod
    def open(cls, found: Prepared, device: Device, threads: int) -> FacenetEmbedder:
        return cls(open_network(found.only, device, threads), found.source)

    def embed(self, faces: Sequence[tuple[Image.Image, DetectedFace]]) -> NDArray[np.float32]:
        """Vectors of length 1, (n, 512)."""
        vectors = np.zeros((len(faces), DIMENSION), np.float32)
        for start in range(0, len(faces), BATCH):
            views = np.stack([face_pixels(photo, face) for photo, face in faces[start : start + BATCH]])
            (vectors[start : start + BATCH],) = self._network(as_input(views))
        return vectors


def face_pixels(photo: Image.Image, face: DetectedFace) -> NDArray[np.uint8]:
    """What lies in the face's box, within the photo, stretched to (160, 160, 3): no margin, bilinear."""
    box = face.box
    left, top = int(max(box.left, 0)), int(max(box.top, 0))
    right, bottom = int(min(box.right, photo.width)), int(min(box.bottom, photo.height))
    view = photo.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    return np.asarray(view.resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR))


def as_input(views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, h, w, 3) of 0..255 -> (n, 3, h, w) of about -1..1, which the network was trained on."""
    return np.ascontiguousarray((views.astype(np.float32).transpose(0, 3, 1, 2) - 127.5) / 128)
