"""What several views share."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from bot import texts
from bot.replies import Choice, Keyboard, Shown
from ml.errors import BadPhoto, MissingWeights
from ml.protocol import Drawn


def shown(drawn: Drawn) -> Shown:
    """A picture the worker drew."""
    return Shown(path=Path(drawn.path), width=drawn.width, height=drawn.height, bytes=drawn.bytes)


def lacking(weights: Sequence[MissingWeights], troubles: Sequence[str]) -> list[str]:
    """What is missing or broken, a sentence each."""
    return [*map(missing, weights), *map(html.escape, troubles)]


def missing(weights: MissingWeights) -> str:
    """What to do about weights that are not there."""
    return texts.photos.weights_missing(weights.file, weights.sha256, weights.folder, weights.command)


def bad_photo(error: BadPhoto) -> str:
    """Why a file cannot be used, and what to do."""
    if error.reason == "too_large":
        return texts.files.too_large(error.limit // 2**20)
    if error.reason == "too_many_pixels":
        return texts.files.too_many_pixels(error.actual, error.limit)
    return texts.files.bad_photo(error.reason)


def undo_keyboard(action: str, data: dict[str, object], by: int | None, lasts_s: float) -> Keyboard:
    """One Undo button."""
    return Keyboard(((Choice(texts.buttons.button_undo(), action, data),),), by, lasts_s)
