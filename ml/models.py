"""The models a worker has: whatever of classifier, detector and embedder there are weights for."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from ml.config import WorkerConfig
from ml.errors import MissingWeights, WeightsMissing
from ml.learning.own_labels import OwnModels
from ml.process import child_command
from ml.protocol import Description
from ml.runtime import resolve_device
from ml.vision.classifier import Classifier, open_classifier
from ml.vision.embedders import VECTORS, Embedder, open_embedder
from ml.vision.faces import FaceDetector, open_detector
from ml.weights import needs_prepare
from ml.weights.errors import WeightsError
from ml.weights.sources import choose

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Models:
    """Loaded models, None where the weights are missing; chats' own; and what to tell the bot of them."""

    classifier: Classifier | None
    detector: FaceDetector | None
    embedder: Embedder | None
    own: OwnModels
    description: Description


def open_models(config: WorkerConfig) -> Models:
    """Loads what there is, exporting networks first where that was never done.

    A role whose weights are missing or cannot be used stays empty, and the description says why: the others
    go on. Raises DeviceMissing.
    """
    if needs_prepare(config):
        prepare_apart(config)
    lack = Lack()
    classifier = lack.open_or_note(open_classifier, config)
    detector = lack.open_or_note(open_detector, config)
    embedder = lack.open_or_note(open_embedder, config)
    description = Description(
        device=resolve_device(config.device),
        classifier=classifier.info if classifier else None,
        embedder=embedder.info if embedder else None,
        best_embedder=best_embedder(config),
        missing=tuple(lack.missing),
        troubles=tuple(lack.troubles),
    )
    own = OwnModels(config, classifier.info.backbone if classifier else None)
    return Models(classifier, detector, embedder, own, description)


def best_embedder(config: WorkerConfig) -> str | None:
    """The id of the vectors that FACE_MODEL=auto makes, which need not be those that galleries hold."""
    try:
        return VECTORS[choose(msgspec.structs.replace(config, face_model="auto"), "embedder").id]
    except (WeightsMissing, WeightsError):
        return None


def prepare_apart(config: WorkerConfig) -> None:
    """Exports networks in a process of its own, whose torch (400 MB) goes away with it.

    What it could not export it notes: opening that model says why, and the next start does not try again.
    """
    command = child_command("ml.weights", "prepare", "--config", config.to_json())
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


@dataclass(slots=True)
class Lack:
    """What could not be opened, and why."""

    missing: list[MissingWeights] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def open_or_note(self, open_model: Callable[[WorkerConfig], Model], config: WorkerConfig) -> Model | None:
        """The model, or None and a note."""
        try:
            return open_model(config)
        except WeightsMissing as error:
            self.missing += error.missing
        except WeightsError as error:
            self.troubles.append(str(error))
        return None
