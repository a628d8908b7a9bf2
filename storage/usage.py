"""How many photos each user and each chat sent on a day, and the quotas on that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import USAGE


async def exceeded(session: AsyncSession, limits: Mapping[str, int], day: int) -> str | None:
    """The first subject that has reached its limit, or None.

    `limits`: photos a day by subject ('user:1', 'chat:-2'); `day` counts days since the epoch.
    """
    for subject, limit in limits.items():
        if await used(session, subject, day) >= limit:
            return subject
    return None


async def count(session: AsyncSession, subjects: Iterable[str], day: int, photos: int) -> None:
    """Counts photos for every subject."""
    for subject in subjects:
        await _add(session, subject, day, photos)


async def used(session: AsyncSession, subject: str, day: int) -> int:
    """How many photos were counted for a subject on a day."""
    counted = select(USAGE.c.photos).where(USAGE.c.day == day, USAGE.c.subject == subject)
    return await session.scalar(counted) or 0


async def rekey(session: AsyncSession, old: str, new: str) -> None:
    """Adds one subject's counts to another's."""
    statement = delete(USAGE).where(USAGE.c.subject == old).returning(USAGE.c.day, USAGE.c.photos)
    for day, photos in (await session.execute(statement)).all():
        await _add(session, new, day, photos)


async def purge(session: AsyncSession, before_day: int) -> int:
    """Deletes the counts of earlier days, and says how many."""
    statement = delete(USAGE).where(USAGE.c.day < before_day).returning(USAGE.c.subject)
    return len((await session.scalars(statement)).all())


async def _add(session: AsyncSession, subject: str, day: int, photos: int) -> None:
    statement = insert(USAGE).values(day=day, subject=subject, photos=photos)
    more = {"photos": USAGE.c.photos + statement.excluded.photos}
    await session.execute(statement.on_conflict_do_update(index_elements=["day", "subject"], set_=more))
