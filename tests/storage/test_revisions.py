"""A picture belongs to what was said when it was drawn, and to nothing that is said later."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, outbox
from storage.answers import AnswerRow, NewAnswer
from storage.outbox import Send, SentMessage
from tests.storage.rows import CHAT, NOW

ANSWER = NewAnswer(CHAT, 1, 10, "unique", "file", "models", 3, {"faces": []})


async def current(session: AsyncSession, answer_id: int) -> AnswerRow:
    row = await answers.get(session, answer_id)
    assert row is not None
    return row


async def put(session: AsyncSession, answer_id: int, revision: int = 0) -> int:
    send = Send(CHAT, "sendPhoto", {}, answer_ids=(answer_id,), answer_revision=revision)
    return await outbox.put(session, send, NOW)


async def test_a_picture_that_was_drawn_before_a_change_is_not_the_one_after_it(
    session: AsyncSession,
) -> None:
    answer_id = await answers.store(session, ANSWER, NOW)
    row = await put(session, answer_id)
    await answers.change(session, answer_id, {"faces": [{}]}, "models", 4)
    await outbox.sent(session, row, [SentMessage(55, "old picture")], NOW)
    changed = await current(session, answer_id)
    assert (changed.reply_message_id, changed.picture_file_id) == (55, None)


async def test_of_two_pictures_under_way_only_that_of_what_is_said_now_is_kept(
    session: AsyncSession,
) -> None:
    answer_id = await answers.store(session, ANSWER, NOW)
    await answers.change(session, answer_id, {"faces": [{}]}, "models", 4)
    first = await put(session, answer_id, revision=1)
    await answers.change(session, answer_id, {"faces": [{}, {}]}, "models", 5)
    second = await put(session, answer_id, revision=2)
    await outbox.sent(session, first, [SentMessage(55, "older")], NOW)
    assert (await current(session, answer_id)).picture_file_id is None
    await outbox.sent(session, second, [SentMessage(55, "newest")], NOW)
    assert (await current(session, answer_id)).picture_file_id == "newest"
