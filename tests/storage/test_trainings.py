"""Trainings: one of a kind in a chat, first come, first served, and never lost by a restart."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, outbox, trainings
from storage.errors import TrainingOpen
from storage.outbox import Send, SentMessage
from tests.storage.rows import CHAT, NOW
from tests.storage.taught import training

OTHER, THIRD = -200, -300


async def queue(session: AsyncSession) -> list[int]:
    """A training in each of three chats."""
    ids = []
    for number, chat_id in enumerate((CHAT, OTHER, THIRD)):
        await chats.seen(session, chat_id, "group", "Friends", NOW)
        ids.append(await trainings.put(session, training(chat_id=chat_id), NOW + number))
    return ids


async def test_a_chat_has_one_training_of_a_kind(session: AsyncSession) -> None:
    first = await trainings.put(session, training(), NOW)
    await trainings.put(session, training("people"), NOW)
    with pytest.raises(TrainingOpen) as refused:
        await trainings.put(session, training(), NOW)
    assert refused.value.training_id == first


async def test_trainings_come_in_the_order_they_were_asked_for(session: AsyncSession) -> None:
    ids = await queue(session)
    assert [await trainings.position(session, training_id) for training_id in ids] == [0, 1, 2]
    for training_id in ids:
        waiting = await trainings.next_queued(session)
        assert waiting is not None and waiting.id == training_id
        await trainings.begin(session, training_id, NOW)
    assert await trainings.next_queued(session) is None


async def test_what_ends_lets_the_others_move_up(session: AsyncSession) -> None:
    first, second, third = await queue(session)
    assert await trainings.finish(session, first)
    assert not await trainings.finish(session, first)
    assert [await trainings.position(session, training_id) for training_id in (second, third)] == [0, 1]
    assert await trainings.count(session) == 2


async def test_one_that_waits_is_cancelled_at_once(session: AsyncSession) -> None:
    training_id = await trainings.put(session, training(), NOW)
    cancelled = await trainings.cancel(session, training_id)
    assert cancelled is not None and cancelled.state == "queued"
    assert await trainings.get(session, training_id) is None
    assert await trainings.cancel(session, training_id) is None


async def test_one_under_way_is_cancelled_until_its_trainer_has_stopped(session: AsyncSession) -> None:
    training_id = await trainings.put(session, training(), NOW)
    await trainings.begin(session, training_id, NOW)
    await trainings.cancel(session, training_id)
    stopping = await trainings.find(session, CHAT, "labels")
    assert stopping is not None and stopping.state == "cancelling"
    assert await trainings.begin(session, training_id, NOW) is None


async def test_after_a_restart_what_was_under_way_is_known_and_goes_on(session: AsyncSession) -> None:
    first, _, _ = await queue(session)
    await trainings.begin(session, first, NOW)
    await trainings.note(session, first, data={"job": 1}, outbox_id=7)
    (row,) = await trainings.interrupted(session)
    assert (row.id, row.data, row.outbox_id) == (first, {"job": 1}, 7)
    again = await trainings.begin(session, first, NOW + 9)
    assert again is not None and (again.attempts, again.started_at, again.data) == (2, NOW + 9, {"job": 1})


async def test_what_is_begun_anew_is_another_training_in_the_same_place(session: AsyncSession) -> None:
    first, second, _ = await queue(session)
    await trainings.begin(session, first, NOW)
    await trainings.note(session, first, data={"learnt": ["photo"]}, outbox_id=7)
    assert await trainings.begin_anew(session, [CHAT, OTHER], "labels") == [f"trainings/{first}"]
    assert await trainings.get(session, first) is None
    anew = await trainings.next_queued(session)
    assert anew is not None and anew.id not in {first, second}
    assert (anew.chat_id, anew.state, anew.attempts, anew.data, anew.outbox_id) == (CHAT, "queued", 0, {}, 7)
    assert await trainings.position(session, anew.id) == 0


async def test_what_told_of_a_training_stays_behind_once_it_was_sent(session: AsyncSession) -> None:
    first, second, _ = await queue(session)
    said = [await outbox.put(session, Send(CHAT, "sendMessage", {}), NOW) for _ in range(2)]
    await outbox.sent(session, said[0], [SentMessage(5)], NOW)
    for training_id, row_id in zip((first, second), said, strict=True):
        await trainings.note(session, training_id, outbox_id=row_id)
    for chat_id in (CHAT, OTHER):
        await trainings.leave_messages_behind(session, chat_id)
    rows = [await trainings.get(session, training_id) for training_id in (first, second)]
    assert [row.outbox_id for row in rows if row is not None] == [None, said[1]]
