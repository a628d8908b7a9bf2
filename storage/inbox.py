"""The inbox: updates are stored here before Telegram is told that they arrived, and leave it when answered.

It is a queue with leases: a claim says who works on an update and until when, so that one whose worker
died becomes claimable again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, false, func, or_, select, true, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import LeaseLost
from storage.schema import INBOX, OUTBOX

UNSENT = ("queued", "sending")


class NewUpdate(msgspec.Struct, frozen=True):
    """An update as it came; see schema.InboxColumns for lanes and albums."""

    update_id: int
    chat_id: int
    user_id: int
    lane: str
    payload: bytes
    album: str | None = None


class Claimed(msgspec.Struct, frozen=True):
    """An update to be worked on now; `attempts` counts this one, so it is 1 the first time."""

    update_id: int
    chat_id: int
    user_id: int
    lane: str
    payload: bytes
    attempts: int
    album: str | None
    received_at: float


_CLAIMED = (
    INBOX.c.update_id,
    INBOX.c.chat_id,
    INBOX.c.user_id,
    INBOX.c.lane,
    INBOX.c.payload,
    INBOX.c.attempts,
    INBOX.c.album,
    INBOX.c.received_at,
)


async def receive(session: AsyncSession, updates: Sequence[NewUpdate], now: float) -> list[int]:
    """Stores updates, ignoring those already stored; the ids of the new ones, in order."""
    if not updates:
        return []
    rows = [{**msgspec.structs.asdict(new), "state": "received", "received_at": now} for new in updates]
    statement = insert(INBOX).values(rows).on_conflict_do_nothing().returning(INBOX.c.update_id)
    return sorted(await session.scalars(statement))


async def gather_album(
    session: AsyncSession, chat_id: int, album: str, *, now: float, quiet_s: float, cap_s: float
) -> None:
    """Lets an album wait until it was quiet for `quiet_s`, but no longer than `cap_s` from its first photo.

    Telegram never says how many photos an album has. All of it takes the lane of its strictest photo, were
    that one answered already: the caption that changes state stands on one of them.
    """
    same = (INBOX.c.chat_id == chat_id, INBOX.c.album == album)
    siblings = (*same, INBOX.c.state == "received", INBOX.c.owner.is_(None))
    first = await session.scalar(select(func.min(INBOX.c.received_at)).where(*siblings))
    writes = await session.scalar(select(exists().where(*same, INBOX.c.lane == "write")))
    if first is None:
        return
    values: dict[str, object] = {"not_before": min(now + quiet_s, first + cap_s)}
    await session.execute(
        update(INBOX).where(*siblings).values(values | ({"lane": "write"} if writes else {}))
    )


async def claim(
    session: AsyncSession,
    *,
    owner: str,
    lanes: Sequence[str],
    limit: int,
    now: float,
    lease_s: float,
    but: Collection[int] = (),
) -> list[Claimed]:
    """Leases the earliest updates that may be worked on now to `owner` for `lease_s` seconds.

    `but`: what the owner is working on already. Its leases may seem over after the clock was set, or the
    machine slept.

    'fast' always may; 'read' when no earlier 'write' of its chat waits for its answer; 'write' when no
    earlier 'read' or 'write' of its chat does. A late photo waits for those of its album that are worked on.
    """
    free = or_(INBOX.c.owner.is_(None), INBOX.c.lease_until <= now)
    due = (
        select(INBOX.c.update_id)
        .where(INBOX.c.state == "received", INBOX.c.lane.in_(lanes), INBOX.c.not_before <= now)
        .where(free, _in_turn(now), INBOX.c.update_id.not_in(but))
        .order_by(INBOX.c.update_id)
        .limit(limit)
    )
    statement = (
        update(INBOX)
        .where(INBOX.c.update_id.in_(due))
        .values(owner=owner, lease_until=now + lease_s, attempts=INBOX.c.attempts + 1)
        .returning(*_CLAIMED)
    )
    claimed = [Claimed(**row._mapping) for row in await session.execute(statement)]
    claimed += await _rest_of_albums(session, claimed, owner, now + lease_s)
    return sorted(claimed, key=lambda update: update.update_id)


async def _rest_of_albums(
    session: AsyncSession, claimed: Sequence[Claimed], owner: str, until: float
) -> list[Claimed]:
    """The photos of the claimed albums that the limit, or their lane, kept from being claimed with them."""
    albums = {(row.chat_id, row.album) for row in claimed if row.album is not None}
    rest: list[Claimed] = []
    for chat_id, album in albums:
        siblings = (
            INBOX.c.chat_id == chat_id,
            INBOX.c.album == album,
            INBOX.c.state == "received",
            INBOX.c.owner.is_(None),
        )
        statement = (
            update(INBOX)
            .where(*siblings)
            .values(owner=owner, lease_until=until, attempts=INBOX.c.attempts + 1)
            .returning(*_CLAIMED)
        )
        rest += [Claimed(**row._mapping) for row in await session.execute(statement)]
    return rest


def _in_turn(now: float) -> ColumnElement[bool]:
    earlier = INBOX.alias()
    waiting = and_(
        earlier.c.state == "received",
        earlier.c.chat_id == INBOX.c.chat_id,
        earlier.c.update_id < INBOX.c.update_id,
    )
    # The photos of one album do not wait for each other, they are one job; unless it was begun without them.
    same_album = func.coalesce(earlier.c.album == INBOX.c.album, false())
    begun = exists().where(waiting, same_album, earlier.c.owner.is_not(None), earlier.c.lease_until > now)
    blocks_read = exists().where(waiting, ~same_album, earlier.c.lane == "write")
    blocks_write = exists().where(waiting, ~same_album, earlier.c.lane.in_(("read", "write")))
    return or_(
        INBOX.c.lane == "fast",
        and_(INBOX.c.lane == "read", ~begun, ~blocks_read),
        and_(INBOX.c.lane == "write", ~begun, ~blocks_write),
    )


async def extend(session: AsyncSession, owner: str, update_ids: Sequence[int], until: float) -> list[int]:
    """Moves the end of leases; the ids that `owner` still holds, in order."""
    statement = (
        update(INBOX)
        .where(INBOX.c.update_id.in_(update_ids), INBOX.c.owner == owner, INBOX.c.state == "received")
        .values(lease_until=until)
        .returning(INBOX.c.update_id)
    )
    return sorted(await session.scalars(statement))


async def release(
    session: AsyncSession, update_id: int, *, not_before: float, blameless: bool = False
) -> None:
    """Gives a claimed update back unanswered; it may be claimed again from `not_before` on.

    `blameless`: the fault was elsewhere, and this attempt does not count.
    """
    statement = (
        update(INBOX)
        .where(INBOX.c.update_id == update_id, INBOX.c.state == "received")
        .values(
            owner=None,
            lease_until=None,
            not_before=not_before,
            attempts=INBOX.c.attempts - (1 if blameless else 0),
        )
    )
    await session.execute(statement)


async def release_all(session: AsyncSession) -> int:
    """Ends every lease, and says how many: for the start of the only bot on this database."""
    statement = (
        update(INBOX)
        .where(INBOX.c.owner.is_not(None))
        .values(owner=None, lease_until=None)
        .returning(INBOX.c.update_id)
    )
    return len((await session.scalars(statement)).all())


async def answered(session: AsyncSession, update_id: int, now: float, owner: str | None = None) -> None:
    """Notes that an update's result is stored; it is done at once where nothing of it is left to send.

    Raises LeaseLost where `owner` does not hold it any more, or somebody has answered it: to be rolled back,
    or there would be two answers.
    """
    held = INBOX.c.owner == owner if owner is not None else true()
    statement = (
        update(INBOX)
        .where(INBOX.c.update_id == update_id, INBOX.c.state == "received", held)
        .values(state="answered", owner=None, lease_until=None)
        .returning(INBOX.c.update_id)
    )
    if await session.scalar(statement) is None:
        raise LeaseLost(update_id)
    await finish_if_sent(session, update_id, now)


async def withdraw(session: AsyncSession, user_id: int, before: int) -> None:
    """Deletes what a user sent before an update and nobody has answered yet.

    Whoever works on it has lost the lease, so that nothing of it is stored.
    """
    theirs = (INBOX.c.user_id == user_id, INBOX.c.state == "received", INBOX.c.update_id < before)
    await session.execute(delete(INBOX).where(*theirs))


async def finish_if_sent(session: AsyncSession, update_id: int, now: float) -> bool:
    """Makes an answered update done, its payload wiped, if none of its outbox rows waits; whether it did."""
    unsent = exists().where(OUTBOX.c.update_id == INBOX.c.update_id, OUTBOX.c.state.in_(UNSENT))
    statement = (
        update(INBOX)
        .where(INBOX.c.update_id == update_id, INBOX.c.state == "answered", ~unsent)
        .values(state="done", payload=b"", user_id=0, finished_at=now)
        .returning(INBOX.c.update_id)
    )
    return await session.scalar(statement) is not None


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many updates there are in each state."""
    rows = await session.execute(select(INBOX.c.state, func.count()).group_by(INBOX.c.state))
    return dict(rows.all())


async def ahead_of(session: AsyncSession, update_id: int) -> int:
    """How many updates that take work were received before this one and wait for their answer."""
    waiting = (INBOX.c.update_id < update_id, INBOX.c.state == "received", INBOX.c.lane != "fast")
    return await session.scalar(select(func.count()).where(*waiting)) or 0


async def is_waiting(session: AsyncSession, chat_id: int) -> bool:
    """Whether an update of a chat waits for its answer."""
    waiting = exists().where(INBOX.c.chat_id == chat_id, INBOX.c.state == "received")
    return bool(await session.scalar(select(waiting)))


async def next_due(session: AsyncSession, now: float) -> float | None:
    """When the next postponed update may be claimed; None where none is postponed."""
    postponed = (INBOX.c.state == "received", INBOX.c.not_before > now)
    return await session.scalar(select(func.min(INBOX.c.not_before)).where(*postponed))


async def rekey(session: AsyncSession, old: int, new: int) -> None:
    """Moves a chat's updates to its new id."""
    await session.execute(update(INBOX).where(INBOX.c.chat_id == old).values(chat_id=new))


async def purge(session: AsyncSession, before: float) -> int:
    """Deletes the updates that were done before a time, and says how many."""
    statement = (
        delete(INBOX)
        .where(INBOX.c.state == "done", INBOX.c.finished_at < before)
        .returning(INBOX.c.update_id)
    )
    return len((await session.scalars(statement)).all())
