"""Which stored files are still needed: one file can serve several rows, since its name is its content."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import FACES, PENDING, STRANGERS


async def crops_in_use(session: AsyncSession, names: Collection[str]) -> set[str]:
    """Those of the named crops that an enrolled or remembered face, or something begun, still needs."""
    wanted = set(names)
    if not wanted:
        return set()
    # Looked up by the few wanted names through an index; pending rows are few and short-lived.
    enrolled = set(await session.scalars(select(FACES.c.crop).where(FACES.c.crop.in_(wanted))))
    strangers = set(await session.scalars(select(STRANGERS.c.crop).where(STRANGERS.c.crop.in_(wanted))))
    begun = {name for files in await session.scalars(select(PENDING.c.files)) for name in files}
    return enrolled | strangers | (wanted & begun)
