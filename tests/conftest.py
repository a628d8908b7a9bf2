"""What every test may use: the folder of shared photographs and weights, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
