"""The models a worker has: whatever of classifier, detector and embedder there are weights for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from ml.config import WorkerConfig
from ml.errors import MissingWeights, WeightsMissing
from ml.protocol import Description
from ml.runtime import resolve_device
from ml.vision.classifier import Classifier, open_classifier
from ml.vision.embedders import Embedder, open_embedder
from ml.vision.faces import FaceDetector, open_detector
from ml.weights import needs_prepare
from ml.weights.sources import choose

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Models:
    """Loaded models, None where the weights are missing, and what to tell the bot of them."""

    classifier: Classifier | None
    detector: FaceDetector | None
    embedder: Embedder | None
    description: Description


def open_models(config: WorkerConfig) -> Models:
    """Loads what there is, exporting networks first where that was never done. Raises MLError."""
    if needs_prepare(config):
        prepare_apart(config)
    missing: list[MissingWeights] = []
    classifier = _open_or_note(open_classifier, config, missing)
    detector = _open_or_note(open_detector, config, missing)
    embedder = _open_or_note(open_embedder, config, missing)
    description = Description(
        device=resolve_device(config.device),
        classifier=classifier.info if classifier else None,
        embedder=embedder.info if embedder else None,
        best_embedder=best_embedder(config),
        missing=tuple(missing),
    )
    return Models(classifier, detector, embedder, description)


def best_embedder(config: WorkerConfig) -> str | None:
    """The embedder that FACE_MODEL=auto takes, which need not be the one that galleries are pinned to."""
    try:
        return choose(msgspec.structs.replace(config, face_model="auto"), "embedder").id
    except WeightsMissing:
        return None


def prepare_apart(config: WorkerConfig) -> None:
    """Exports networks in a process of its own, whose torch (400 MB) goes away with it.

    Ends this process with that one's exit code where it fails: its last line says why.
    """
    child = (sys.executable, "-m", "ml.process", "--parent", str(os.getpid()))
    code = subprocess.call(
        (*child, "ml.weights", "prepare", "--config", config.to_json()), stdin=subprocess.DEVNULL
    )
    if code != 0:
        raise SystemExit(code)


def _open_or_note(
    open_model: Callable[[WorkerConfig], Model], config: WorkerConfig, missing: list[MissingWeights]
) -> Model | None:
    try:
        return open_model(config)
    except WeightsMissing as error:
        missing += error.missing
        return None
