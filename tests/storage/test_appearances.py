"""In which photos somebody was seen: newest first, each photo once, and after a merge."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, appearances, chats, gallery, merging, people
from storage.answers import NewAnswer
from tests.storage.rows import CHAT, NOW, faces_of, new_face

ANSWER = NewAnswer(CHAT, 1, 10, "photo", "file", "models", 3, {"faces": None})


async def answered(
    session: AsyncSession, photo: str, *person_ids: int | None, tone: str = "sure", chat_id: int = CHAT
) -> int:
    faces = [{"person_id": person_id, "name": "somebody", "tone": tone} for person_id in person_ids]
    new = replace(ANSWER, chat_id=chat_id, file_unique_id=photo, result={"faces": faces})
    return await answers.store(session, new, NOW)


async def enrolled_with(session: AsyncSession, crop: str, person: int) -> int:
    """A person is enrolled with a face, and it is noted in which message its photo was."""
    face = new_face(crop)
    assert await gallery.enrol(session, person, face, 1, NOW) is not None
    said = {"person_id": person, "name": "somebody", "tone": "sure"}
    note = replace(ANSWER, file_unique_id=face.source, models=appearances.ENROLMENT)
    return await answers.store(session, replace(note, result={"faces": [said]}), NOW)


async def seen_in(session: AsyncSession, person: int, **page: int) -> list[int]:
    found = await appearances.of_person(session, person, **{"limit": 100, **page})
    return [appearance.answer_id for appearance in found]


async def faces_of_answer(session: AsyncSession, answer_id: int) -> list[dict[str, Any]]:
    row = await answers.get(session, answer_id)
    assert row is not None
    return list(row.result["faces"])


async def test_the_photos_somebody_is_in_come_newest_first_and_in_pages(
    session: AsyncSession, alice: int
) -> None:
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    hers = [await answered(session, f"photo {number}", None, alice, bob) for number in range(5)]
    await answered(session, "his", bob)
    await answers.store(session, ANSWER, NOW)
    assert await seen_in(session, alice) == hers[::-1]
    assert await seen_in(session, alice, skip=1, limit=2) == [hers[3], hers[2]]


async def test_what_was_said_last_of_a_photo_counts(session: AsyncSession, alice: int) -> None:
    await answered(session, "sent twice", alice)
    again = await answered(session, "sent twice", alice, tone="maybe")
    await answered(session, "a mistake", alice)
    await answered(session, "a mistake", None)
    (found,) = await appearances.of_person(session, alice, limit=9)
    assert (found.answer_id, found.tone, found.message_id, found.created_at) == (again, "maybe", 10, NOW)


async def test_the_photos_somebody_was_enrolled_with_count(session: AsyncSession, alice: int) -> None:
    enrolled = await enrolled_with(session, "crop", alice)
    shown = await answered(session, "another photo", alice)
    assert await seen_in(session, alice) == [shown, enrolled]


async def test_an_enrolment_takes_nobody_else_out_of_the_photo(session: AsyncSession, alice: int) -> None:
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    both = await answered(session, "photo of crop", bob, None)
    enrolled = await enrolled_with(session, "crop", alice)
    assert (await seen_in(session, bob), await seen_in(session, alice)) == ([both], [enrolled])


async def test_a_photo_that_was_enrolled_and_asked_about_is_one(session: AsyncSession, alice: int) -> None:
    await enrolled_with(session, "crop", alice)
    asked = await answered(session, "photo of crop", alice)
    assert await seen_in(session, alice) == [asked]


async def test_with_the_face_goes_what_says_where_it_came_from(session: AsyncSession, alice: int) -> None:
    kept = await enrolled_with(session, "kept", alice)
    note = await enrolled_with(session, "taken back", alice)
    (face,) = [face for face in await faces_of(session, alice) if face.crop == "taken back"]
    await gallery.remove_faces(session, [face.id])
    assert await seen_in(session, alice) == [kept]
    assert await answers.get(session, note) is None


async def test_a_face_that_turned_out_to_be_somebody_elses_is_not_found(
    session: AsyncSession, alice: int
) -> None:
    await enrolled_with(session, "crop", alice)
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    await gallery.give(session, [face.id for face in await faces_of(session, alice)], bob)
    assert await seen_in(session, alice) == []


async def test_only_a_living_persons_own_chat_is_looked_through(session: AsyncSession, alice: int) -> None:
    await chats.seen(session, -200, "group", "Others", NOW)
    await answered(session, "elsewhere", alice, chat_id=-200)
    await answered(session, "here", alice)
    assert len(await seen_in(session, alice)) == 1
    await people.forget(session, alice, NOW)
    assert await seen_in(session, alice) == []


async def test_after_a_merge_the_photos_are_the_targets_until_it_is_undone(
    session: AsyncSession, alice: int
) -> None:
    ally = await people.add(session, CHAT, "Ally", by=1, now=NOW)
    photo = await answered(session, "Ally's", ally)
    await answered(session, "Alice's", alice)
    moved = await merging.merge(session, ally, alice, NOW)
    assert len(await seen_in(session, alice)) == 2
    await merging.unmerge(session, moved)
    assert (await seen_in(session, ally), len(await seen_in(session, alice))) == ([photo], 1)


async def test_a_photo_that_names_both_names_one_of_them_after_a_merge(
    session: AsyncSession, alice: int
) -> None:
    ally = await people.add(session, CHAT, "Ally", by=1, now=NOW)
    photo = await answered(session, "both", ally, alice)
    await merging.merge(session, ally, alice, NOW)
    faces = await faces_of_answer(session, photo)
    assert [face["person_id"] for face in faces] == [None, alice]
    assert faces[0]["tone"] == "unknown"
