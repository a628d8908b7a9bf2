"""The networks that heads are learnt on top of: the classifier, one that was tuned, the face embedder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from ml.config import WorkerConfig
from ml.learning.distances import Rows
from ml.learning.duplicates import NEAR_COSINE
from ml.learning.examples import Opened
from ml.learning.model_file import Backbone
from ml.runtime import Network, OnnxNetwork, open_network, resolve_device
from ml.vision import backbone
from ml.vision.embedders import Embedder, open_embedder
from ml.vision.faces import DetectedFace
from ml.weights import prepared
from ml.weights.locate import sha256_of


class Outputs(NamedTuple):
    """What a network gives of n examples: features (n, dimension) and logits (n, categories)."""

    features: Rows
    logits: Rows


class Extractor(Protocol):
    """One network. From `near_cosine` on, the features of two pictures are those of near copies."""

    backbone: Backbone
    near_cosine: float

    def extract(self, examples: Sequence[Opened]) -> Outputs:
        """What it gives of at least one example."""
        ...


class PhotoExtractor:
    """A classifier's features, and its own logits where it has any."""

    near_cosine = NEAR_COSINE

    def __init__(self, network: Network, outputs: Sequence[str], described: Backbone) -> None:
        """`outputs`: their names, in order; `features` must be one, `logits` may be.

        `described` must have preprocessing.
        """
        assert described.preprocessing is not None
        self.backbone = described
        self._network = backbone.Backbone(network, described.preprocessing)
        self._outputs = tuple(outputs)

    def extract(self, examples: Sequence[Opened]) -> Outputs:
        found = dict(zip(self._outputs, self._network.run([one.photo for one in examples]), strict=True))
        logits = found.get("logits") if self.backbone.categories else None
        return Outputs(found["features"], _none(examples) if logits is None else logits)


class FaceExtractor:
    """A face embedder's vectors; there are no logits."""

    def __init__(self, embedder: Embedder, described: Backbone) -> None:
        self.backbone = described
        self.near_cosine = embedder.info.thresholds.copy
        self._embedder = embedder

    def extract(self, examples: Sequence[Opened]) -> Outputs:
        faces = [(one.photo, _face_of(one)) for one in examples]
        return Outputs(self._embedder.embed(faces), _none(examples))


def open_photo_extractor(config: WorkerConfig) -> PhotoExtractor:
    """The classifier in use. Raises WeightsMissing, or another error of ml.weights.errors."""
    model = prepared(config, "classifier")
    found, meta = model.only, model.only.meta
    described = Backbone(
        id=model.id,
        stem=found.recipe.stem,
        source_sha256=found.recipe.sha256,
        dimension=meta.features,
        categories=len(meta.categories),
        preprocessing=meta.preprocessing,
    )
    network = open_network(found, resolve_device(config.device), config.threads)
    return PhotoExtractor(network, meta.outputs, described)


def open_tuned_extractor(file: Path, described: Backbone, threads: int) -> PhotoExtractor:
    """A network of the chat's own, as an ONNX file. Raises NetworkUnusable."""
    network = OnnxNetwork(file, threads, free_size=False)
    return PhotoExtractor(network, network.outputs, described)


def open_face_extractor(config: WorkerConfig) -> FaceExtractor:
    """The embedder in use. Raises WeightsMissing, or another error of ml.weights.errors."""
    model = prepared(config, "embedder")
    embedder = open_embedder(config)
    described = Backbone(
        id=embedder.info.id,
        stem=model.only.recipe.stem if model.networks else "",
        source_sha256=model.only.recipe.sha256 if model.networks else sha256_of(model.files[0]),
        dimension=embedder.info.dimension,
    )
    return FaceExtractor(embedder, described)


def _none(examples: Sequence[Opened]) -> Rows:
    return np.empty((len(examples), 0), np.float32)


def _face_of(example: Opened) -> DetectedFace:
    assert example.face is not None, "a training of faces has crops alone"
    return example.face
