"""What waits to be sent and shows somebody who is deleted for good is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import (
    answers,
    chats,
    deletion,
    inbox,
    jobs,
    outbox,
    people,
    replies,
    sending,
    withdrawal,
)
from storage.answers import NewAnswer
from storage.database import Database
from storage.jobs import NewJob
from storage.outbox import Send, SentMessage
from storage.replies import NewReply
from tests.storage.rows import CHAT, NOW, new_update

OTHER = -200
DAVE = 5_123_456_789_012


async def put(session: AsyncSession, text: str, chat_id: int = CHAT, **more: Any) -> int:
    return await outbox.put(session, Send(chat_id, "sendMessage", {"text": text}, **more), NOW)


async def texts_left(session: AsyncSession) -> list[str]:
    """What goes out, call by call."""
    texts = []
    while rows := await sending.claim(session, limit=10, now=float("inf"), busy_chats=()):
        for row in rows:
            texts.append(row.payload["text"])
            await outbox.sent(session, row.id, [], NOW)
    return texts


async def told(session: AsyncSession, person_id: int | None) -> tuple[int, int]:
    """A reply about one photo, and its answer."""
    reply_id = await replies.store(session, NewReply(CHAT, None, 1, 1, None, "en"), NOW)
    result = {"faces": [{"person_id": person_id, "name": "whoever"}]}
    new = NewAnswer(CHAT, 1, 1, "unique", "file", "m", 1, result, reply_id)
    return reply_id, await answers.store(session, new, NOW)


@pytest.mark.parametrize("text", ["<b>Alice</b> is here", "alice, perhaps", "I see \u2068Alice\u2069"])
async def test_words_that_name_them_are_taken_back(session: AsyncSession, alice: int, text: str) -> None:
    await put(session, text)
    await put(session, "I see Alicey")
    await put(session, text, chat_id=OTHER)
    await deletion.remove_people(session, [alice])
    assert sorted(await texts_left(session)) == sorted(["I see Alicey", text])


async def test_nothing_of_them_stays_in_the_database(db: Database) -> None:
    async with db.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", NOW)
        alice = await people.add(session, CHAT, "Alice", by=1, now=NOW)
        await put(session, "I see Alice")
        await deletion.remove_people(session, [alice])
        await deletion.scrub_later(session, NOW)
    await deletion.scrub(db)
    assert b"I see Alice" not in db.file.read_bytes()


async def test_a_picture_with_their_name_is_taken_back_with_its_file(
    session: AsyncSession, alice: int
) -> None:
    _, answer_id = await told(session, alice)
    picture = Send(CHAT, "sendPhoto", {}, files={"photo": "/spool/drawn.jpg"}, answer_ids=(answer_id,))
    await outbox.put(session, picture, NOW)
    assert await deletion.remove_people(session, [alice]) == ["/spool/drawn.jpg"]
    assert await outbox.counts(session) == {"failed": 1}


async def test_a_picture_from_before_they_became_somebody_is_taken_back(
    session: AsyncSession, alice: int
) -> None:
    _, answer_id = await told(session, alice)
    await outbox.put(session, Send(CHAT, "sendPhoto", {"photo": "old"}, answer_ids=(answer_id,)), NOW)
    await answers.change(session, answer_id, {"faces": []}, "m", 2)
    await deletion.remove_people(session, [alice])
    assert await outbox.counts(session) == {"failed": 1}


async def test_a_picture_of_others_goes_out(session: AsyncSession, alice: int) -> None:
    _, answer_id = await told(session, None)
    await outbox.put(session, Send(CHAT, "sendPhoto", {"photo": "p"}, answer_ids=(answer_id,)), NOW)
    await deletion.remove_people(session, [alice])
    assert await outbox.counts(session) == {"queued": 1}


async def test_the_update_of_what_is_taken_back_is_done(session: AsyncSession, alice: int) -> None:
    await inbox.receive(session, [new_update(1)], NOW)
    await put(session, "I see Alice", update_id=1)
    await inbox.answered(session, 1, NOW)
    await deletion.remove_people(session, [alice])
    assert await inbox.counts(session) == {"done": 1}


async def test_a_reply_that_was_taken_back_is_to_be_said_anew(session: AsyncSession, alice: int) -> None:
    reply_id, _ = await told(session, None)
    await put(session, "I see Alice", reply_id=reply_id)
    await deletion.remove_people(session, [alice])
    job = await jobs.claim(session, float("inf"), 60)
    assert job is not None
    assert (job.kind, job.data) == (replies.REFRESH, {"reply": reply_id})
    assert await withdrawal.is_withdrawn(session, reply_id)


async def test_what_is_being_sent_is_not_sent_again(session: AsyncSession, alice: int) -> None:
    await inbox.receive(session, [new_update(1)], NOW)
    row = await put(session, "I see Alice", update_id=1)
    await inbox.answered(session, 1, NOW)
    await sending.claim(session, limit=1, now=NOW, busy_chats=())
    await deletion.remove_people(session, [alice])
    await outbox.retry(session, row, not_before=NOW, error="timed out")
    assert await outbox.counts(session) == {"failed": 1}
    assert await inbox.counts(session) == {"done": 1}


async def test_what_was_being_sent_at_a_crash_is_not_sent_again(session: AsyncSession, alice: int) -> None:
    await put(session, "I see Alice")
    await sending.claim(session, limit=1, now=NOW, busy_chats=())
    await deletion.remove_people(session, [alice])
    assert await outbox.requeue_sending(session) == 0
    assert await outbox.counts(session) == {"failed": 1}


async def test_what_arrives_all_the_same_is_known_by_its_message(session: AsyncSession, alice: int) -> None:
    reply_id, _ = await told(session, None)
    row = await put(session, "I see Alice", reply_id=reply_id)
    await sending.claim(session, limit=1, now=NOW, busy_chats=())
    await deletion.remove_people(session, [alice])
    await outbox.sent(session, row, [SentMessage(77)], NOW)
    reply = await replies.get(session, reply_id)
    assert reply is not None
    assert reply.message_id == 77


async def test_a_mention_of_a_user_who_leaves_is_taken_back_everywhere(session: AsyncSession) -> None:
    await put(session, f'<a href="tg://user?id={DAVE}">D</a>, may I?', chat_id=OTHER)
    await put(session, f'<a href="tg://user?id={DAVE}1">E</a>, may I?')
    await deletion.remove_user(session, DAVE)
    assert await texts_left(session) == [f'<a href="tg://user?id={DAVE}1">E</a>, may I?']


async def test_a_lesson_of_a_user_who_leaves_is_nobodys(session: AsyncSession) -> None:
    data = {"answer": 1, "face": 0}
    await jobs.put(session, NewJob(CHAT, "learn", "1:0", {**data, "by": DAVE}), NOW)
    await jobs.put(session, NewJob(CHAT, "learn", "2:0", {**data, "by": 7}), NOW)
    await deletion.remove_user(session, DAVE)
    first, second = await jobs.claim(session, NOW, 60), await jobs.claim(session, NOW, 60)
    assert first is not None and second is not None
    assert [first.data, second.data] == [{**data, "by": 0}, {**data, "by": 7}]
    assert await jobs.data_of(session, first.id) == {**data, "by": 0}
