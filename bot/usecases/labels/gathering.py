"""`/label cat` alone: the photos that follow get that label, until /done. One row of `pending`."""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from storage import pending
from storage.pending import NewPending

GATHER = "label"
# And the photos that are still to be asked about (`bot.usecases.labels.asking`).
ASKING = "teach"


class Gathering(msgspec.Struct, frozen=True):
    """That a person's photos in a chat get a label."""

    id: int
    label: str


async def await_photos(
    session: AsyncSession, chat_id: int, by: int, label: str, *, now: float, lasts_s: float
) -> None:
    """From now on this person's photos in this chat get that label; replaces what was begun so."""
    await pending.remove_mine(session, chat_id, by, GATHER)
    await pending.put(session, NewPending(chat_id, by, GATHER, {"label": label}, now + lasts_s), now)


async def under_way(session: AsyncSession, chat_id: int, by: int, now: float) -> Gathering | None:
    """The label that a person's photos in a chat get."""
    row = await pending.mine(session, chat_id, by, GATHER, now)
    return Gathering(row.id, row.data["label"]) if row else None


async def finish(session: AsyncSession, chat_id: int, by: int, now: float) -> Gathering | None:
    """End it, and return it."""
    gathering = await under_way(session, chat_id, by, now)
    if gathering is not None:
        await pending.remove(session, gathering.id)
    return gathering
