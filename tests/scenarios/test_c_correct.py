"""C2 and C3: Yes, No, and replies that say who it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.correcting import (
    ANDY,
    ANNA,
    SOMEONE,
    answer_with,
    labels,
    maybe_andy,
    photos_of,
    side_by_side,
    smaller,
    strangers,
)
from tests.scenarios.talking import Person, gather, replied_to, text_of
from tests.support.glance import Glance
from tests.support.sandbox import Json

pytestmark = pytest.mark.shared


async def done(person: Person, answer: Json) -> None:
    """Wait until what was queued before is done: the reasons come after it."""
    await person.presses(answer, "Why?")
    await person.hears("Like")


async def test_an_unsure_name_comes_with_yes_no_and_someone_else(ann: Person, shared: Path) -> None:
    _, answer = await maybe_andy(ann, shared)
    assert labels(answer) == ["Yes", "No", "Someone else", "Why?"]


async def test_yes_makes_it_sure_and_is_learnt_from(ann: Person, shared: Path, glance: Glance) -> None:
    _, answer = await maybe_andy(ann, shared)
    await ann.presses(answer, "Yes")
    edited = await ann.hears("I see Andy")
    assert edited["message_id"] == answer["message_id"]
    assert labels(edited) == ["Correct…", "Why?", "Undo"]
    await ann.presses(edited, "Why?")
    await ann.hears("told me that this is Andy")
    enrolled = "SELECT count(*) FROM faces JOIN people ON people.id = person_id WHERE chat_id = ?"
    assert glance.rows(enrolled, ann.chat_id) == [(2,)]


async def test_after_no_that_face_is_never_called_so_again(ann: Person, shared: Path) -> None:
    photo, answer = await maybe_andy(ann, shared)
    await ann.presses(answer, "No")
    edited = await ann.hears(SOMEONE)
    assert edited["message_id"] == answer["message_id"]
    await ann.forwards(photo)
    again = await ann.hears("I see")
    assert "Andy" not in text_of(again) and again["message_id"] != answer["message_id"]


async def test_no_draws_the_picture_again(ann: Person, shared: Path) -> None:
    _, answer = await maybe_andy(ann, shared)
    before = await ann.sandbox.file(answer)
    await ann.presses(answer, "No")
    assert await ann.sandbox.file(await ann.hears(SOMEONE)) != before


async def test_no_is_one_negative_that_learns_its_vector(ann: Person, shared: Path, glance: Glance) -> None:
    _, answer = await maybe_andy(ann, shared)
    await ann.presses(answer, "No")
    await ann.hears(SOMEONE)
    # An enrolment leaves a job that comes after those of the press.
    await ann.shows(photos_of(shared, ANNA)[0])
    await done(ann, await _named(ann, shared))
    stored = glance.rows(
        "SELECT created_by, length(vector) > 0 FROM negatives WHERE chat_id = ?", ann.chat_id
    )
    assert stored == [(ann.user_id, 1)]


async def _named(person: Person, shared: Path) -> Json:
    """An answer that names Andy."""
    _, answer = await answer_with(person, photos_of(shared, ANDY)[1:], "I see Andy")
    return answer


async def test_a_second_press_is_told_that_it_is_done(ann: Person, shared: Path) -> None:
    _, answer = await maybe_andy(ann, shared)
    await ann.sandbox.fault("slow", method="editMessageMedia", chat_id=ann.chat_id, seconds=3)
    assert await ann.presses(answer, "No") == ""
    assert await ann.presses(answer, "Yes") == "This is done already."


async def test_a_reply_with_a_name_edits_the_answer_and_enrols(ann: Person, shared: Path) -> None:
    await ann.shows(photos_of(shared, ANNA)[0])
    answer = await ann.hears(SOMEONE)
    await ann.says("Carol", reply_to=answer["message_id"])
    edited = await ann.hears("I see Carol")
    assert edited["message_id"] == answer["message_id"]
    await answer_with(ann, photos_of(shared, ANNA)[1:], "Carol")


@pytest.mark.parametrize("words", ["2 is Carol", "2: Carol", "2 Carol", "Nr 2 ist Carol"])
async def test_a_reply_with_a_number_names_that_face(ann: Person, shared: Path, words: str) -> None:
    await ann.shows(side_by_side(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0]))
    answer = await ann.hears("Left to right")
    await ann.says(words, reply_to=answer["message_id"])
    await ann.hears(f"Left to right: {SOMEONE}, Carol.")


async def test_a_name_without_a_number_is_asked_about(ann: Person, shared: Path) -> None:
    await ann.shows(side_by_side(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0]))
    answer = await ann.hears("Left to right")
    await ann.says("Carol", reply_to=answer["message_id"])
    question = await ann.hears("Which of them is Carol?")
    assert labels(question) == ["1", "2", "Cancel"]
    await ann.presses(question, "1")
    await ann.hears(f"Left to right: Carol, {SOMEONE}.")


async def test_nobody_is_in_a_photo_twice(ann: Person, shared: Path) -> None:
    await ann.shows(side_by_side(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0]))
    answer = await ann.hears("Left to right")
    await ann.says("1 is Carol", reply_to=answer["message_id"])
    await ann.hears(f"Carol, {SOMEONE}.")
    await ann.says("2 is Carol", reply_to=answer["message_id"])
    await ann.hears(f"{SOMEONE}, Carol.")


async def test_a_face_enrolled_for_the_wrong_person_is_moved(
    ann: Person, shared: Path, glance: Glance
) -> None:
    photo = await ann.shows(photos_of(shared, ANNA)[0], "/enroll Andy")
    await ann.hears("stored")
    await ann.says("/who", reply_to=photo["message_id"])
    answer = await ann.hears("I see Andy")
    await ann.says("Anna", reply_to=answer["message_id"])
    await ann.hears("I see Anna")
    faces = "SELECT name FROM faces JOIN people ON people.id = person_id WHERE chat_id = ?"
    assert glance.rows(faces, ann.chat_id) == [("Anna",)]


@pytest.mark.parametrize("words", ["Who is that, do you think?", "thanks", "what a lovely evening that was"])
async def test_talk_is_no_correction(ann: Person, shared: Path, words: str, glance: Glance) -> None:
    await ann.shows(strangers(shared)[0])
    answer = await ann.hears(SOMEONE)
    await ann.says(words, reply_to=answer["message_id"])
    await ann.hears("To correct me")
    assert glance.rows("SELECT name FROM people WHERE chat_id = ?", ann.chat_id) == []


async def test_the_same_name_in_two_chats_is_two_people(ann: Person, ben: Person, shared: Path) -> None:
    for person, name in ((ann, ANDY), (ben, ANNA)):
        await person.shows(photos_of(shared, name)[0])
        answer = await person.hears(SOMEONE)
        await person.says("Carol", reply_to=answer["message_id"])
        await person.hears("I see Carol")
    await ann.shows(photos_of(shared, ANNA)[0])
    assert "Carol" not in text_of(await ann.hears("I see"))


async def test_why_shows_the_face_beside_those_nearest_to_it(ann: Person, shared: Path) -> None:
    _, answer = await maybe_andy(ann, shared)
    await ann.presses(answer, "Why?")
    why = await ann.hears("Most like Andy", "% alike", "on I say the name")
    assert "photo" in why and replied_to(why) == answer["message_id"]


async def test_after_no_a_near_copy_is_not_called_so_either(ann: Person, shared: Path) -> None:
    photo, answer = await maybe_andy(ann, shared)
    await ann.presses(answer, "No")
    await ann.hears(SOMEONE)
    # The "no" learns its vector from the photo; what is enrolled next comes after that.
    await ann.enrols("Anna", photos_of(shared, ANNA)[0])
    await ann.shows(smaller(await ann.sandbox.file(photo)))
    assert "Andy" not in text_of(await ann.hears("I see"))


@pytest.mark.parametrize(("button", "is_mentioned"), [("Allow and mention me", True), ("Allow", False)])
async def test_who_allowed_it_is_mentioned_in_groups(
    ann: Person, ben: Person, shared: Path, button: str, is_mentioned: bool
) -> None:
    ann, ben = await gather("Friends", ann, ben)
    user = {"id": ben.user_id, "is_bot": False, "first_name": "Ben"}
    entities = [{"type": "text_mention", "offset": len("/enroll "), "length": len("Ben"), "user": user}]
    await ann.shows(photos_of(shared, ANDY)[0], "/enroll Ben", entities=entities)
    await ben.presses(await ben.hears("May I?"), button)
    await ann.hears("allowed it")
    await ann.shows(photos_of(shared, ANDY)[1], "/who")
    answer = await ann.hears("I see Ben")
    mentioned = [entity["user"]["id"] for entity in answer.get("caption_entities", []) if "user" in entity]
    assert mentioned == ([ben.user_id] if is_mentioned else [])
