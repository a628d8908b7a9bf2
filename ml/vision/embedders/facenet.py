"""facenet-pytorch's InceptionResnetV1, trained on VGGFace2: 512 numbers a face, compared by cosine."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.protocol import EmbedderInfo, IdentityThresholds
from ml.runtime import Device, Network, open_network
from ml.vision.faces import DetectedFace
from ml.weights import Prepared

# The weights' name, and that of the vectors made with them: what is cut out of a photo is part of a model.
# "facenet-vggface2" alone are vectors of the box without a margin, as this bot made them at first.
ID = "facenet-vggface2"
VECTORS = "facenet-vggface2-square"
DIMENSION = 512
SIDE_PX = 160
# A square of the box's longer side and this much more of it: VGGFace2's faces, on which the network was
# trained, show more than MTCNN's boxes do. Known people named at 2 % of strangers, by what is cut out: the
# box 97.3 %, the box and a quarter more 98.0 %, the square 97.8 %, the square and a quarter more 98.5 %, and
# turned upright 98.3 %. The mean with the mirrored view takes twice the time and names no more (98.5 %).
MARGIN = 0.25
# Faces per run: 16 need some 300 MB of intermediate results.
BATCH = 16

# Measured by `python -m benchmarks.identity --model facenet-vggface2` on photos/faces (60 people of LFW, 60
# strangers; 30 enrolled with 3 photos each, 40 random splits), in % of known people | strangers:
#   strict  surely named, right 96.81, wrong 0.00; maybe, right 2.32 | named 0.53, maybe 4.42
#   normal  surely named, right 98.36, wrong 0.00; maybe, right 1.00 | named 1.89, maybe 8.44
#   loose   surely named, right 98.93, wrong 0.05; maybe, right 0.50 | named 5.09, maybe 10.37
# What rivals change, by `benchmarks.identity_rules`: of made-up siblings, alike by 0.61 (0.74),
# 0.08 % (0.17 %) are surely taken for each other instead of 0.17 % (0.42 %), and a third one, who is not
# enrolled, is named on 12 % (23 %) of the photos instead of 42 % (76 %).
# Copies, by `benchmarks.identity_copies`: 97 % and more of each kind (shrunk, JPEG of quality 20, brighter,
# turned, cut, mirrored) are at least 0.9 like their original; of different photos of a person, 6 % of pairs.
NORMAL = IdentityThresholds(
    sure=0.56, maybe=0.485, margin=0.05, crowded=0.4, tighten=0.5, widen=0.1, copy=0.9
)
STRICT = msgspec.structs.replace(NORMAL, sure=0.605, maybe=0.525)
LOOSE = msgspec.structs.replace(NORMAL, sure=0.52, maybe=0.46)
# Photos this alike are near copies (see `copy`). With the three most alike of six photos, 97.3 % are named,
# with the three least alike 99.0 %; by the number of photos, 92.9, 97.2, 98.4, 98.7, 99.0 and 99.0 %.
VARIED = 0.9


class FacenetEmbedder:
    """The network, its pixels scaled as facenet-pytorch scales them."""

    def __init__(self, network: Network, source: str) -> None:
        self._network = network
        self.info = EmbedderInfo(
            id=VECTORS,
            source=source,
            dimension=DIMENSION,
            metric="cosine",
            thresholds=NORMAL,
            strict=STRICT,
            loose=LOOSE,
            varied=VARIED,
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
    """The square around a face, (160, 160, 3), bilinear; where the photo ends, what is left is stretched."""
    box = face.box
    reach = (1 + MARGIN) * max(box.width, box.height) / 2
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    left, top = int(max(x - reach, 0)), int(max(y - reach, 0))
    right, bottom = int(min(x + reach, photo.width)), int(min(y + reach, photo.height))
    view = photo.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    return np.asarray(view.resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR))


def as_input(views: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, h, w, 3) of 0..255 -> (n, 3, h, w) of about -1..1, which the network was trained on."""
    return np.ascontiguousarray((views.astype(np.float32).transpose(0, 3, 1, 2) - 127.5) / 128)
