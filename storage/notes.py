"""Small facts about the installation that outlive a restart."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import NOTES


async def get(session: AsyncSession, key: str) -> str | None:
    """What was noted under a key."""
    return await session.scalar(select(NOTES.c.value).where(NOTES.c.key == key))


async def put(session: AsyncSession, key: str, value: str, now: float) -> None:
    """Notes a value under a key, in place of what was there."""
    statement = insert(NOTES).values(key=key, value=value, updated_at=now)
    newer = {"value": value, "updated_at": now}
    await session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=newer))


async def remove(session: AsyncSession, key: str) -> None:
    """Forgets what was noted under a key."""
    await session.execute(delete(NOTES).where(NOTES.c.key == key))
