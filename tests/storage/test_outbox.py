"""The outbox: a chat's calls leave in order, each is accounted for, and edits find their message."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, inbox, outbox, sending
from storage.database import Database
from storage.outbox import Send, SentMessage
from storage.sending import Row
from tests.storage.rows import CHAT, NOW, new_update
from tests.support.leftovers import empty_log

OTHER = -200


async def put(session: AsyncSession, text: str, chat_id: int = CHAT, **more: Any) -> int:
    return await outbox.put(session, Send(chat_id, "sendMessage", {"text": text}, **more), NOW)


async def claim(session: AsyncSession, now: float = NOW, busy: tuple[int, ...] = ()) -> list[Row]:
    return await sending.claim(session, limit=10, now=now, busy_chats=busy)


async def claimed_texts(session: AsyncSession, now: float = NOW, busy: tuple[int, ...] = ()) -> list[str]:
    return [row.payload["text"] for row in await claim(session, now, busy)]


async def test_a_claim_takes_the_first_call_of_each_chat(session: AsyncSession) -> None:
    await put(session, "one")
    await put(session, "two")
    await put(session, "elsewhere", chat_id=OTHER)
    assert await claimed_texts(session) == ["one", "elsewhere"]


async def test_a_chat_gives_nothing_more_while_a_call_is_under_way(session: AsyncSession) -> None:
    first = await put(session, "one")
    await put(session, "two")
    await claim(session)
    assert await claimed_texts(session) == []
    await outbox.sent(session, first, [SentMessage(1)], NOW)
    assert await claimed_texts(session) == ["two"]


async def test_a_busy_chat_is_passed_over(session: AsyncSession) -> None:
    await put(session, "one")
    await put(session, "elsewhere", chat_id=OTHER)
    assert await claimed_texts(session, busy=(CHAT,)) == ["elsewhere"]


async def test_a_call_that_did_not_get_through_keeps_its_place(session: AsyncSession) -> None:
    first = await put(session, "one")
    await put(session, "two")
    await claim(session)
    await outbox.retry(session, first, not_before=NOW + 5, error="timed out")
    assert await claimed_texts(session, now=NOW + 4) == []
    assert await sending.next_due(session, NOW) == NOW + 5
    assert await sending.next_due(session, NOW, busy_chats=[CHAT]) is None
    (again,) = await claim(session, now=NOW + 5)
    assert (again.payload["text"], again.attempts) == ("one", 2)


async def test_what_was_being_sent_at_a_crash_is_sent_again_first(session: AsyncSession) -> None:
    await put(session, "one")
    await put(session, "two")
    await claim(session)
    assert await outbox.requeue_sending(session) == 1
    assert await claimed_texts(session) == ["one"]


async def test_a_call_given_up_lets_the_next_one_pass(session: AsyncSession) -> None:
    first = await put(session, "one")
    await put(session, "two")
    await claim(session)
    await outbox.failed(session, first, error="message too long", now=NOW)
    assert await claimed_texts(session) == ["two"]
    assert await outbox.counts(session) == {"failed": 1, "sending": 1}


async def test_an_edit_waits_for_its_message_and_learns_its_id(session: AsyncSession) -> None:
    message = await put(session, "working…")
    await put(session, "done", edits=message)
    assert [row.id for row in await claim(session)] == [message]
    await outbox.sent(session, message, [SentMessage(77)], NOW)
    (edit,) = await claim(session)
    assert (edit.edits, edit.target_message_id) == (message, 77)


async def test_an_edit_of_a_message_that_never_got_out_has_no_target(session: AsyncSession) -> None:
    message = await put(session, "working…")
    await put(session, "done", edits=message)
    await claim(session)
    await outbox.failed(session, message, error="chat not found", now=NOW)
    (edit,) = await claim(session)
    assert (edit.edits, edit.target_message_id) == (message, None)


async def test_of_several_waiting_edits_the_last_one_wins(session: AsyncSession) -> None:
    message = await put(session, "0 %")
    for progress in ("10 %", "20 %", "30 %"):
        await put(session, progress, edits=message, coalesce="progress")
    assert await claimed_texts(session) == ["0 %"]
    await outbox.sent(session, message, [SentMessage(1)], NOW)
    assert await claimed_texts(session) == ["30 %"]


async def test_an_edit_under_way_is_not_taken_back(session: AsyncSession) -> None:
    await put(session, "10 %", coalesce="progress")
    await claim(session)
    await put(session, "20 %", coalesce="progress")
    assert await outbox.counts(session) == {"queued": 1, "sending": 1}


async def test_a_message_is_not_replaced_by_the_edit_that_needs_it(session: AsyncSession) -> None:
    message = await put(session, "0 %", coalesce="progress")
    await put(session, "10 %", edits=message, coalesce="progress")
    await put(session, "20 %", edits=message, coalesce="progress")
    assert await claimed_texts(session) == ["0 %"]


async def test_a_replacement_is_held_back_as_long_as_what_it_replaces(session: AsyncSession) -> None:
    first = await put(session, "10 %", coalesce="progress")
    await claim(session)
    await outbox.retry(session, first, not_before=NOW + 30, error="Telegram's rates")
    await put(session, "20 %", coalesce="progress")
    assert await claimed_texts(session, now=NOW + 29) == []
    assert await claimed_texts(session, now=NOW + 30) == ["20 %"]


async def test_replacing_the_last_call_of_an_update_finishes_it(session: AsyncSession) -> None:
    await inbox.receive(session, [new_update(1)], NOW)
    await put(session, "old", update_id=1, coalesce="list")
    await inbox.answered(session, 1, NOW)
    await put(session, "new", coalesce="list")
    assert await inbox.counts(session) == {"done": 1}


async def test_the_files_of_what_is_replaced_are_not_needed_any_more(session: AsyncSession) -> None:
    await put(session, "10 %", coalesce="progress", files={"a": "old.jpg", "b": "kept.jpg"})
    await put(session, "sent by itself", files={"a": "another.jpg"})
    newer = Send(CHAT, "editMessageMedia", {}, files={"a": "kept.jpg"}, coalesce="progress")
    assert await outbox.files_replaced_by(session, newer) == ["old.jpg"]
    assert await outbox.files_replaced_by(session, Send(CHAT, "sendMessage", {})) == []


async def test_the_same_key_in_another_chat_is_left_alone(session: AsyncSession) -> None:
    await put(session, "one", coalesce="progress")
    await put(session, "elsewhere", chat_id=OTHER, coalesce="progress")
    assert await claimed_texts(session) == ["one", "elsewhere"]


async def test_an_id_is_never_given_twice(session: AsyncSession) -> None:
    first = await put(session, "10 %", coalesce="progress")
    assert await put(session, "20 %", coalesce="progress") > first


async def test_a_sent_answer_learns_its_message_and_picture(session: AsyncSession) -> None:
    answer = answers.NewAnswer(CHAT, 1, 10, "unique", "file", "models", 0, {"faces": []})
    answer_id = await answers.store(session, answer, NOW)
    row = await put(session, "a cat", answer_ids=(answer_id,))
    await outbox.sent(session, row, [SentMessage(55, "picture")], NOW)
    found = await answers.get(session, answer_id)
    assert found is not None
    assert (found.reply_message_id, found.picture_file_id) == (55, "picture")


async def test_nothing_of_a_sent_message_stays_on_the_disk(db: Database) -> None:
    async with db.begin() as session:
        row = await put(session, "a very private name")
    async with db.begin() as session:
        await outbox.sent(session, row, [SentMessage(1)], NOW)
    empty_log(db.file)
    assert b"a very private name" not in db.file.read_bytes()


async def test_old_calls_are_purged_unless_an_edit_needs_them(session: AsyncSession) -> None:
    needed, plain = await put(session, "one"), await put(session, "two")
    await put(session, "edit", edits=needed)
    for row in (needed, plain):
        await outbox.sent(session, row, [SentMessage(row)], NOW)
    assert await outbox.purge(session, NOW + 1) == 1
    (edit,) = await claim(session)
    assert edit.target_message_id == needed


async def test_concurrent_senders_never_claim_the_same_call(db: Database) -> None:
    async with db.begin() as session:
        for chat_id in range(-20, 0):
            await put(session, "hello", chat_id=chat_id)

    async def send() -> list[int]:
        async with db.begin() as session:
            return [row.id for row in await sending.claim(session, limit=5, now=NOW, busy_chats=())]

    claims = await asyncio.gather(*(send() for _ in range(4)))
    assert len(set(chain.from_iterable(claims))) == 20


async def test_the_last_reply_that_waits_under_a_key_is_found(session: AsyncSession) -> None:
    for reply_id in (1, 2):
        key = f"tag:0:{reply_id}"
        await put(session, "words", reply_id=reply_id, coalesce=key)
    await put(session, "elsewhere", chat_id=OTHER, reply_id=3, coalesce="tag:0:3")
    waiting = await sending.last_waiting(session, CHAT, "tag:0:")
    assert waiting == sending.Waiting(2, "tag:0:2")
    assert await sending.messages_ahead(session, CHAT) == 2
    assert await sending.last_waiting(session, CHAT, "tag:9:") is None


async def test_a_reply_that_is_being_sent_does_not_wait_any_more(session: AsyncSession) -> None:
    await put(session, "words", reply_id=1, coalesce="tag:0:1")
    await claim(session)
    assert await sending.last_waiting(session, CHAT, "tag:0:") is None
    assert await sending.messages_ahead(session, CHAT) == 1
