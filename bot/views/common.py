"""What several views share."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot import texts
from bot.replies import Choice, Keyboard, Shown
from ml.errors import BadPhoto, MissingWeights
from ml.protocol import Drawn

# What Telegram puts before a supergroup's own number to make the chat's id (core.telegram.org/api/bots/ids).
SUPERGROUP = -1_000_000_000_000


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


def in_rows(choices: Sequence[Choice], length: int) -> list[tuple[Choice, ...]]:
    """Buttons in rows of that length at most."""
    return [tuple(choices[start : start + length]) for start in range(0, len(choices), length)]


def turning(
    action: str, data: Mapping[str, Any], page: int, *, has_more: bool, key: str = "page"
) -> tuple[Choice, ...]:
    """◀ ▶, as far as there is something to turn to; `key`: where the action looks for the page's number."""
    back = (Choice("◀", action, {**data, key: page - 1}),) if page > 0 else ()
    return (*back, Choice("▶", action, {**data, key: page + 1})) if has_more else back


def links_of(chat_id: int, username: str | None = None) -> Callable[[int], str] | None:
    """What makes an address of a message's id; None where the chat's messages have none.

    With a public group's `username` they are for everybody, else for its members alone.
    """
    if chat_id > SUPERGROUP:
        return None
    room = username or f"c/{SUPERGROUP - chat_id}"
    return lambda message_id: f"https://t.me/{room}/{message_id}"


def undo_keyboard(action: str, data: dict[str, object], by: int | None, lasts_s: float) -> Keyboard:
    """One Undo button."""
    return Keyboard(((Choice(texts.buttons.button_undo(), action, data),),), by, lasts_s)
