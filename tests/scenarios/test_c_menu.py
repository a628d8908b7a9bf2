"""C3: the menus under an answer, and which buttons a press uses up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.correcting import (
    ANDY,
    ANNA,
    SOMEONE,
    labels,
    maybe_andy,
    photos_of,
    side_by_side,
    strangers,
)
from tests.scenarios.talking import Person, meet, text_of
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import SandboxClient

pytestmark = pytest.mark.shared


async def test_someone_else_is_chosen_from_the_chats_people(
    ann: Person, shared: Path, glance: Glance
) -> None:
    await ann.enrols("Anna", photos_of(shared, ANNA)[0])
    _, answer = await maybe_andy(ann, shared)
    await ann.presses(answer, "Someone else")
    menu = await ann.hears()
    assert menu["message_id"] == answer["message_id"]
    assert {"Anna", "New name…", "Not Andy", "Not a face, or nobody", "Back"} <= set(labels(menu))
    await ann.presses(menu, "Anna")
    await ann.hears("I see Anna")
    denied = "SELECT name FROM negatives JOIN people ON people.id = person_id WHERE negatives.chat_id = ?"
    assert glance.rows(denied, ann.chat_id) == [("Andy",)]


async def test_back_leads_back_to_the_answers_own_buttons(ann: Person, shared: Path) -> None:
    _, answer = await maybe_andy(ann, shared)
    await ann.presses(answer, "Someone else")
    await ann.presses(await ann.hears(), "Back")
    assert labels(await ann.hears()) == labels(answer)


async def test_a_new_name_is_asked_for_and_given_in_reply(ann: Person, shared: Path) -> None:
    await ann.shows(strangers(shared)[0])
    await ann.presses(await ann.hears(SOMEONE), "Correct…")
    await ann.presses(await ann.hears(), "New name…")
    prompt = await ann.hears("Reply to this message")
    await ann.says("Carol", reply_to=prompt["message_id"])
    await ann.hears("I see Carol")


async def test_nobody_is_left_out_of_the_answer(ann: Person, shared: Path) -> None:
    await ann.shows(strangers(shared)[0])
    answer = await ann.hears(SOMEONE)
    await ann.presses(answer, "Correct…")
    await ann.presses(await ann.hears(), "Not a face")
    edited = await ann.hears("not sure")
    assert "I see" not in text_of(edited)
    # The box is gone from the picture as well.
    assert edited["photo"][-1]["file_unique_id"] != answer["photo"][-1]["file_unique_id"]


async def test_buttons_and_questions_survive_a_killed_bot(
    sandbox: SandboxClient, prepared_starter: Path, shared: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await ann.shows(strangers(shared)[0])
        await ann.presses(await ann.hears(SOMEONE), "Correct…")
        menu = await ann.hears()
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await ann.presses(menu, "New name…")
        prompt = await ann.hears("Reply to this message")
        # The answer's buttons come back after it, so that its message is noted by then.
        await ann.hears("I see")
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.says("Carol", reply_to=prompt["message_id"])
        await ann.hears("I see Carol")


async def test_a_menu_says_which_of_several_faces_it_is_about(ann: Person, shared: Path) -> None:
    await ann.shows(side_by_side(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0]))
    answer = await ann.hears("Left to right")
    await ann.presses(answer, "Correct…")
    menu = await ann.hears("Which face shall I correct?")
    assert menu["message_id"] == answer["message_id"] and "Left to right" in text_of(menu)
    await ann.presses(menu, "2")
    await ann.presses(await ann.hears("Left to right", "Face 2: who is it?"), "Back")
    closed = await ann.hears("Left to right")
    assert text_of(closed) == text_of(answer) and labels(closed) == labels(answer)


async def test_a_menu_names_whom_the_face_was_taken_for(ann: Person, shared: Path) -> None:
    await ann.enrols("Andy", photos_of(shared, ANDY)[0])
    await ann.shows(side_by_side(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0]))
    await ann.presses(await ann.hears("Left to right: Andy"), "Correct…")
    await ann.presses(await ann.hears("Which face"), "1")
    await ann.hears("Face 1 (Andy): who is it?")


async def test_what_only_shows_something_leaves_every_button_as_it_was(ann: Person, shared: Path) -> None:
    _, answer = await maybe_andy(ann, shared)
    for label in ("Why?", "Why?", "No"):
        assert await ann.presses(answer, label) == ""
    await ann.hears(SOMEONE)


async def test_settling_one_face_leaves_the_buttons_of_the_others(ann: Person, shared: Path) -> None:
    await ann.enrols("Andy", photos_of(shared, ANDY)[0])
    await ann.shows(side_by_side(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0]))
    await ann.presses(await ann.hears("Left to right: Andy"), "Correct…")
    await ann.presses(await ann.hears("Which face"), "1")
    names = await ann.hears("Face 1 (Andy)")
    await ann.sandbox.fault("slow", method="editMessageMedia", chat_id=ann.chat_id, seconds=3)
    assert await ann.presses(names, "Not Andy") == ""
    # The edit is still under way.
    assert await ann.presses(names, "Not a face") == "This is done already."
    assert await ann.presses(names, "Back") == ""


async def test_two_questions_wait_for_a_reply_each(ann: Person, shared: Path) -> None:
    await ann.shows(side_by_side(*strangers(shared)[:2]))
    answer = await ann.hears(f"{SOMEONE}, {SOMEONE}")
    prompts = []
    for number in ("1", "2"):
        await ann.presses(answer, "Correct…")
        await ann.presses(await ann.hears("Which face"), number)
        await ann.presses(await ann.hears(f"Face {number}"), "New name…")
        prompts.append(await ann.hears(f"number {number}"))
        answer = await ann.hears("Left to right")
    await ann.says("Carol", reply_to=prompts[0]["message_id"])
    await ann.hears("That is Carol")
    await ann.says("2 is Dora", reply_to=prompts[1]["message_id"])
    await ann.hears("That is Dora")
