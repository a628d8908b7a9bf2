"""What every test may use: shared photographs and weights, and networks that are exported once a session."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml.config import WorkerConfig

REPOSITORY = Path(__file__).resolve().parent.parent


def shared_folder() -> Path | None:
    """The folder GLANCE_SHARED names, else `shared` beside the checkout; None where neither is there."""
    folder = Path(os.environ.get("GLANCE_SHARED") or REPOSITORY.parent / "shared")
    return folder if (folder / "photos").is_dir() and (folder / "weights").is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = shared_folder()
    if folder is None:
        pytest.skip("needs the shared photographs and weights (GLANCE_SHARED)")
    return folder


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
    none = networks / "none"
    prepare(WorkerConfig(spool=networks, networks=networks, weights=none, models=none, device="cpu"))
    return networks


@pytest.fixture(scope="session")
def prepared_shared(networks: Path, shared: Path) -> Path:
    """The folder of networks with the shared weights' in it."""
    weights = shared / "weights"
    none = networks / "none"
    prepare(WorkerConfig(spool=networks, networks=networks, weights=weights, models=none, device="cpu"))
    return networks
