"""What a worker is told when it starts: one value, handed over as JSON on its command line.

The worker reads no environment of its own: it starts without the bot's, where the secrets are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

Config = TypeVar("Config", bound=msgspec.Struct)

FaceModel = Literal["auto", "facenet-vggface2", "dlib-resnet-v1"]


def face_model_of(vectors: str) -> FaceModel:
    """The model that makes vectors of that id, which its name begins; "auto" where there is none any more."""
    names: tuple[FaceModel, ...] = ("facenet-vggface2", "dlib-resnet-v1")
    return next((name for name in names if vectors.startswith(name)), "auto")


class WorkerConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Folders, models and limits of one worker.

    `spool`: photos to read and pictures to write. `networks`: exported networks and their sidecars, written
    by `python -m ml.weights prepare`. `models`: chats' own models, under their sha256. `threads` = 0: as many
    as there are cores.
    """

    spool: Path
    networks: Path
    weights: Path
    models: Path
    classifier_model: str = "auto"
    classifier_weights: Path | None = None
    face_model: FaceModel = "auto"
    face_weights: Path | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: int = 0
    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 50_000_000

    def to_json(self) -> str:
        """For a command line's `--config`."""
        return as_json(self)

    @classmethod
    def from_json(cls, text: str) -> WorkerConfig:
        """Reads what `to_json` wrote; raises msgspec.ValidationError."""
        return read_json(text, cls)


def as_json(config: msgspec.Struct) -> str:
    """A struct with paths in it, for a command line."""
    return msgspec.json.encode(config, enc_hook=str).decode()


def read_json(text: str, kind: type[Config]) -> Config:
    """Reads what `as_json` wrote; raises msgspec.ValidationError."""
    return msgspec.json.decode(text, type=kind, dec_hook=_read_path)


def _read_path(kind: type, value: Any) -> Path:
    # The only type in these structs that msgspec does not read by itself is Path.
    if not isinstance(value, str):
        raise TypeError("expected a path")
    return Path(value)
