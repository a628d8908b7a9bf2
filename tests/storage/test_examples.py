"""Labelled photos: one label for a picture, one side of the split for good, and who is in it."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, chats, examples, labels, people, shown
from storage.answers import NewAnswer
from storage.errors import NotFound
from storage.examples import Added, NewExample
from tests.storage.rows import CHAT, NOW
from tests.storage.taught import LABELLER, SENDER, label_photo

OTHER = -200


async def label(session: AsyncSession, name: str, chat_id: int = CHAT) -> int:
    return await labels.add(session, chat_id, name, by=LABELLER, now=NOW)


def photo_of(label_id: int, photo: str = "photo", sender: int = SENDER) -> NewExample:
    return NewExample(CHAT, label_id, photo, f"file of {photo}", 10, sender)


async def test_a_picture_has_one_label_and_labelling_it_again_moves_it(session: AsyncSession) -> None:
    cat, dog = await label(session, "cat"), await label(session, "dog")
    first = await examples.add(session, photo_of(cat), by=1, now=NOW)
    again = await examples.add(session, photo_of(dog, sender=99), by=2, now=NOW + 1)
    (row,) = await examples.listing(session, CHAT)
    assert (first.before, again) == (None, Added(first.id, cat))
    assert (row.label_id, row.labelled_by, row.labelled_at) == (dog, 2, NOW + 1)
    assert row.sender_id == SENDER


async def test_the_same_picture_in_another_chat_is_another_example(session: AsyncSession) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    here = await label_photo(session, "cat", "photo")
    there = await label_photo(session, "dog", "photo", OTHER)
    assert here != there
    assert await examples.get(session, CHAT, there) is None
    assert await examples.move(session, CHAT, [there], await label(session, "cow"), by=1, now=NOW) == 0
    assert await examples.remove(session, CHAT, [there]) == []
    assert await examples.count(session, OTHER) == 1


async def test_a_photo_takes_no_label_of_another_chat_and_none_that_is_deleted(session: AsyncSession) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    theirs, deleted = await label(session, "cat", OTHER), await label(session, "dog")
    await labels.delete_label(session, CHAT, deleted, NOW)
    for label_id in (theirs, deleted):
        with pytest.raises(NotFound):
            await examples.add(session, photo_of(label_id), by=1, now=NOW)


async def test_photos_are_moved_together(session: AsyncSession) -> None:
    ids = [await label_photo(session, "cat", photo) for photo in ("a", "b", "c")]
    dog = await label(session, "dog")
    assert await examples.move(session, CHAT, ids[:2], dog, by=1, now=NOW) == 2
    assert [row.photo for row in await examples.listing(session, CHAT, dog)] == ["a", "b"]


async def test_a_removed_photo_names_its_file_unless_another_chat_needs_it(session: AsyncSession) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    await label_photo(session, "cat", "both", OTHER)
    ids = [await label_photo(session, "cat", photo) for photo in ("both", "mine")]
    assert await examples.remove(session, CHAT, ids) == ["labelled/mine"]
    assert await examples.listing(session, CHAT) == []


async def test_an_example_is_found_by_the_file_it_was_made_of(session: AsyncSession) -> None:
    await label_photo(session, "cat", "photo")
    found = await examples.of_file(session, CHAT, "file of photo")
    assert found is not None and found.photo == "photo"
    assert await examples.of_file(session, OTHER, "file of photo") is None


async def test_a_photo_stays_on_the_side_where_it_was_put_first(session: AsyncSession) -> None:
    first, second, third = [await label_photo(session, "cat", photo) for photo in ("a", "b", "c")]
    await examples.set_sides(session, CHAT, {first: "train", second: "held_out"})
    await examples.set_sides(session, CHAT, {first: "held_out", third: "train"})
    await label_photo(session, "dog", "b")
    sides = {row.photo: row.side for row in await examples.listing(session, CHAT)}
    assert sides == {"a": "train", "b": "held_out", "c": "train"}


async def test_who_is_in_a_photo_is_noted_once_and_only_of_its_chat(
    session: AsyncSession, alice: int
) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    stranger = await people.add(session, OTHER, "Zoe", by=1, now=NOW)
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    await label_photo(session, "cat", "photo", people=(alice, stranger))
    await label_photo(session, "dog", "photo", people=(alice, bob))
    assert await shown.people_in(session, CHAT) == {alice, bob}


async def test_who_is_in_a_photo_follows_what_is_said_of_it(session: AsyncSession, alice: int) -> None:
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    await label_photo(session, "cat", "photo")
    first = NewAnswer(CHAT, 1, 1, "file of photo", "file", "m", 1, {"faces": [{"person_id": alice}]})
    answer_id = await answers.store(session, first, NOW)
    assert await shown.people_in(session, CHAT) == {alice}
    await answers.change(session, answer_id, {"faces": [{"person_id": bob}, {"person_id": None}]}, "m", 1)
    assert await shown.people_in(session, CHAT) == {bob}


async def test_an_answer_that_looked_for_no_faces_changes_nobody(session: AsyncSession, alice: int) -> None:
    await label_photo(session, "cat", "photo", people=(alice,))
    answer = NewAnswer(CHAT, 1, 1, "file of photo", "file", "m", 1, {"faces": None})
    await answers.store(session, answer, NOW)
    assert await shown.people_in(session, CHAT) == {alice}
