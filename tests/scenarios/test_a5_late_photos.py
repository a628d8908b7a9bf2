"""A5, B1: photos of an album that come after the others are for what the album was for."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.scenarios.asking import naming
from tests.scenarios.talking import Person, gather, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import Json, Upload

SOMEONE = "someone I don't know"
FIRST: list[Upload] = [pictures.portrait(), pictures.other_portraits()[0]]
LATE = pictures.other_portraits()[1]


async def comes_late(person: Person, album: list[Json]) -> Json:
    """Another photo of an album, as Telegram delivers it."""
    return await person.shows(LATE, media_group_id=album[0]["media_group_id"])


async def shows_everything(*people: Person) -> list[Person]:
    """A group whose every photo the bot sees."""
    group = await gather("Friends", *people)
    await people[0].sandbox.set_membership(group[0].chat_id, "bot", "administrator")
    return group


async def enrols_album(person: Person) -> list[Json]:
    album = await person.shows_album(*FIRST, caption="/enroll Alice")
    await person.hears("Alice: 2 new")
    return album


async def shows_slowly(person: Person, glance: Glance, album: list[Upload], caption: str) -> Json:
    """An album, and another photo of it while the first ones are being looked at; that photo."""
    worker = glance.worker_pid()
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    try:
        first = await person.shows_album(*album, caption=caption)
        await updates(glance, person, "owner IS NOT NULL", len(album))
        late = await comes_late(person, first)
        await updates(
            glance, person, "owner IS NULL AND not_before < (julianday('now') - 2440587.5) * 86400", 1
        )
    finally:
        os.kill(worker, signal.SIGCONT)
    return late


async def updates(glance: Glance, person: Person, which: str, count: int) -> None:
    """Wait until so many updates of a chat that are not answered are as they should be."""
    query = f"SELECT 1 FROM inbox WHERE chat_id = ? AND state = 'received' AND {which}"
    async with asyncio.timeout(30):
        while len(glance.rows(query, person.chat_id)) != count:
            await person.sandbox.get("state")


async def test_a_late_photo_of_an_enrolled_album_is_learnt_with_one_short_line(
    ann: Person, glance: Glance
) -> None:
    late = await comes_late(ann, await enrols_album(ann))
    said = await ann.hears("late", "Alice: 3 photos stored")
    assert "\n" not in text_of(said) and "photo" not in said
    assert sum(map(len, await ann.answers_to(late))) == 1
    await ann.presses(said, "Undo")
    await ann.hears("deleted")
    faces = "SELECT count(*) FROM faces JOIN people ON people.id = person_id WHERE chat_id = ?"
    assert glance.rows(faces, ann.chat_id) == [(2,)]


async def test_a_late_photo_of_an_enrolled_album_is_learnt_in_a_group(ann: Person) -> None:
    (ann,) = await shows_everything(ann)
    await comes_late(ann, await enrols_album(ann))
    await ann.hears("late", "Alice: 3 photos stored")


@pytest.mark.parametrize("way", ["Undo", "/cancel"])
async def test_what_was_taken_back_is_not_learnt_from_late_photos(
    ann: Person, glance: Glance, way: str
) -> None:
    album = await ann.shows_album(*FIRST, caption="/enroll Alice")
    stored = await ann.hears("Alice: 2 new")
    if way == "Undo":
        await ann.presses(stored, way)
        await ann.hears("deleted")
    else:
        await ann.says(way)
        await ann.hears("nothing to cancel")
    await comes_late(ann, album)
    await ann.hears("I see")
    faces = "SELECT count(*) FROM faces JOIN people ON people.id = person_id WHERE chat_id = ?"
    assert glance.rows(faces, ann.chat_id) == [(0,) if way == "Undo" else (2,)]


async def test_who_was_renamed_meanwhile_is_who_a_late_photo_is_of(ann: Person) -> None:
    album = await enrols_album(ann)
    await ann.says("/rename Alice Eve")
    await ann.hears("Eve")
    await comes_late(ann, album)
    await ann.hears("late", "Eve: 3 photos stored")


async def test_late_photos_of_somebody_who_is_asked_wait_and_are_learnt_once_it_is_allowed(
    friends: list[Person], glance: Glance
) -> None:
    ann, _, dave = friends
    await ann.sandbox.set_membership(ann.chat_id, "bot", "administrator")
    caption = "/enroll Dave"
    album = await ann.shows_album(*FIRST, caption=caption, **naming(dave, caption))
    question = await ann.hears("Dave", "May I?")
    await ann.hears("2 photos of Dave wait")
    await comes_late(ann, album)
    await ann.hears("3 photos of Dave wait")
    await dave.presses(question, "Allow")
    await ann.hears("Dave allowed it", "3 photos")
    await ann.shows(pictures.other_portraits()[2], media_group_id=album[0]["media_group_id"])
    await ann.hears("late", "Dave: 4 photos stored")


async def test_a_photo_that_comes_while_its_enrolled_album_is_studied_is_learnt(
    ann: Person, glance: Glance
) -> None:
    (ann,) = await shows_everything(ann)
    await shows_slowly(ann, glance, FIRST, "/enroll Alice")
    await ann.hears("late", "Alice: 3 photos stored")


async def test_a_photo_that_comes_while_its_album_is_looked_at_is_folded_into_the_answer(
    ann: Person, glance: Glance
) -> None:
    (ann,) = await shows_everything(ann)
    late = await shows_slowly(ann, glance, [pictures.cat(), pictures.coffee()], "/who")
    answer = await ann.hears("Photo 1", "Photo 2")
    edited = await ann.hears("Photo 3", SOMEONE)
    assert edited["message_id"] == answer["message_id"]
    assert [len(answers) for answers in await ann.answers_to(late)] == [1], "its picture"
