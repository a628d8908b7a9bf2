"""What a chat sets for itself, and what follows from it at once."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.languages import LANGUAGES
from bot.settings import DAY_S, Settings
from bot.usecases import catch_up
from ml.protocol import Strictness
from storage import chats, strangers

Key = Literal["strictness", "tagging", "strangers", "keep", "language"]
Value = str | bool | int | None

STRICTNESS: tuple[Strictness, ...] = get_args(Strictness)
# Days; those that the installation itself does not keep answers for are not offered.
KEEP_DAYS = (1, 7, 30)


class ChatSettings(msgspec.Struct, frozen=True):
    """A chat's settings as they are; `keep_days` is never more than the installation keeps."""

    strictness: str
    tagging: bool
    strangers: bool
    keep_days: int
    language: str | None
    is_group: bool

    def value(self, key: Key) -> Value:
        """What a setting is set to."""
        values: dict[Key, Value] = {
            "strictness": self.strictness,
            "tagging": self.tagging,
            "strangers": self.strangers,
            "keep": self.keep_days,
            "language": self.language,
        }
        return values[key]


class Change(msgspec.Struct, frozen=True):
    """A setting is to be set to a value."""

    key: Key
    value: Value


class Changed(msgspec.Struct, frozen=True):
    """The settings after a change, and the crops that nothing needs because of it."""

    now: ChatSettings
    crops: tuple[str, ...] = ()


async def read(session: AsyncSession, chat_id: int, settings: Settings) -> ChatSettings:
    """The settings of a chat that has written."""
    chat = await chats.get(session, chat_id)
    assert chat is not None
    kept_s = min(settings.stranger_s, chat.keep_answers_s or settings.stranger_s)
    return ChatSettings(
        strictness=chat.strictness,
        tagging=chat.tagging,
        strangers=chat.strangers,
        keep_days=max(1, round(kept_s / DAY_S)),
        language=chat.language,
        is_group=chat.kind != "private",
    )


def keys(chat: ChatSettings) -> list[Key]:
    """The settings that a chat has."""
    every: tuple[Key, ...] = get_args(Key)
    return [key for key in every if key != "tagging" or chat.is_group]


def choices(key: Key, settings: Settings) -> list[Value]:
    """What a setting can be set to."""
    if key == "strictness":
        return list(STRICTNESS)
    if key == "keep":
        return [days for days in KEEP_DAYS if days * DAY_S <= settings.stranger_s]
    return [None, *LANGUAGES] if key == "language" else [True, False]


async def change(
    session: AsyncSession, chat_id: int, wish: Change, settings: Settings, now: float
) -> Changed:
    """Set one of `choices`. Raises ValueError for anything else."""
    key, value = wish.key, wish.value
    if value not in choices(key, settings):
        raise ValueError(f"{key} cannot be {value!r}")
    crops: list[str] = []
    if key == "strictness":
        await chats.configure(session, chat_id, strictness=str(value))
        await catch_up.queue(session, chat_id, now)
    elif key == "tagging":
        await chats.configure(session, chat_id, tagging=bool(value))
    elif key == "strangers":
        await chats.configure(session, chat_id, strangers=bool(value))
        crops = [] if value else await strangers.clear(session, chat_id)
    elif key == "keep":
        await chats.configure(session, chat_id, keep_answers_s=float(value or 0) * DAY_S)
    else:
        await chats.configure(session, chat_id, language=None if value is None else str(value))
    return Changed(await read(session, chat_id, settings), tuple(crops))
