"""E1: the buttons under an answer that teach a label, and /teach."""

from __future__ import annotations

from tests.scenarios.asking import labels as buttons_of
from tests.scenarios.talking import Person, gather, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import Json


def labels_of(glance: Glance, person: Person) -> list[str]:
    """The label of each photo of a chat, in the order in which they were labelled."""
    rows = glance.rows(
        "SELECT labels.name FROM examples JOIN labels ON labels.id = examples.label_id "
        "WHERE examples.chat_id = ? ORDER BY examples.id",
        person.chat_id,
    )
    return [name for (name,) in rows]


async def with_a_label(person: Person) -> None:
    await person.shows(pictures.rocket(), "/label rocket")
    await person.hears("Labelled rocket")


async def with_button(person: Person, label: str) -> Json:
    """The bot's next message, or edit, that has a button of that name."""
    return await person.sandbox.wait_for_answer(
        person.chat_id, person.heard, lambda message: label in buttons_of(message)
    )


async def test_a_chat_without_labels_gets_no_buttons_for_them(ann: Person) -> None:
    await ann.shows(pictures.cat())
    assert buttons_of(await ann.hears("%")) == []


async def test_a_press_labels_the_photo_of_an_answer(ann: Person, glance: Glance) -> None:
    await with_a_label(ann)
    await ann.shows(pictures.cat())
    await ann.presses(await ann.hears("%"), "Label…")
    await ann.presses(await ann.hears("Which label is right?"), "rocket")
    await with_button(ann, "Label: rocket")
    assert labels_of(glance, ann) == ["rocket", "rocket"]


async def test_a_label_is_taken_back_by_the_same_menu(ann: Person, glance: Glance) -> None:
    await with_a_label(ann)
    await ann.shows(pictures.cat())
    await ann.presses(await ann.hears("%"), "Label…")
    await ann.presses(await ann.hears("Which label is right?"), "rocket")
    await ann.presses(await with_button(ann, "Label: rocket"), "Label: rocket")
    await ann.presses(await with_button(ann, "No label"), "No label")
    await with_button(ann, "Label…")
    assert labels_of(glance, ann) == ["rocket"]


async def test_a_new_label_is_asked_for_and_taken(ann: Person, glance: Glance) -> None:
    await with_a_label(ann)
    await ann.shows(pictures.cat())
    await ann.presses(await ann.hears("%"), "Label…")
    await ann.presses(await ann.hears("Which label is right?"), "New label…")
    await ann.hears("Reply to this message")
    await ann.says("Tom & Co")
    await ann.hears("Labelled Tom & Co")
    await with_button(ann, "Label: Tom & Co")
    assert labels_of(glance, ann) == ["rocket", "Tom & Co"]


async def test_a_photo_of_an_album_is_chosen_by_its_number(ann: Person, glance: Glance) -> None:
    await with_a_label(ann)
    await ann.shows_album(pictures.cat(), pictures.coffee())
    await ann.presses(await ann.hears("Photo 1", "Photo 2"), "Labels…")
    await ann.presses(await ann.hears("Which photo do you mean?"), "2")
    await ann.presses(await ann.hears("Which label is right?"), "rocket")
    await ann.presses(await with_button(ann, "Labels (1 of 2)…"), "Labels (1 of 2)…")
    await with_button(ann, "2: rocket")
    assert labels_of(glance, ann) == ["rocket", "rocket"]


async def test_teach_asks_about_photos_without_a_label_one_by_one(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.cat())
    await ann.hears("%")
    await ann.shows(pictures.coffee())
    await ann.hears("%")
    await with_a_label(ann)
    await ann.says("/teach")
    await ann.presses(await ann.hears("What is this?", "1 more photo"), "rocket")
    await ann.presses(await ann.hears("What is this? It is the last one"), "Skip")
    await ann.hears("Done: 1 photo has a label now")
    assert labels_of(glance, ann) == ["rocket", "rocket"]


async def test_teach_takes_a_new_label(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.cat())
    await ann.hears("%")
    await ann.says("/teach")
    await ann.presses(await ann.hears("What is this?"), "New label…")
    await ann.hears("Which label? Reply")
    await ann.says("cat")
    await ann.hears("Done: 1 photo has a label now")
    await ann.says("/labels")
    assert "cat – 1 photo" in text_of(await ann.hears("1 label, 1 photo"))


async def test_teach_is_stopped_by_its_button_and_by_cancel(ann: Person) -> None:
    await ann.shows(pictures.cat())
    await ann.hears("%")
    await ann.says("/teach")
    await ann.presses(await ann.hears("What is this?"), "Stop")
    await ann.hears("Done, without a new label")
    await ann.says("/teach")
    await ann.hears("What is this?")
    await ann.says("/cancel")
    await ann.hears("Cancelled")


async def test_nobody_else_answers_what_somebody_is_asked(ann: Person, ben: Person) -> None:
    in_group, other = await gather("Club", ann, ben)
    photo = await in_group.shows(pictures.cat())
    await in_group.says("/who", reply_to=photo["message_id"])
    await in_group.hears("%")
    await in_group.says("/teach")
    asked = await in_group.hears("What is this?")
    assert "not for you" in await other.presses(asked, "Skip")


async def test_without_recent_photos_teach_says_so(ann: Person) -> None:
    await ann.says("/teach")
    await ann.hears("no recent photo without a label")
