"""Answers: found again by photo, by reply and by update."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, outbox
from storage.answers import NewAnswer
from storage.outbox import Send
from tests.storage.rows import CHAT, NOW

ANSWER = NewAnswer(CHAT, 1, 10, "unique", "file", "models", 3, {"labels": ["tabby cat"]})


async def test_the_same_photo_finds_its_latest_answer(session: AsyncSession) -> None:
    await answers.store(session, ANSWER, NOW)
    latest = await answers.store(session, replace(ANSWER, update_id=2, result={"labels": ["dog"]}), NOW + 1)
    found = await answers.same_photo(session, CHAT, "unique", "models", 3)
    assert found is not None
    assert (found.id, found.result, found.created_at) == (latest, {"labels": ["dog"]}, NOW + 1)


async def test_an_answer_of_other_models_or_another_gallery_is_not_reused(session: AsyncSession) -> None:
    await answers.store(session, ANSWER, NOW)
    assert await answers.same_photo(session, CHAT, "unique", "newer models", 3) is None
    assert await answers.same_photo(session, CHAT, "unique", "models", 4) is None
    assert await answers.same_photo(session, CHAT, "other photo", "models", 3) is None
    assert await answers.same_photo(session, -200, "unique", "models", 3) is None


async def test_an_answer_is_found_by_the_message_that_gave_it(session: AsyncSession) -> None:
    answer_id = await answers.store(session, ANSWER, NOW)
    row = await outbox.put(session, Send(CHAT, "sendMessage", {}, answer_id=answer_id), NOW)
    assert await answers.by_reply(session, CHAT, 77) is None
    await outbox.sent(session, row, message_id=77, now=NOW)
    found = await answers.by_reply(session, CHAT, 77)
    assert found is not None
    assert (found.id, found.picture_file_id) == (answer_id, None)
    assert await answers.by_reply(session, -200, 77) is None


async def test_an_update_knows_that_it_was_answered(session: AsyncSession) -> None:
    assert await answers.of_update(session, 1) is None
    answer_id = await answers.store(session, ANSWER, NOW)
    found = await answers.of_update(session, 1)
    assert found is not None
    assert found == await answers.get(session, answer_id)


async def test_a_correction_replaces_what_was_said(session: AsyncSession) -> None:
    answer_id = await answers.store(session, ANSWER, NOW)
    await answers.set_result(session, answer_id, {"labels": ["lynx"]})
    found = await answers.get(session, answer_id)
    assert found is not None
    assert found.result == {"labels": ["lynx"]}


async def test_only_old_answers_are_purged(session: AsyncSession) -> None:
    await answers.store(session, ANSWER, NOW)
    kept = await answers.store(session, ANSWER, NOW + 10)
    assert await answers.purge(session, NOW + 5) == 1
    assert await answers.get(session, kept) is not None
