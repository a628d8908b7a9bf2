"""The inbox: nothing twice, nothing lost, and the order that binds a chat's work."""

from __future__ import annotations

import asyncio
from itertools import chain

import pytest
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inbox, outbox
from storage.database import Database
from storage.errors import LeaseLost
from storage.outbox import Send, SentMessage
from tests.storage.rows import CHAT, NOW, PAYLOAD, new_update
from tests.support.leftovers import empty_log

LANES = ("fast", "read", "write")


async def claim(session: AsyncSession, limit: int = 10, now: float = NOW, owner: str = "bot") -> list[int]:
    claimed = await inbox.claim(session, owner=owner, lanes=LANES, limit=limit, now=now, lease_s=60)
    return [update.update_id for update in claimed]


async def receive(session: AsyncSession, *updates: inbox.NewUpdate) -> list[int]:
    return await inbox.receive(session, updates, NOW)


async def test_an_update_that_arrives_twice_is_stored_once(session: AsyncSession) -> None:
    assert await receive(session, new_update(1), new_update(2)) == [1, 2]
    assert await receive(session, new_update(2), new_update(3)) == [3]
    assert await inbox.counts(session) == {"received": 3}


async def test_receiving_nothing_stores_nothing(session: AsyncSession) -> None:
    assert await receive(session) == []


async def test_a_claim_carries_the_update_and_counts_the_attempt(session: AsyncSession) -> None:
    await receive(session, new_update(7, "write"))
    (claimed,) = await inbox.claim(session, owner="bot", lanes=LANES, limit=1, now=NOW, lease_s=60)
    assert claimed == inbox.Claimed(7, CHAT, 1, "write", PAYLOAD, 1, album=None, received_at=NOW)


async def test_updates_are_claimed_in_their_order_up_to_the_limit(session: AsyncSession) -> None:
    await receive(session, new_update(3), new_update(1), new_update(2))
    assert await claim(session, limit=2) == [1, 2]
    assert await claim(session, limit=2) == [3]


async def test_reading_waits_for_earlier_writing_in_its_chat(session: AsyncSession) -> None:
    await receive(session, new_update(1, "write"), new_update(2, "read"), new_update(3, "read", chat_id=-200))
    assert await claim(session) == [1, 3]
    await inbox.answered(session, 1, NOW)
    assert await claim(session) == [2]


async def test_writing_waits_for_all_earlier_work_in_its_chat(session: AsyncSession) -> None:
    await receive(session, new_update(1), new_update(2), new_update(3, "write"), new_update(4, "write"))
    assert await claim(session) == [1, 2]
    await inbox.answered(session, 1, NOW)
    assert await claim(session) == []
    await inbox.answered(session, 2, NOW)
    assert await claim(session) == [3]


async def test_the_fast_lane_passes_everything_by(session: AsyncSession) -> None:
    await receive(session, new_update(1, "write"), new_update(2, "write"), new_update(3, "fast"))
    assert await claim(session) == [1, 3]


async def test_the_fast_lane_holds_nobody_up(session: AsyncSession) -> None:
    await receive(session, new_update(1, "fast"), new_update(2, "write"))
    assert await claim(session) == [1, 2]


async def test_only_the_lanes_asked_for_are_claimed(session: AsyncSession) -> None:
    await receive(session, new_update(1, "read"), new_update(2, "fast"))
    claimed = await inbox.claim(session, owner="bot", lanes=["fast"], limit=10, now=NOW, lease_s=60)
    assert [update.update_id for update in claimed] == [2]


async def test_a_leased_update_is_claimed_again_only_when_its_lease_is_over(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    assert await claim(session) == [1]
    assert await claim(session, now=NOW + 59, owner="other") == []
    assert await claim(session, now=NOW + 60, owner="other") == [1]


async def test_an_extended_lease_lasts_longer_but_only_for_its_owner(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    await claim(session)
    assert await inbox.extend(session, "other", [1], NOW + 500) == []
    assert await inbox.extend(session, "bot", [1], NOW + 100) == [1]
    assert await claim(session, now=NOW + 99) == []


async def test_a_released_update_waits_until_its_time_and_keeps_its_attempts(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    await claim(session)
    await inbox.release(session, 1, not_before=NOW + 10)
    assert await inbox.next_due(session, NOW) == NOW + 10
    assert await claim(session, now=NOW + 9) == []
    (again,) = await inbox.claim(session, owner="bot", lanes=LANES, limit=1, now=NOW + 10, lease_s=60)
    assert again.attempts == 2


async def test_a_restart_frees_what_the_last_process_was_working_on(session: AsyncSession) -> None:
    await receive(session, new_update(1), new_update(2))
    await claim(session, limit=1)
    assert await inbox.release_all(session) == 1
    assert await claim(session) == [1, 2]


async def test_concurrent_claims_get_different_updates(db: Database) -> None:
    async with db.begin() as session:
        await receive(session, *(new_update(number) for number in range(1, 41)))

    async def work(owner: str) -> list[int]:
        async with db.begin() as session:
            return await claim(session, limit=10, owner=owner)

    claims = await asyncio.gather(*(work(f"bot {number}") for number in range(4)))
    assert sorted(chain.from_iterable(claims)) == list(range(1, 41))


async def test_an_answered_update_without_messages_is_done_and_wiped(db: Database) -> None:
    async with db.begin() as session:
        await receive(session, new_update(1))
        await inbox.answered(session, 1, NOW)
        assert await inbox.counts(session) == {"done": 1}
    empty_log(db.file)
    assert PAYLOAD not in db.file.read_bytes()


async def test_an_answered_update_is_done_with_its_last_message(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    first = await outbox.put(session, Send(CHAT, "sendMessage", {}, update_id=1), NOW)
    second = await outbox.put(session, Send(CHAT, "sendMessage", {}, update_id=1), NOW)
    await inbox.answered(session, 1, NOW)
    await outbox.sent(session, first, [SentMessage(5)], NOW)
    assert await inbox.counts(session) == {"answered": 1}
    await outbox.failed(session, second, error="blocked by the user", now=NOW)
    assert await inbox.counts(session) == {"done": 1}


async def test_a_message_sent_before_the_answer_does_not_finish_the_update(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    early = await outbox.put(session, Send(CHAT, "sendMessage", {}, update_id=1), NOW)
    await outbox.sent(session, early, [SentMessage(5)], NOW)
    assert await inbox.counts(session) == {"received": 1}


async def test_an_answered_update_is_never_claimed_again(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    await outbox.put(session, Send(CHAT, "sendMessage", {}, update_id=1), NOW)
    await inbox.answered(session, 1, NOW)
    assert await claim(session, now=NOW + 1e6) == []


async def test_answering_an_unknown_update_is_an_error(session: AsyncSession) -> None:
    with pytest.raises(LeaseLost):
        await inbox.answered(session, 99, NOW)


async def test_an_update_is_answered_once_however_many_worked_on_it(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    await claim(session)
    await inbox.answered(session, 1, NOW, "bot")
    with pytest.raises(LeaseLost):
        await inbox.answered(session, 1, NOW, "bot")


async def test_what_was_withdrawn_cannot_be_answered_and_nothing_else_is(session: AsyncSession) -> None:
    await receive(session, *(replace(new_update(n), user_id=user) for n, user in ((1, 7), (2, 8), (3, 7))))
    await claim(session, limit=3)
    await inbox.withdraw(session, user_id=7, before=3)
    with pytest.raises(LeaseLost):
        await inbox.answered(session, 1, NOW, "bot")
    for update_id in (2, 3):
        await inbox.answered(session, update_id, NOW, "bot")
    assert await inbox.counts(session) == {"done": 2}


async def test_whoever_lost_the_lease_cannot_answer(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    await claim(session)
    await inbox.claim(session, owner="another", lanes=LANES, limit=1, now=NOW + 61, lease_s=60)
    with pytest.raises(LeaseLost):
        await inbox.answered(session, 1, NOW, "bot")


async def test_what_the_owner_works_on_is_not_claimed_again_when_the_clock_jumps(
    session: AsyncSession,
) -> None:
    await receive(session, new_update(1), new_update(2))
    await claim(session)
    claimed = await inbox.claim(
        session, owner="bot", lanes=LANES, limit=9, now=NOW + 1e6, lease_s=60, but=[1]
    )
    assert [row.update_id for row in claimed] == [2]


async def test_the_queue_ahead_counts_only_work_that_waits(session: AsyncSession) -> None:
    await receive(session, new_update(1), new_update(2, "fast"), new_update(3, chat_id=-200), new_update(4))
    await inbox.answered(session, 1, NOW)
    assert await inbox.ahead_of(session, 4) == 1


async def test_only_what_was_done_long_ago_is_purged(session: AsyncSession) -> None:
    await receive(session, new_update(1), new_update(2), new_update(3))
    await inbox.answered(session, 1, NOW)
    await inbox.answered(session, 2, NOW + 100)
    assert await inbox.purge(session, NOW + 50) == 1
    assert await inbox.counts(session) == {"done": 1, "received": 1}


async def gather(session: AsyncSession, now: float) -> None:
    await inbox.gather_album(session, CHAT, "a", now=now, quiet_s=2, cap_s=10)


async def test_an_album_waits_until_it_is_quiet_and_is_claimed_whole(session: AsyncSession) -> None:
    await receive(session, new_update(1, album="a"))
    await gather(session, NOW)
    await receive(session, new_update(2, album="a"))
    await gather(session, NOW + 1.5)
    assert await claim(session, now=NOW + 3.4) == []
    assert await claim(session, now=NOW + 3.5, limit=1) == [1, 2]


async def test_an_album_that_never_gets_quiet_is_taken_up_in_the_end(session: AsyncSession) -> None:
    await receive(session, new_update(1, album="a"))
    await gather(session, NOW + 9.5)
    assert await claim(session, now=NOW + 10) == [1]


async def test_an_album_with_a_command_on_one_photo_keeps_its_turn_as_a_whole(session: AsyncSession) -> None:
    await receive(session, new_update(1, "read"))
    await receive(session, new_update(2, "read", album="a"), new_update(3, "write", album="a"))
    await gather(session, NOW - 2)
    assert await claim(session) == [1]
    await inbox.answered(session, 1, NOW)
    assert await claim(session) == [2, 3]


async def test_a_late_photo_waits_for_those_of_its_album_that_are_worked_on(session: AsyncSession) -> None:
    await receive(session, new_update(1, album="a"), new_update(2, album="a"))
    assert await claim(session) == [1, 2]
    await receive(session, new_update(3, album="a"), new_update(4, album="b"))
    assert await claim(session) == [4]
    await inbox.answered(session, 1, NOW)
    await inbox.answered(session, 2, NOW)
    assert await claim(session) == [3]


async def test_a_late_photo_joins_its_album_where_whoever_worked_on_it_died(session: AsyncSession) -> None:
    await receive(session, new_update(1, album="a"))
    await claim(session)
    await receive(session, new_update(2, album="a"))
    assert await claim(session, now=NOW + 61) == [1, 2]


async def test_a_late_photo_of_an_album_with_a_command_changes_state_as_well(session: AsyncSession) -> None:
    await receive(session, new_update(1, "write", album="a"))
    await claim(session)
    await inbox.answered(session, 1, NOW)
    await receive(session, new_update(2), new_update(3, album="a"), new_update(4))
    await gather(session, NOW)
    assert await claim(session, now=NOW + 2) == [2]
    await inbox.answered(session, 2, NOW)
    assert await claim(session, now=NOW + 2) == [3]


async def test_an_attempt_that_failed_elsewhere_does_not_count(session: AsyncSession) -> None:
    await receive(session, new_update(1))
    await claim(session)
    await inbox.release(session, 1, not_before=NOW, blameless=True)
    (again,) = await inbox.claim(session, owner="bot", lanes=LANES, limit=1, now=NOW, lease_s=60)
    assert again.attempts == 1


async def test_a_chat_is_waiting_until_its_last_update_is_answered(session: AsyncSession) -> None:
    await inbox.receive(session, [new_update(1)], NOW)
    assert await inbox.is_waiting(session, CHAT)
    await inbox.answered(session, 1, NOW)
    assert not await inbox.is_waiting(session, CHAT)
