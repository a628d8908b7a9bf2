"""Trainings that wait or are under way: at most one of a kind in a chat.

A training is its row: whoever trains looks from time to time whether the row is still there, and gives up
where it is not. What is to be begun anew, since photos went that it learns from, gets a row of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import msgspec
from sqlalchemy import Column, ColumnElement, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import TrainingOpen
from storage.files import run
from storage.inbox import UNSENT
from storage.models import Kind
from storage.schema import OUTBOX, TRAININGS

State = Literal["queued", "running", "cancelling"]


class NewTraining(msgspec.Struct, frozen=True):
    """A training to be queued; see schema.TrainingColumns."""

    chat_id: int
    thread_id: int | None
    kind: Kind
    asked_by: int
    language: str
    seed: int
    data: dict[str, Any] = {}


class TrainingRow(msgspec.Struct, frozen=True):
    """A training; see schema.TrainingColumns."""

    id: int
    chat_id: int
    thread_id: int | None
    kind: Kind
    asked_by: int
    language: str
    state: State
    outbox_id: int | None
    seed: int
    attempts: int
    created_at: float
    started_at: float | None
    data: dict[str, Any]


_COLUMNS: tuple[Column[Any], ...] = (
    TRAININGS.c.id,
    TRAININGS.c.chat_id,
    TRAININGS.c.thread_id,
    TRAININGS.c.kind,
    TRAININGS.c.asked_by,
    TRAININGS.c.language,
    TRAININGS.c.state,
    TRAININGS.c.outbox_id,
    TRAININGS.c.seed,
    TRAININGS.c.attempts,
    TRAININGS.c.created_at,
    TRAININGS.c.started_at,
    TRAININGS.c.data,
)
_ROW = select(*_COLUMNS)
_ORDER = (TRAININGS.c.created_at, TRAININGS.c.id)


async def put(session: AsyncSession, new: NewTraining, now: float) -> int:
    """Queues a training and returns its id. Raises TrainingOpen where the chat has one of that kind."""
    there = await find(session, new.chat_id, new.kind)
    if there is not None:
        raise TrainingOpen(there.id)
    adding = insert(TRAININGS).values({**msgspec.structs.asdict(new), "created_at": now})
    return (await session.execute(adding.returning(TRAININGS.c.id))).scalar_one()


async def get(session: AsyncSession, training_id: int) -> TrainingRow | None:
    """A training that has not ended."""
    return await _first(session, TRAININGS.c.id == training_id)


async def find(session: AsyncSession, chat_id: int, kind: Kind) -> TrainingRow | None:
    """The training of a kind that has not ended in a chat."""
    return await _first(session, TRAININGS.c.chat_id == chat_id, TRAININGS.c.kind == kind)


async def next_queued(session: AsyncSession) -> TrainingRow | None:
    """The training whose turn it is; None where none waits."""
    return await _first(session, TRAININGS.c.state == "queued")


async def interrupted(session: AsyncSession) -> list[TrainingRow]:
    """At a start: what was under way, or to be stopped, when the last process ended; first come, first."""
    rows = await session.execute(_ROW.where(TRAININGS.c.state != "queued").order_by(*_ORDER))
    return [TrainingRow(*row) for row in rows]


async def count(session: AsyncSession) -> int:
    """How many trainings, of all chats, have not ended."""
    return await session.scalar(select(func.count()).select_from(TRAININGS)) or 0


async def position(session: AsyncSession, training_id: int) -> int:
    """How many trainings, of any chat, come before one."""
    mine = select(*_ORDER).where(TRAININGS.c.id == training_id).subquery()
    earlier = tuple_(*_ORDER) < tuple_(*mine.c)
    return await session.scalar(select(func.count()).select_from(TRAININGS).where(earlier)) or 0


async def begin(session: AsyncSession, training_id: int, now: float) -> TrainingRow | None:
    """Notes that a training is under way, or (after a crash) once more; None where it is not to be."""
    values = {"state": "running", "attempts": TRAININGS.c.attempts + 1, "started_at": now}
    wanted = (TRAININGS.c.id == training_id, TRAININGS.c.state.in_(("queued", "running")))
    begun = update(TRAININGS).where(*wanted).values(values).returning(TRAININGS.c.id)
    return await get(session, training_id) if await session.scalar(begun) is not None else None


async def note(
    session: AsyncSession,
    training_id: int,
    *,
    data: dict[str, Any] | None = None,
    outbox_id: int | None = None,
) -> None:
    """Notes what its runner wants to know after a restart, and which call tells of it; None: as it was."""
    values = {"data": data, "outbox_id": outbox_id}
    given = {column: value for column, value in values.items() if value is not None}
    if given:
        await session.execute(update(TRAININGS).where(TRAININGS.c.id == training_id).values(given))


async def cancel(session: AsyncSession, training_id: int) -> TrainingRow | None:
    """Has a training stop, and returns it as it was; None where it had ended.

    One that waits is gone at once. One under way is `cancelling` until whoever trains has stopped, and calls
    `finish`.
    """
    row = await get(session, training_id)
    if row is None:
        return None
    if row.state == "queued":
        await finish(session, training_id)
    else:
        stopping = update(TRAININGS).where(TRAININGS.c.id == training_id).values(state="cancelling")
        await session.execute(stopping)
    return row


async def finish(session: AsyncSession, training_id: int) -> bool:
    """Ends a training, however it went; False where it had ended, so that its model is not to be stored.

    Its folder is the caller's to delete.
    """
    ended = delete(TRAININGS).where(TRAININGS.c.id == training_id).returning(TRAININGS.c.id)
    return await session.scalar(ended) is not None


async def begin_anew(session: AsyncSession, chat_ids: Collection[int], kind: Kind) -> list[str]:
    """Queues trainings of a kind that are under way anew, in their old place; the folders of the old ones."""
    of_kind = (TRAININGS.c.chat_id.in_(chat_ids), TRAININGS.c.kind == kind)
    under_way = _ROW.where(*of_kind, TRAININGS.c.state == "running")
    rows = [TrainingRow(*row) for row in await session.execute(under_way)]
    for row in rows:
        await finish(session, row.id)
        anew = {"state": "queued", "attempts": 0, "started_at": None, "data": {}}
        values = msgspec.structs.asdict(row) | anew
        del values["id"]
        await session.execute(insert(TRAININGS).values(values))
    return [run(row.id) for row in rows]


async def leave_messages_behind(session: AsyncSession, chat_id: int) -> None:
    """Has a chat's trainings told of anew: what told of them stays in the group of before."""
    waits = select(OUTBOX.c.id).where(OUTBOX.c.id == TRAININGS.c.outbox_id, OUTBOX.c.state.in_(UNSENT))
    told = (TRAININGS.c.chat_id == chat_id, ~waits.exists())
    await session.execute(update(TRAININGS).where(*told).values(outbox_id=None))


async def _first(session: AsyncSession, *which: ColumnElement[bool]) -> TrainingRow | None:
    row = (await session.execute(_ROW.where(*which).order_by(*_ORDER).limit(1))).one_or_none()
    return TrainingRow(*row) if row else None
