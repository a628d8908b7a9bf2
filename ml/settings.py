"""The settings that concern models: what `python -m ml.weights` and the bot both read.

The bot's `Settings` extends this class, so that each setting is declared once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ml.config import WorkerConfig

# `CLASSIFIER_WEIGHTS=` in a .env file means "not set", not "the current folder".
OptionalPath = Annotated[Path | None, BeforeValidator(lambda value: value or None)]


class ModelSettings(BaseSettings):
    """Folders, models and limits, from the environment or a .env file."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    data_dir: Path = Path("data")
    weights_dir: Path = Path("weights")
    classifier_model: str = "auto"
    classifier_weights: OptionalPath = None
    face_model: Literal["auto", "facenet-vggface2", "dlib-resnet-v1"] = "auto"
    face_weights: OptionalPath = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: int = Field(default=0, ge=0)
    max_file_mb: int = Field(default=20, ge=1)
    max_pixels: int = Field(default=50_000_000, ge=10_000)

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"

    @property
    def models_dir(self) -> Path:
        return self.data_dir / "models"

    def worker_config(self) -> WorkerConfig:
        """What a worker, or `python -m ml.weights`, is to work with."""
        return WorkerConfig(
            spool=self.spool_dir.absolute(),
            networks=(self.data_dir / "networks").absolute(),
            weights=self.weights_dir.absolute(),
            models=self.models_dir.absolute(),
            classifier_model=self.classifier_model,
            classifier_weights=self.classifier_weights and self.classifier_weights.absolute(),
            face_model=self.face_model,
            face_weights=self.face_weights and self.face_weights.absolute(),
            device=self.device,
            threads=self.threads,
            max_bytes=self.max_file_mb * 1024 * 1024,
            max_pixels=self.max_pixels,
        )
