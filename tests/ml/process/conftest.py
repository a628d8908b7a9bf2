"""Workers with a stand-in for the networks, each in a spool of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ml.config import WorkerConfig
from tests.ml.process.workers import StartWorker, standin_starter


@pytest.fixture
def config(tmp_path: Path) -> WorkerConfig:
    folders = [tmp_path / name for name in ("spool", "networks", "weights", "models")]
    for folder in folders:
        folder.mkdir()
    spool, networks, weights, models = folders
    return WorkerConfig(spool=spool, networks=networks, weights=weights, models=models)


@pytest.fixture
def spool(config: WorkerConfig) -> Path:
    return config.spool


@pytest.fixture
def worker(config: WorkerConfig) -> StartWorker:
    return standin_starter(config)


@pytest.fixture
def gate(spool: Path) -> Path:
    """A FIFO named `gate`: `wait-for-gate` blocks until the test writes to it."""
    os.mkfifo(spool / "gate")
    return spool / "gate"
