"""What inline buttons mean. The callback data is an opaque token; the meaning never leaves the database."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import AlreadyUsed, ButtonExpired, NotYours, UnknownButton
from storage.schema import BUTTONS

TOKEN_BYTES = 16  # 128 bits, 22 characters: beyond guessing, and within callback data's 64 bytes


class Pressed(msgspec.Struct, frozen=True):
    """The meaning of a button that somebody pressed; `keyboard` names the buttons that were made together."""

    token: str
    action: str
    data: dict[str, Any]
    keyboard: str


async def make(
    session: AsyncSession,
    chat_id: int,
    user_id: int | None,
    actions: Sequence[tuple[str, dict[str, Any]]],
    expires_at: float,
) -> list[str]:
    """Makes the buttons of one keyboard and returns their tokens, in order.

    `user_id`: who may press, None for anybody in the chat. Each action comes with its data (JSON).
    """
    keyboard = secrets.token_urlsafe(TOKEN_BYTES)
    shared = {"keyboard": keyboard, "chat_id": chat_id, "user_id": user_id, "expires_at": expires_at}
    tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in actions]
    if tokens:
        meanings = zip(tokens, actions, strict=True)
        rows = [{**shared, "token": token, "action": name, "data": data} for token, (name, data) in meanings]
        await session.execute(insert(BUTTONS).values(rows))
    return tokens


async def action_of(session: AsyncSession, token: str, chat_id: int) -> str | None:
    """What a button stands for, used or not; None where this chat has none of that token."""
    named = (BUTTONS.c.token == token, BUTTONS.c.chat_id == chat_id)
    return await session.scalar(select(BUTTONS.c.action).where(*named))


async def press(session: AsyncSession, token: str, chat_id: int, user_id: int, now: float) -> Pressed:
    """The meaning of a button that this person may press now; what a press uses up is `use_up`'s to say.

    Raises UnknownButton (also for another chat's), NotYours, AlreadyUsed, ButtonExpired.
    """
    statement = select(
        BUTTONS.c.token,
        BUTTONS.c.action,
        BUTTONS.c.data,
        BUTTONS.c.keyboard,
        BUTTONS.c.user_id,
        BUTTONS.c.used_at,
        BUTTONS.c.expires_at,
    ).where(BUTTONS.c.token == token, BUTTONS.c.chat_id == chat_id)
    button = (await session.execute(statement)).one_or_none()
    if button is None:
        raise UnknownButton(token)
    if button.user_id not in {None, user_id}:
        raise NotYours(token)
    if button.used_at is not None:
        raise AlreadyUsed(token)
    if button.expires_at <= now:
        raise ButtonExpired(token)
    return Pressed(button.token, button.action, button.data, button.keyboard)


async def use_up(session: AsyncSession, pressed: Pressed, now: float, same: Collection[str] = ()) -> None:
    """Uses up the buttons of a keyboard: those whose data has under these keys what the pressed one has."""
    columns = (BUTTONS.c.token, BUTTONS.c.data)
    rows = await session.execute(select(*columns).where(BUTTONS.c.keyboard == pressed.keyboard))
    used = [row.token for row in rows if all(row.data.get(key) == pressed.data.get(key) for key in same)]
    await session.execute(update(BUTTONS).where(BUTTONS.c.token.in_(used)).values(used_at=now))


async def use_one_up(session: AsyncSession, pressed: Pressed, now: float) -> None:
    """Uses up the pressed button alone."""
    await session.execute(update(BUTTONS).where(BUTTONS.c.token == pressed.token).values(used_at=now))


async def purge(session: AsyncSession, before: float) -> int:
    """Deletes the buttons that expired before a time, and says how many."""
    statement = delete(BUTTONS).where(BUTTONS.c.expires_at < before).returning(BUTTONS.c.token)
    return len((await session.scalars(statement)).all())
