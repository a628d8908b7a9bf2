"""What people began: theirs alone, and gone when its time is over."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage import pending
from storage.pending import NewPending
from tests.storage.rows import CHAT, NOW

BEGUN = NewPending(CHAT, 1, "enrol", {"name": "Alice"}, NOW + 60, files=("a.jpg",))


async def test_what_was_begun_is_there_for_its_person_only(session: AsyncSession) -> None:
    pending_id = await pending.put(session, BEGUN, NOW)
    mine = await pending.mine(session, CHAT, 1, "enrol", NOW)
    assert mine is not None
    assert (mine.id, mine.data, mine.files, mine.created_at) == (pending_id, BEGUN.data, ("a.jpg",), NOW)
    assert await pending.mine(session, CHAT, 2, "enrol", NOW) is None
    assert await pending.mine(session, CHAT, 1, "pick", NOW) is None
    assert await pending.mine(session, -200, 1, "enrol", NOW) is None


async def test_the_latest_of_a_kind_is_the_one_that_goes_on(session: AsyncSession) -> None:
    await pending.put(session, BEGUN, NOW)
    latest = await pending.put(session, BEGUN, NOW)
    assert await pending.mine(session, CHAT, 1, "enrol", NOW) == await pending.get(session, latest, NOW)


async def test_finishing_returns_the_row_once(session: AsyncSession) -> None:
    pending_id = await pending.put(session, BEGUN, NOW)
    row = await pending.remove(session, pending_id)
    assert row is not None
    assert row.files == ("a.jpg",)
    assert await pending.remove(session, pending_id) is None


async def test_cancelling_a_kind_leaves_the_other_kinds(session: AsyncSession) -> None:
    ids = [await pending.put(session, BEGUN, NOW) for _ in range(2)]
    await pending.put(session, NewPending(CHAT, 1, "pick", {}, NOW + 60), NOW)
    assert [row.id for row in await pending.remove_mine(session, CHAT, 1, "enrol")] == ids
    assert await pending.mine(session, CHAT, 1, "pick", NOW) is not None


async def test_what_has_expired_is_not_found_and_is_returned_once_for_cleaning_up(
    session: AsyncSession,
) -> None:
    pending_id = await pending.put(session, BEGUN, NOW)
    assert await pending.expired(session, NOW + 59) == []
    assert await pending.get(session, pending_id, NOW + 60) is None
    assert await pending.mine(session, CHAT, 1, "enrol", NOW + 60) is None
    assert [row.files for row in await pending.expired(session, NOW + 60)] == [("a.jpg",)]
    assert await pending.expired(session, NOW + 60) == []
