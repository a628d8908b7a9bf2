"""Work that follows from an update and is done after it; see schema.JobColumns.

A job is queued in the transaction of what it follows from, and removed in that of what it did: a crash
repeats it, so that its work must be harmless when repeated.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import JOBS


class NewJob(msgspec.Struct, frozen=True):
    """A job to be done; it takes the place of one of that kind and key in the chat."""

    chat_id: int
    kind: str
    key: str
    data: dict[str, Any]


class JobRow(msgspec.Struct, frozen=True):
    """A job to be done now; `attempts` counts this one."""

    id: int
    chat_id: int
    kind: str
    key: str
    data: dict[str, Any]
    attempts: int
    created_at: float


_COLUMNS = (
    JOBS.c.id,
    JOBS.c.chat_id,
    JOBS.c.kind,
    JOBS.c.key,
    JOBS.c.data,
    JOBS.c.attempts,
    JOBS.c.created_at,
)


async def put(session: AsyncSession, job: NewJob, now: float, *, not_before: float = 0.0) -> None:
    """Queues a job in place of one with the same key.

    One that is being worked on is replaced as well: it was begun before what this one follows from, so its
    end (`finish`) finds another id and leaves the new one to be done.
    """
    times = {"created_at": now, "not_before": max(now, not_before)}
    same = (JOBS.c.chat_id == job.chat_id, JOBS.c.kind == job.kind, JOBS.c.key == job.key)
    await session.execute(delete(JOBS).where(*same))
    await session.execute(insert(JOBS).values({**msgspec.structs.asdict(job), **times}))


async def claim(
    session: AsyncSession, now: float, lease_s: float, patient: Collection[str] = ()
) -> JobRow | None:
    """The job that is due first, leased for `lease_s` seconds; None where none is.

    Those of `patient` kinds come after all others.
    """
    order = (JOBS.c.kind.in_(patient), JOBS.c.not_before, JOBS.c.id)
    due = select(JOBS.c.id).where(JOBS.c.not_before <= now).order_by(*order).limit(1)
    leased = {"not_before": now + lease_s, "attempts": JOBS.c.attempts + 1}
    statement = update(JOBS).where(JOBS.c.id.in_(due)).values(leased).returning(*_COLUMNS)
    row = (await session.execute(statement)).one_or_none()
    return JobRow(*row) if row else None


async def data_of(session: AsyncSession, job_id: int) -> dict[str, Any] | None:
    """A job's data as it is now; None where it was replaced or removed."""
    return await session.scalar(select(JOBS.c.data).where(JOBS.c.id == job_id))


async def disown(session: AsyncSession, user_id: int) -> None:
    """Forgets for whom jobs are done: a lesson (`by`) is nobody's then, all else of theirs is not done."""
    by = func.json_extract(JOBS.c.data, "$.by") == user_id
    await session.execute(update(JOBS).where(by).values(data=func.json_set(JOBS.c.data, "$.by", 0)))
    part = func.json_tree(JOBS.c.data).table_valued("atom")
    theirs = select(part.c.atom).where(part.c.atom == user_id).correlate(JOBS).exists()
    await session.execute(delete(JOBS).where(theirs))


async def finish(session: AsyncSession, job_id: int) -> bool:
    """Removes a job that is done; False where it was replaced or removed meanwhile."""
    return await session.scalar(delete(JOBS).where(JOBS.c.id == job_id).returning(JOBS.c.id)) is not None


async def postpone(session: AsyncSession, job_id: int, until: float, *, blameless: bool = False) -> None:
    """Lets a job be claimed again from `until` on; `blameless` where this attempt shall not count."""
    values = {"not_before": until, "attempts": JOBS.c.attempts - (1 if blameless else 0)}
    await session.execute(update(JOBS).where(JOBS.c.id == job_id).values(values))


async def release_all(session: AsyncSession, now: float) -> None:
    """Ends every lease: for the start of the only bot on this database."""
    leased = (JOBS.c.attempts > 0, JOBS.c.not_before > now)
    await session.execute(update(JOBS).where(*leased).values(not_before=now))


async def next_due(session: AsyncSession) -> float | None:
    """When the next job may be claimed; None where there is none."""
    return await session.scalar(select(func.min(JOBS.c.not_before)))


async def waits(session: AsyncSession, chat_id: int, kind: str) -> bool:
    """Whether a job of a kind waits, or is being worked on, in a chat."""
    return bool(await session.scalar(select(exists().where(JOBS.c.chat_id == chat_id, JOBS.c.kind == kind))))
