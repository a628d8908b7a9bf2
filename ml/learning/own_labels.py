"""Chats' own labels: each chat's model says what it takes a photo for.

A model that stands on the classifier in use answers from the features of that classifier's one pass, however
many chats' photos are in it. Others bring a network of their own, or need the one they were made with.
NumPy and ONNX Runtime alone: the worker has no room for more.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ml.config import WorkerConfig
from ml.errors import MLError, ModelUnusable
from ml.learning.errors import ModelDamaged
from ml.learning.model_file import load
from ml.learning.networks import network_file, preprocessing_of
from ml.learning.predict import Predictor
from ml.protocol import OwnLabel, OwnLabels
from ml.recent import Recent
from ml.runtime import NetworkUnusable, OnnxNetwork
from ml.vision.backbone import Backbone
from ml.weights.values import Preprocessing

logger = logging.getLogger(__name__)

# A model of two labels on 1,280 features is 10 kB, and 9 kB more for each photo that it was learnt from.
KEPT_BYTES = 64 * 1024**2
# Networks beside the classifier in use: chats whose labels were fine-tuned, or stand on an older one.
KEPT_NETWORKS = 2


class Outputs(NamedTuple):
    """What a network gives of one photo: features (1, d), and logits (1, categories) where it has any."""

    features: NDArray[np.float32]
    logits: NDArray[np.float32] | None


@dataclass(frozen=True, eq=False, slots=True)
class OwnModel:
    """A chat's model, ready to answer. `network`: what its features come from, None for the one in use.

    `dimension` and `categories`: how many features and logits it needs of it.
    """

    name: str
    predictor: Predictor
    preprocessing: Preprocessing
    dimension: int
    categories: int
    network: Path | None

    def describe(self, seen: Outputs) -> OwnLabels:
        """What it takes a photo for. Raises ModelDamaged where it needs other outputs than those."""
        if not self._fits(seen):
            raise ModelDamaged("its network does not give what it needs")
        (probabilities,) = self.predictor.probabilities(*seen)
        (novelty,), (is_none,) = self.predictor.novelty(*seen), self.predictor.is_none(*seen)
        ranked = np.argsort(-probabilities, kind="stable")
        labels = (
            OwnLabel(name=self.predictor.labels[n], probability=float(probabilities[n])) for n in ranked
        )
        return OwnLabels(model=self.name, labels=tuple(labels), is_none=bool(is_none), novelty=float(novelty))

    def _fits(self, seen: Outputs) -> bool:
        categories = 0 if seen.logits is None else seen.logits.shape[1]
        return seen.features.shape[1] == self.dimension and self.categories in (0, categories)


@dataclass(eq=False, slots=True)
class Question:
    """A photo (RGB, upright) for a chat's model, and in the end what that says of it.

    `seen`: what the model's network gives of it; told where that is the one in use.
    """

    model: OwnModel
    photo: Image
    seen: Outputs | None = None
    answer: OwnLabels | None = None


class OwnModels:
    """The chats' models: opened when they are asked for, the latest kept.

    `backbone`: the one in use, by the name that models know it by; None where there is none.
    """

    def __init__(self, config: WorkerConfig, backbone: str | None, kept_bytes: int = KEPT_BYTES) -> None:
        self._config = config
        self._backbone = backbone
        self._models: Recent[str, OwnModel] = Recent(kept_bytes, lambda model: model.predictor.held_bytes)
        self._networks: Recent[Path, OnnxNetwork] = Recent(KEPT_NETWORKS, lambda _: 1)

    @property
    def held_bytes(self) -> int:
        return self._models.weight

    def open(self, name: str) -> OwnModel | None:
        """The model of that sha256; None, and a line in the log, where it cannot be used."""
        try:
            return self._models.get(name, lambda: self._load(name))
        except ModelUnusable as error:
            _tell_unusable(name, error)
            return None

    def answer(self, questions: Sequence[Question]) -> None:
        """Answers each question; one whose model cannot be used stays without, with a line in the log."""
        for file in {question.model.network for question in questions} - {None}:
            self._look([question for question in questions if question.model.network == file])
        for question in questions:
            if question.seen is not None:
                with _telling(question.model):
                    question.answer = question.model.describe(question.seen)

    def _look(self, questions: Sequence[Question]) -> None:
        """Has the network that these questions have in common look at their photos."""
        model = questions[0].model
        with _telling(model):
            outputs = self._run(model, [question.photo for question in questions])
            for question, seen in zip(questions, outputs, strict=True):
                question.seen = seen

    def _run(self, model: OwnModel, photos: Sequence[Image]) -> list[Outputs]:
        file = model.network
        assert file is not None
        network = self._networks.get(file, lambda: OnnxNetwork(file, self._config.threads, free_size=False))
        outputs = dict(zip(network.outputs, Backbone(network, model.preprocessing).run(photos), strict=True))
        if "features" not in outputs:
            raise ModelDamaged(f"its network {file.name} gives no features")
        return outputs_of(outputs["features"], outputs.get("logits"))

    def _load(self, name: str) -> OwnModel:
        model = load(self._config.models, name)
        file = network_file(model, self._config)
        in_use = not model.network and model.backbone.stem == self._backbone
        return OwnModel(
            name=name,
            predictor=Predictor(model),
            preprocessing=preprocessing_of(model),
            dimension=model.backbone.dimension,
            categories=model.backbone.categories,
            network=None if in_use else file,
        )


def outputs_of(features: NDArray[np.float32], logits: NDArray[np.float32] | None) -> list[Outputs]:
    """A network's outputs (n, d) and (n, categories), photo by photo."""
    photos = [slice(index, index + 1) for index in range(len(features))]
    return [Outputs(features[one], None if logits is None else logits[one]) for one in photos]


@contextmanager
def _telling(model: OwnModel) -> Iterator[None]:
    """Where the model turns out to be of no use, the log gets a line and the chat no labels."""
    try:
        yield
    except (ModelUnusable, NetworkUnusable) as error:
        _tell_unusable(model.name, error)


def _tell_unusable(name: str, error: MLError) -> None:
    logger.warning("the chat's model %s cannot be used: %s", name[:12], error)
