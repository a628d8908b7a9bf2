"""Faces -> vectors: one small interface, one class per model. Vectors of different models never meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.config import WorkerConfig
from ml.protocol import EmbedderInfo
from ml.runtime import resolve_device
from ml.vision.embedders import dlib_resnet, facenet
from ml.vision.faces import DetectedFace
from ml.weights import Prepared, prepared

__all__ = ["VECTORS", "Embedder", "open_embedder"]

# The id of the vectors that each model's weights make.
VECTORS = {facenet.ID: facenet.VECTORS, dlib_resnet.ID: dlib_resnet.ID}


class Embedder(Protocol):
    """Turns faces into vectors that are near each other for the same person."""

    info: EmbedderInfo

    def embed(self, faces: Sequence[tuple[Image.Image, DetectedFace]]) -> NDArray[np.float32]:
        """One vector per face, (n, dimension). Each face comes with the RGB photo, or crop, it lies in."""
        ...


def open_embedder(config: WorkerConfig) -> Embedder:
    """The embedder that the settings name, else the best one there are weights for. Raises WeightsMissing."""
    found = prepared(config, "embedder")
    device = resolve_device(config.device)
    openers: dict[str, Callable[[Prepared], Embedder]] = {
        facenet.ID: lambda found: facenet.FacenetEmbedder.open(found, device, config.threads),
        dlib_resnet.ID: dlib_resnet.DlibEmbedder.open,
    }
    return openers[found.id](found)
