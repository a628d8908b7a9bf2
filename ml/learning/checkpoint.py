"""The state of a fine-tuning on the disk, after each epoch: whoever was killed goes on from there.

torch's files are zip archives of pickles; they are read by its restricted unpickler, which makes tensors,
numbers and containers and can run nothing.
"""

from __future__ import annotations

import io
import logging
import pickle
from pathlib import Path
from typing import Any, TypeAlias

import torch

from ml.files import write_whole

logger = logging.getLogger(__name__)

# Tensors, numbers, texts, and lists and dicts of them.
State: TypeAlias = dict[str, Any]


def save(file: Path, task: str, state: State) -> None:
    """Writes the state of the task of that digest; the one before stays until this one is whole."""
    content = io.BytesIO()
    torch.save({"task": task, "state": state}, content)
    write_whole(file, content.getvalue())


def load(file: Path, task: str) -> State | None:
    """The state of that very task; None where there is none, or what is there cannot be read."""
    try:
        found = torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        return None
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        logger.warning("the checkpoint cannot be read, so the fine-tuning begins anew: %s", error)
        return None
    if not isinstance(found, dict) or found.get("task") != task:
        logger.info("the checkpoint is of another task")
        return None
    state: State = found["state"]
    return state
