"""C4: after the chat's people change, what was lately answered is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.correcting import ANDY, ANNA, SOMEONE, labels, photos_of, side_by_side, strangers
from tests.scenarios.talking import Person, text_of
from tests.support.glance import Glance

pytestmark = pytest.mark.shared


async def test_an_earlier_unknown_is_named_after_an_enrolment(ann: Person, shared: Path) -> None:
    photo, other, *_ = photos_of(shared, ANDY)
    await ann.shows(other)
    answer = await ann.hears(SOMEONE)
    await ann.shows(photo, "/enroll Andy")
    edited = await ann.hears("I see Andy")
    assert edited["message_id"] == answer["message_id"]
    assert labels(edited) == ["Correct…", "Why?"]


async def test_the_name_goes_again_with_the_undo_of_the_enrolment(ann: Person, shared: Path) -> None:
    photo, other, *_ = photos_of(shared, ANDY)
    await ann.shows(other)
    answer = await ann.hears(SOMEONE)
    await ann.shows(photo, "/enroll Andy")
    enrolled = await ann.hears("Andy: 1 photo stored")
    await ann.sandbox.wait_for_answer(ann.chat_id, answer["seq"], lambda said: "I see Andy" in text_of(said))
    await ann.presses(enrolled, "Undo")
    await ann.hears("Undone")
    edited = await ann.sandbox.wait_for_answer(
        ann.chat_id, enrolled["seq"], lambda said: SOMEONE in text_of(said)
    )
    assert edited["message_id"] == answer["message_id"]


async def test_the_picture_is_drawn_again_with_the_name(ann: Person, shared: Path) -> None:
    photo, other, *_ = photos_of(shared, ANDY)
    await ann.shows(other)
    before = await ann.sandbox.file(await ann.hears(SOMEONE))
    await ann.shows(photo, "/enroll Andy")
    assert await ann.sandbox.file(await ann.hears("I see Andy")) != before


async def test_strangers_stay_strangers_and_leave_nothing(ann: Person, shared: Path, glance: Glance) -> None:
    await ann.shows(side_by_side(strangers(shared)[0], photos_of(shared, ANDY)[1]))
    await ann.hears(f"{SOMEONE}, {SOMEONE}")
    await ann.shows(photos_of(shared, ANDY)[0], "/enroll Andy")
    await ann.hears(f"{SOMEONE}, Andy")
    vectors = "SELECT (SELECT count(*) FROM strangers WHERE chat_id = ?1), count(*) FROM embeddings "
    mine = "JOIN faces ON faces.id = face_id JOIN people ON people.id = person_id WHERE chat_id = ?1"
    assert glance.rows(vectors + mine, ann.chat_id) == [(0, 1)]


async def test_catching_up_is_not_charged_to_the_quota(ann: Person, shared: Path, glance: Glance) -> None:
    photo, other, *_ = photos_of(shared, ANDY)
    await ann.shows(other)
    await ann.hears(SOMEONE)
    await ann.shows(photo, "/enroll Andy")
    await ann.hears("I see Andy")
    counted = "SELECT photos FROM usage WHERE subject = ?"
    assert glance.rows(counted, f"chat:{ann.chat_id}") == [(2,)]


async def test_a_new_name_reaches_earlier_answers(ann: Person, shared: Path) -> None:
    photo, other, *_ = photos_of(shared, ANDY)
    await ann.enrols("Andy", photo)
    await ann.shows(other)
    answer = await ann.hears("I see Andy")
    await ann.says("/rename Andy -> Andrew")
    edited = await ann.hears("I see Andrew")
    assert edited["message_id"] == answer["message_id"]


async def test_who_is_forgotten_is_someone_in_earlier_answers(ann: Person, shared: Path) -> None:
    photo, other, *_ = photos_of(shared, ANDY)
    await ann.enrols("Andy", photo)
    await ann.shows(other)
    answer = await ann.hears("I see Andy")
    await ann.says("/forget Andy")
    edited = await ann.hears(SOMEONE)
    assert edited["message_id"] == answer["message_id"]


async def test_what_a_person_told_outlives_other_enrolments(ann: Person, shared: Path) -> None:
    await ann.shows(side_by_side(photos_of(shared, ANNA)[0], photos_of(shared, ANDY)[1]))
    answer = await ann.hears(f"{SOMEONE}, {SOMEONE}")
    await ann.says("1 is Carol", reply_to=answer["message_id"])
    await ann.hears(f"Carol, {SOMEONE}")
    await ann.shows(photos_of(shared, ANDY)[0], "/enroll Andy")
    await ann.hears("Carol, Andy")


async def test_another_chats_answers_are_left_alone(ann: Person, ben: Person, shared: Path) -> None:
    photo, other, *_ = photos_of(shared, ANDY)
    for person in (ann, ben):
        await person.shows(other)
        await person.hears(SOMEONE)
    await ann.shows(photo, "/enroll Andy")
    await ann.hears("I see Andy")
    history = await ben.sandbox.history(ben.chat_id)
    assert [text_of(message)[:5] for message in history if "Andy" in text_of(message)] == []
