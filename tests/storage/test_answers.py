"""Answers: found again by photo and by reply, and gone with the people they name."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, chats, deletion, gallery, merging, people, replies
from storage.answers import NewAnswer
from storage.replies import NewReply
from storage.schema import ANSWERS
from tests.storage.rows import CHAT, NOW, new_face

ANSWER = NewAnswer(CHAT, 1, 10, "unique", "file", "models", 3, {"labels": ["tabby cat"]})


async def answer_naming(session: AsyncSession, photo: str, *person_ids: int | None) -> None:
    faces = [{"person_id": person_id, "name": "somebody"} for person_id in person_ids]
    await answers.store(session, replace(ANSWER, file_unique_id=photo, result={"faces": faces}), NOW)


async def photos_remembered(session: AsyncSession) -> list[str]:
    return sorted(await session.scalars(select(ANSWERS.c.file_unique_id)))


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


async def test_only_old_answers_are_purged(session: AsyncSession) -> None:
    await answers.store(session, ANSWER, NOW)
    kept = await answers.store(session, replace(ANSWER, file_unique_id="later"), NOW + 10)
    await deletion.purge_answers(session, NOW + 15, keep_s=10)
    assert await answers.same_photo(session, CHAT, "unique", "models", 3) is None
    found = await answers.same_photo(session, CHAT, "later", "models", 3)
    assert found is not None
    assert found.id == kept


async def test_an_answer_goes_with_the_forgotten_person_it_names(session: AsyncSession, alice: int) -> None:
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    await answer_naming(session, "hers", None, alice)
    await answer_naming(session, "both", bob, alice)
    await answer_naming(session, "his", bob)
    await answer_naming(session, "a stranger's", None)
    await answers.store(session, replace(ANSWER, file_unique_id="no face", result={"faces": None}), NOW)
    await people.forget(session, alice, NOW)
    assert len(await photos_remembered(session)) == 5
    await deletion.purge_forgotten(session, NOW + 1)
    assert await photos_remembered(session) == ["a stranger's", "his", "no face"]


async def test_an_answer_goes_with_the_person_whose_enrolment_was_undone(
    session: AsyncSession, alice: int
) -> None:
    await answer_naming(session, "hers", alice)
    await people.remove_faceless(session, [alice])
    assert await photos_remembered(session) == []


async def test_an_answer_stays_with_whom_the_person_it_names_became(
    session: AsyncSession, alice: int
) -> None:
    ally = await people.add(session, CHAT, "Ally", by=1, now=NOW)
    await gallery.enrol(session, ally, new_face("a"), by=1, now=NOW)
    await answer_naming(session, "Ally's", ally)
    await answer_naming(session, "Alice's", alice)
    await merging.merge(session, ally, alice, NOW)
    await deletion.purge_forgotten(session, NOW + 1)
    assert await photos_remembered(session) == ["Alice's", "Ally's"]


async def test_the_photos_of_a_reply_are_numbered_as_they_came(session: AsyncSession) -> None:
    await chats.seen(session, CHAT, "group", "Friends", NOW)
    mine, other = [
        await replies.store(session, NewReply(CHAT, None, 1, 10, None, "en"), NOW) for _ in range(2)
    ]
    for reply_id, message_id in ((mine, 12), (mine, 10), (other, 9), (mine, 11), (mine, 10)):
        await answers.store(session, replace(ANSWER, reply_id=reply_id, message_id=message_id), NOW)
    await answers.sort(session, mine)
    sorted_rows = await answers.of_reply(session, mine)
    assert [(row.position, row.message_id) for row in sorted_rows] == [(1, 10), (2, 10), (3, 11), (4, 12)]
    assert [row.position for row in await answers.of_reply(session, other)] == [1]
