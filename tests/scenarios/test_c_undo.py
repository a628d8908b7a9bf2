"""C2 and C3: every correction has a way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.correcting import (
    ANDY,
    ANNA,
    SOMEONE,
    called_carol,
    denied_of,
    labels,
    maybe_andy,
    names_of_faces,
    photos_of,
    strangers,
)
from tests.scenarios.talking import Person, gather, meet
from tests.support.glance import Glance
from tests.support.sandbox import Json

pytestmark = pytest.mark.shared


async def andy_enrolled_by(person: Person, shared: Path) -> Json:
    """The answer to the photo that Andy was enrolled with."""
    photo = await person.shows(photos_of(shared, ANDY)[0], "/enroll Andy")
    await person.hears("stored")
    await person.says("/who", reply_to=photo["message_id"])
    return await person.hears("I see Andy")


async def menu_of(person: Person, answer: Json) -> Json:
    """The menu under Correct…"""
    await person.presses(answer, "Correct…")
    return await person.hears("Who is it?")


async def test_a_no_under_an_enrolments_photo_has_a_way_back(
    ann: Person, shared: Path, glance: Glance
) -> None:
    answer = await andy_enrolled_by(ann, shared)
    assert await ann.presses(await menu_of(ann, answer), "Not Andy") == ""
    edited = await ann.hears(SOMEONE)
    assert names_of_faces(glance, ann.chat_id) == []
    assert labels(edited) == ["Correct…", "Undo"]
    await ann.presses(edited, "Undo")
    restored = await ann.hears("I see Andy")
    assert restored["message_id"] == answer["message_id"] and "Undo" not in labels(restored)
    assert names_of_faces(glance, ann.chat_id) == ["Andy"]
    await ann.shows(photos_of(shared, ANDY)[1])
    await ann.hears("I see Andy")


async def test_in_a_group_only_the_enroller_or_an_admin_takes_an_enrolled_photo_away(
    ann: Person, ben: Person, shared: Path, glance: Glance
) -> None:
    admin = await meet(ann.sandbox, "Cleo")
    admin, ann, ben = await gather("Friends", admin, ann, ben)
    answer = await andy_enrolled_by(ann, shared)
    menu = await menu_of(ben, answer)
    assert "Somebody else taught me Andy" in await ben.presses(menu, "Not Andy")
    await ben.says("1 is Carol", reply_to=answer["message_id"])
    await ben.hears("Somebody else taught me Andy")
    assert names_of_faces(glance, ann.chat_id) == ["Andy"]
    assert await admin.presses(menu, "Not Andy") == ""
    edited = await ben.hears(SOMEONE)
    assert "not for you" in await ben.presses(edited, "Undo")
    assert await admin.presses(edited, "Undo") == ""
    await ben.hears("I see Andy")


async def test_not_a_face_has_a_way_back(ann: Person, shared: Path) -> None:
    await ann.shows(strangers(shared)[0])
    answer = await ann.hears(SOMEONE)
    await ann.presses(await menu_of(ann, answer), "Not a face")
    edited = await ann.hears("not sure")
    assert labels(edited) == ["Correct…", "Undo"]
    await ann.presses(edited, "Undo")
    restored = await ann.hears(SOMEONE)
    assert restored["photo"][-1]["file_unique_id"] != edited["photo"][-1]["file_unique_id"]


async def test_after_that_a_chat_that_has_nobody_learns_its_first_face(ann: Person, shared: Path) -> None:
    await ann.shows(strangers(shared)[0])
    await ann.presses(await menu_of(ann, await ann.hears(SOMEONE)), "Not a face")
    await ann.presses(await ann.hears("not sure"), "Undo")
    await ann.hears(SOMEONE)
    await ann.enrols("Andy", photos_of(shared, ANDY)[0])


async def test_not_a_face_has_a_way_back_after_undo_is_over_too(ann: Person, shared: Path) -> None:
    await ann.shows(strangers(shared)[0])
    await ann.presses(await menu_of(ann, await ann.hears(SOMEONE)), "Not a face")
    await ann.presses(await menu_of(ann, await ann.hears("not sure")), "It is a face")
    await ann.hears(SOMEONE)


async def test_somebody_else_by_the_menu_has_a_way_back(ann: Person, shared: Path, glance: Glance) -> None:
    await ann.enrols("Anna", photos_of(shared, ANNA)[0])
    answer = await andy_enrolled_by(ann, shared)
    await ann.presses(await menu_of(ann, answer), "Anna")
    await ann.presses(await ann.hears("I see Anna"), "Undo")
    await ann.hears("I see Andy")
    assert names_of_faces(glance, ann.chat_id) == ["Andy", "Anna"] and denied_of(glance, ann.chat_id) == []


async def test_forgotten_corrections_have_a_way_back(ann: Person, shared: Path, glance: Glance) -> None:
    _, answer = await maybe_andy(ann, shared)
    await ann.presses(answer, "No")
    await ann.hears(SOMEONE)
    await ann.says("/people")
    await ann.presses(await ann.hears("1 person"), "Change")
    await ann.presses(await ann.hears("whom do you mean"), "Andy")
    await ann.presses(await ann.hears("Of 1 face I was told"), "Forget these corrections")
    gone = await ann.hears("may be taken for Andy again")
    assert denied_of(glance, ann.chat_id) == []
    await ann.presses(gone, "Undo")
    await ann.hears("Undone")
    assert denied_of(glance, ann.chat_id) == ["Andy"]


async def test_undo_leaves_nothing_of_a_new_name(ann: Person, shared: Path, glance: Glance) -> None:
    await ann.shows(strangers(shared)[0])
    confirmed, _ = await called_carol(ann, await ann.hears(SOMEONE))
    await ann.presses(confirmed, "Undo")
    await ann.hears("Undone")
    await ann.hears(SOMEONE)
    assert glance.rows("SELECT name FROM people WHERE chat_id = ?", ann.chat_id) == []


async def test_undo_brings_back_who_it_was_said_to_be(ann: Person, shared: Path, glance: Glance) -> None:
    _, answer = await maybe_andy(ann, shared)
    confirmed, edited = await called_carol(ann, answer)
    assert denied_of(glance, ann.chat_id) == ["Andy"]
    await ann.presses(confirmed, "Undo")
    restored = await ann.hears("may be Andy")
    assert restored["message_id"] == edited["message_id"]
    assert denied_of(glance, ann.chat_id) == []
    assert names_of_faces(glance, ann.chat_id) == ["Andy"]


async def test_undo_keeps_a_person_of_whom_there_is_more(ann: Person, shared: Path, glance: Glance) -> None:
    await ann.shows(strangers(shared)[0])
    confirmed, _ = await called_carol(ann, await ann.hears(SOMEONE))
    await ann.enrols("Carol", photos_of(shared, ANNA)[0])
    await ann.presses(confirmed, "Undo")
    await ann.hears(SOMEONE)
    assert names_of_faces(glance, ann.chat_id) == ["Carol"]


async def test_undo_comes_too_late_once_it_was_corrected_again(ann: Person, shared: Path) -> None:
    await ann.shows(strangers(shared)[0])
    confirmed, edited = await called_carol(ann, await ann.hears(SOMEONE))
    await ann.says("Dave", reply_to=edited["message_id"])
    await ann.hears("I see Dave")
    assert "too late" in await ann.presses(confirmed, "Undo")
