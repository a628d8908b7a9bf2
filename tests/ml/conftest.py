"""Configurations of a worker with real weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.config import WorkerConfig


@pytest.fixture
def starter_config(prepared_starter: Path, tmp_path: Path) -> WorkerConfig:
    """A worker's configuration with an empty spool, an empty WEIGHTS_DIR and the starter's models."""
    return _config(prepared_starter, tmp_path, tmp_path / "weights")


@pytest.fixture
def shared_config(prepared_shared: Path, shared: Path, tmp_path: Path) -> WorkerConfig:
    """A worker's configuration with the shared weights: mobilenet_v2 and facenet."""
    return _config(prepared_shared, tmp_path, shared / "weights")


def _config(networks: Path, folder: Path, weights: Path) -> WorkerConfig:
    spool, models = folder / "spool", folder / "models"
    spool.mkdir()
    models.mkdir()
    return WorkerConfig(
        spool=spool, networks=networks, weights=weights, models=models, device="cpu", threads=1
    )
