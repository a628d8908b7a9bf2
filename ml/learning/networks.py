"""The network that a chat's model takes its features from, as a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ml.config import WorkerConfig
from ml.learning.errors import BackboneGone, ModelDamaged, ModelForeign, ModelGone
from ml.learning.model_file import ChatModel
from ml.weights.prepare import exported
from ml.weights.values import Preprocessing


def network_file(model: ChatModel, config: WorkerConfig) -> Path:
    """An ONNX file with an output `features`: the model's own, or its backbone's as it was exported.

    The latter may be a backbone that is not in use any more. Raises ModelUnusable.
    """
    if model.network:
        return _own(config.models / f"{model.network}.onnx", model.network)
    found = exported(config.networks, model.backbone.stem)
    if found is None or found.meta.source_sha256 != model.backbone.source_sha256:
        raise BackboneGone(f"it stands on {model.backbone.stem}, which is not here any more")
    return found.path


def preprocessing_of(model: ChatModel) -> Preprocessing:
    """How a photo becomes the network's input. Raises ModelForeign for a model of faces."""
    if model.backbone.preprocessing is None:
        raise ModelForeign("it is about faces, not about photos")
    return model.backbone.preprocessing


def _own(file: Path, sha256: str) -> Path:
    try:
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelGone(f"its network {file.name}: {error.strerror}") from error
    if found != sha256:
        raise ModelDamaged(f"its network {file.name} holds other bytes than were written")
    return file
