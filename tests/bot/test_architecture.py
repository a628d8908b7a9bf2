"""What may import what, and what the bot process never loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_the_import_contracts_are_kept() -> None:
    linted = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("module", ["torch", "torchvision", "onnxruntime", "facenet_pytorch", "timm", "dlib"])
def test_the_bot_process_loads_no_network_library(module: str) -> None:
    assert module not in loaded_by("bot.app")


@pytest.mark.parametrize("module", ["alembic", "numpy", "PIL"])
def test_the_bot_process_loads_heavy_libraries_only_when_needed(module: str) -> None:
    assert module not in loaded_by("bot.app")


@pytest.mark.parametrize("module", ["torch", "timm", "facenet_pytorch"])
def test_the_worker_on_the_cpu_loads_no_torch(module: str) -> None:
    assert module not in loaded_by("ml.engine")


def loaded_by(entry: str) -> set[str]:
    """The top-level modules in a fresh Python that has imported `entry`."""
    listing = f"import {entry}, sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = run(sys.executable, "-c", listing)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
