"""What waits to be sent, and which call to Telegram is made next.

The calls of a chat leave one at a time, in the order of their ids. Those that are patient leave once no
others wait, and an edit once the message is there that it is for.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Select, case, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inbox import UNSENT
from storage.schema import OUTBOX


class Row(msgspec.Struct, frozen=True):
    """A call to be made now; `attempts` counts this one.

    `target_message_id` is the message that an edit (`edits` is set) is for; None where it never got out.
    """

    id: int
    chat_id: int
    update_id: int | None
    method: str
    payload: dict[str, Any]
    files: dict[str, str]
    edits: int | None
    reply_id: int | None
    answer_ids: list[int]
    answer_revision: int
    attempts: int
    created_at: float
    target_message_id: int | None


_COLUMNS = (
    OUTBOX.c.id,
    OUTBOX.c.chat_id,
    OUTBOX.c.update_id,
    OUTBOX.c.method,
    OUTBOX.c.payload,
    OUTBOX.c.files,
    OUTBOX.c.edits,
    OUTBOX.c.reply_id,
    OUTBOX.c.answer_ids,
    OUTBOX.c.answer_revision,
    OUTBOX.c.attempts,
    OUTBOX.c.created_at,
)


async def claim(session: AsyncSession, *, limit: int, now: float, busy_chats: Collection[int]) -> list[Row]:
    """Takes, for each chat that is not busy, the call that is next if it is due; marks it `sending`.

    A chat with a call in `sending` gives nothing until that one is sent, retried or failed.
    """
    due = (
        select(OUTBOX.c.id)
        .where(
            OUTBOX.c.id.in_(_next_of_each_chat()),
            OUTBOX.c.state == "queued",
            OUTBOX.c.not_before <= now,
            OUTBOX.c.chat_id.not_in(busy_chats),
        )
        .order_by(OUTBOX.c.id)
        .limit(limit)
    )
    statement = (
        update(OUTBOX)
        .where(OUTBOX.c.id.in_(due))
        .values(state="sending", attempts=OUTBOX.c.attempts + 1)
        .returning(*_COLUMNS)
    )
    rows = sorted((await session.execute(statement)).all(), key=lambda row: row.id)
    targets = await _messages_of(session, [row.edits for row in rows if row.edits is not None])
    return [Row(**row._mapping, target_message_id=targets.get(row.edits or 0)) for row in rows]


def _next_of_each_chat() -> Select[int]:
    """What is being sent, else the first that is not patient, else the first."""
    edited = OUTBOX.alias()
    waits = exists().where(edited.c.id == OUTBOX.c.edits, edited.c.state.in_(UNSENT))
    order = (OUTBOX.c.state == "queued", OUTBOX.c.patient, OUTBOX.c.id)
    place = func.row_number().over(partition_by=OUTBOX.c.chat_id, order_by=order).label("place")
    unsent = select(OUTBOX.c.id, place).where(OUTBOX.c.state.in_(UNSENT), ~waits).subquery()
    return select(unsent.c.id).where(unsent.c.place == 1)


async def _messages_of(session: AsyncSession, ids: Collection[int]) -> dict[int, int | None]:
    if not ids:
        return {}
    rows = await session.execute(select(OUTBOX.c.id, OUTBOX.c.message_id).where(OUTBOX.c.id.in_(ids)))
    return dict(rows.all())


async def next_due(session: AsyncSession, now: float, busy_chats: Collection[int] = ()) -> float | None:
    """When `claim` will next find a call: `now` where it would at once, None where none waits."""
    is_next = OUTBOX.c.id.in_(_next_of_each_chat())
    waiting = (is_next, OUTBOX.c.state == "queued", OUTBOX.c.chat_id.not_in(busy_chats))
    due = await session.scalar(select(func.min(OUTBOX.c.not_before)).where(*waiting))
    return None if due is None else max(now, due)


async def is_busy(session: AsyncSession, now: float) -> bool:
    """Whether a call is being made, or could be made now."""
    sending = await session.scalar(select(exists().where(OUTBOX.c.state == "sending")))
    due = await next_due(session, now)
    return bool(sending) or (due is not None and due <= now)


class Waiting(msgspec.Struct, frozen=True):
    """A reply that waits to be sent as one message, and the key under which it can be replaced."""

    reply_id: int
    key: str


async def last_waiting(session: AsyncSession, chat_id: int, prefix: str) -> Waiting | None:
    """The last reply to a chat that waits under a key which begins so; None where none does."""
    keyed = (OUTBOX.c.chat_id == chat_id, OUTBOX.c.coalesce.startswith(prefix, autoescape=True))
    waiting = (OUTBOX.c.state == "queued", OUTBOX.c.reply_id.is_not(None))
    statement = select(OUTBOX.c.reply_id, OUTBOX.c.coalesce).where(*keyed, *waiting)
    row = (await session.execute(statement.order_by(OUTBOX.c.id.desc()).limit(1))).one_or_none()
    return Waiting(row.reply_id or 0, row.coalesce or "") if row else None


async def messages_ahead(session: AsyncSession, chat_id: int) -> int:
    """How many messages go to a chat before a new one, as Telegram counts them: an album is one per item."""
    items = func.coalesce(func.json_array_length(OUTBOX.c.payload, "$.media"), 1)
    ahead = (OUTBOX.c.chat_id == chat_id, OUTBOX.c.state.in_(UNSENT), ~OUTBOX.c.patient)
    return await session.scalar(select(func.sum(func.max(items, 1))).where(*ahead)) or 0


async def messages_since(session: AsyncSession, chat_id: int, since: float) -> int:
    """How many messages went to a chat since a time, counted so; of an album, those that show an answer."""
    items = case((OUTBOX.c.method == "sendMediaGroup", func.json_array_length(OUTBOX.c.answer_ids)), else_=1)
    sent = (OUTBOX.c.chat_id == chat_id, OUTBOX.c.state == "sent", OUTBOX.c.finished_at >= since)
    return await session.scalar(select(func.sum(func.max(items, 1))).where(*sent)) or 0
