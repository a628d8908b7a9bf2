"""Configurations with real weights. Networks are exported once per test session, by the real command."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from ml.config import WorkerConfig
from tests.conftest import REPOSITORY


def prepare(config: WorkerConfig) -> None:
    """Runs `python -m ml.weights prepare`, in a process of its own as the worker does.

    One at a time: xdist's workers share the folder, and what one exports the others need not.
    """
    config.networks.mkdir(parents=True, exist_ok=True)
    command = (sys.executable, "-m", "ml.weights", "prepare", "--config", config.to_json())
    with (config.networks / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this session's exported networks lie; xdist's workers, which share a parent folder, share it."""
    folder = tmp_path_factory.getbasetemp()
    shared_by_all = folder.parent if folder.name.startswith("popen-") else folder
    return shared_by_all / "networks"


@pytest.fixture(scope="session")
def prepared_starter(networks: Path) -> Path:
    """The folder of networks with the starter's in it."""
    prepare(WorkerConfig(spool=networks, networks=networks, weights=networks / "none", device="cpu"))
    return networks


@pytest.fixture(scope="session")
def prepared_shared(networks: Path, shared: Path) -> Path:
    """The folder of networks with the shared weights' in it."""
    weights = shared / "weights"
    prepare(WorkerConfig(spool=networks, networks=networks, weights=weights, device="cpu"))
    return networks


@pytest.fixture
def starter_config(prepared_starter: Path, tmp_path: Path) -> WorkerConfig:
    """A worker's configuration with an empty spool, an empty WEIGHTS_DIR and the starter's models."""
    return _config(prepared_starter, tmp_path, tmp_path / "weights")


@pytest.fixture
def shared_config(prepared_shared: Path, shared: Path, tmp_path: Path) -> WorkerConfig:
    """A worker's configuration with the shared weights: mobilenet_v2 and facenet."""
    return _config(prepared_shared, tmp_path, shared / "weights")


def _config(networks: Path, folder: Path, weights: Path) -> WorkerConfig:
    spool = folder / "spool"
    spool.mkdir()
    return WorkerConfig(spool=spool, networks=networks, weights=weights, device="cpu", threads=1)
