"""Exports that failed: a note beside the networks, so that the reason is told and no start tries it again.

A note is of one weights file (its checksum is in the name) and one format of exports: another file, or a
version of ours that exports otherwise, is tried by itself. `python -m ml.weights prepare` always tries.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from ml.weights.errors import WeightsError
from ml.weights.values import FORMAT, Recipe


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why an export failed, in a sentence."""

    format: int
    reason: str


def note_failure(recipe: Recipe, folder: Path, error: WeightsError) -> None:
    """Keeps the reason; `why_not` tells it."""
    folder.mkdir(parents=True, exist_ok=True)
    _note(recipe, folder).write_bytes(msgspec.json.encode(Failure(format=FORMAT, reason=str(error))))


def forget_failure(recipe: Recipe, folder: Path) -> None:
    """Removes the note, where there is one."""
    _note(recipe, folder).unlink(missing_ok=True)


def why_not(recipe: Recipe, folder: Path) -> str | None:
    """The sentence of a failed export; None where none is noted, or only an older format's."""
    try:
        failure = msgspec.json.decode(_note(recipe, folder).read_bytes(), type=Failure)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return failure.reason if failure.format == FORMAT else None


def _note(recipe: Recipe, folder: Path) -> Path:
    return folder / f"{recipe.stem}.failed.json"
