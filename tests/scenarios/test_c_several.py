"""C3: several faces are named in one reply."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.correcting import (
    ANDY,
    ANNA,
    SOMEONE,
    labels,
    names_of_faces,
    photos_of,
    side_by_side,
)
from tests.scenarios.talking import Person, text_of
from tests.support.glance import Glance
from tests.support.sandbox import Json

pytestmark = pytest.mark.shared


async def two_strangers(person: Person, shared: Path) -> Json:
    """The answer to a photo of Andy and Anna, whom nobody enrolled."""
    await person.shows(side_by_side(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0]))
    return await person.hears(f"Left to right: {SOMEONE}, {SOMEONE}.")


@pytest.mark.parametrize(
    "words",
    ["1 is Angie, 2 is Carol", "1: Angie\n2: Carol", "1 Angie 2 Carol", "1 ist Angie und 2 ist Carol"],
)
async def test_several_faces_are_named_at_once_with_one_answer_and_one_undo(
    ann: Person, shared: Path, words: str, glance: Glance
) -> None:
    answer = await two_strangers(ann, shared)
    await ann.says(words, reply_to=answer["message_id"])
    confirmed = await ann.hears("I have corrected it", "1: Angie", "2: Carol")
    assert "that Angie agreed" in text_of(confirmed) and labels(confirmed) == ["Undo"]
    await ann.hears("Left to right: Angie, Carol.")
    await ann.presses(confirmed, "Undo")
    await ann.hears(f"Left to right: {SOMEONE}, {SOMEONE}.")
    assert glance.rows("SELECT name FROM people WHERE chat_id = ?", ann.chat_id) == []


async def test_two_who_were_taken_for_each_other_are_put_right_in_one_reply(
    ann: Person, shared: Path, glance: Glance
) -> None:
    answer = await two_strangers(ann, shared)
    await ann.says("1 is Angie, 2 is Carol", reply_to=answer["message_id"])
    await ann.hears("Left to right: Angie, Carol.")
    await ann.says("1 is Carol, 2 is Angie", reply_to=answer["message_id"])
    edited = await ann.hears("Left to right: Carol, Angie.")
    # The reasons are found by a job that comes after what is learnt.
    await ann.presses(edited, "Why?")
    await ann.presses(await ann.hears("Which face do you mean?"), "1")
    await ann.hears("told me that this is Carol")
    assert names_of_faces(glance, ann.chat_id) == ["Angie", "Carol"]


async def test_where_one_of_several_is_no_face_nothing_is_done(
    ann: Person, shared: Path, glance: Glance
) -> None:
    answer = await two_strangers(ann, shared)
    await ann.says("1 is Angie, 7 is Carol", reply_to=answer["message_id"])
    await ann.hears("There is no number 7")
    assert glance.rows("SELECT name FROM people WHERE chat_id = ?", ann.chat_id) == []


async def test_nobody_is_named_for_two_faces_of_one_photo(ann: Person, shared: Path, glance: Glance) -> None:
    answer = await two_strangers(ann, shared)
    await ann.says("1 is Carol, 2 is carol", reply_to=answer["message_id"])
    await ann.hears("carol cannot be two people")
    assert glance.rows("SELECT name FROM people WHERE chat_id = ?", ann.chat_id) == []


async def test_faces_of_an_album_are_named_by_photo_and_number(ann: Person, shared: Path) -> None:
    await ann.shows_album(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0])
    answer = await ann.hears("Photo 2")
    await ann.says("1 is Angie, 2.1 is Carol", reply_to=answer["message_id"])
    await ann.hears("Tell me which photo you mean")
    await ann.says("1.1 is Angie, 2.1 is Carol", reply_to=answer["message_id"])
    await ann.hears("I see Angie.", "I see Carol.")
