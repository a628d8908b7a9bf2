"""Which call to Telegram is made next.

The calls of a chat leave one at a time, in the order of their ids. Those that are patient leave once no
others wait, and an edit once the message is there that it is for.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Select, exists, func, select, update
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
