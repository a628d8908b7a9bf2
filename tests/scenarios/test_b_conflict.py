"""B3: the same picture again, and a face that looks like somebody else who is enrolled."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import Json, SandboxClient, buttons

CHOICES = ["Yes, it is Bob", "It is Alice", "Cancel"]


def labels(message: Json) -> list[str]:
    return [label for label, _ in buttons(message)]


async def asked(person: Person) -> Json:
    """Alice is enrolled, and then a photo of her is sent as Bob's."""
    await person.enrols("Alice", pictures.portrait())
    await person.shows(pictures.other_portraits()[0], "/enroll Bob")
    return await person.hears("looks like Alice", "is it Bob")


async def names(person: Person) -> str:
    await person.says("/people")
    return text_of(await person.hears())


async def test_a_face_that_looks_like_somebody_else_is_asked_about_and_not_stored(ann: Person) -> None:
    question = await asked(ann)
    assert labels(question) == CHOICES
    assert max(pictures.opened(await ann.sandbox.file(question)).size) < 400
    assert "Bob" not in await names(ann)


async def test_yes_enrols_the_face_as_who_was_asked_for(ann: Person) -> None:
    await ann.presses(await asked(ann), "Yes, it is Bob")
    await ann.hears("it is Bob")
    await ann.hears("Bob: 1 photo stored", "Bob agreed")
    assert "Bob" in await names(ann)


async def test_the_other_name_adds_the_face_to_that_person(ann: Person) -> None:
    await ann.presses(await asked(ann), "It is Alice")
    await ann.hears("it is Alice")
    await ann.hears("Alice: 2 photos stored")
    assert "Bob" not in await names(ann)


async def test_what_was_decided_can_be_undone(ann: Person) -> None:
    await ann.presses(await asked(ann), "Yes, it is Bob")
    await ann.presses(await ann.hears("Bob: 1 photo stored"), "Undo")
    await ann.hears("undone")
    assert "Bob" not in await names(ann)


async def test_cancel_forgets_the_face(ann: Person, glance: Glance) -> None:
    await ann.presses(await asked(ann), "Cancel")
    assert labels(await ann.hears("cancelled")) == []
    assert glance.rows("SELECT count(*) FROM pending WHERE chat_id = ?", ann.chat_id) == [(0,)]


async def test_the_command_cancels_the_question_too(ann: Person) -> None:
    question = await asked(ann)
    await ann.says("/cancel")
    await ann.hears("cancelled")
    assert "no longer waiting" in await ann.presses(question, "Yes, it is Bob")
    assert "Bob" not in await names(ann)


async def test_only_who_asked_decides_and_only_once(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    question = await asked(ann)
    assert "not for you" in await ben.presses(question, "It is Alice")
    await ann.sandbox.fault("slow", method="editMessageCaption", chat_id=ann.chat_id, seconds=3)
    assert await ann.presses(question, "It is Alice") == ""
    assert await ann.presses(question, "Yes, it is Bob") == "This is done already."


async def test_an_album_that_looks_like_somebody_else_is_one_question(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.shows_album(*pictures.other_portraits(), caption="/enroll Bob")
    await ann.presses(await ann.hears("3 photos look like Alice"), "It is Alice")
    await ann.hears("Alice: 3 new, 4 photos stored")


async def test_a_picked_face_that_looks_like_somebody_else_is_asked_about(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.shows(pictures.crowd(2), "/enroll Bob")
    await ann.presses(await ann.hears("which of them is Bob"), "2")
    await ann.hears("you picked number 2")
    await ann.presses(await ann.hears("looks like Alice"), "Yes, it is Bob")
    await ann.hears("Bob: 1 photo stored")


async def test_somebody_who_looks_different_is_stored_without_a_question(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.shows(pictures.other_person(), "/enroll Bob")
    await ann.hears("Bob: 1 photo stored")


async def test_people_of_another_chat_are_not_asked_about(ann: Person, ben: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ben.shows(pictures.other_portraits()[0], "/enroll Bob")
    assert "Alice" not in text_of(await ben.hears("Bob"))


async def test_the_same_picture_compressed_and_shrunk_counts_once(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.shows(pictures.portrait_again(), "/enroll Alice")
    await ann.hears("already have this picture")


async def test_copies_within_one_album_count_once(ann: Person) -> None:
    await ann.shows_album(pictures.portrait(), pictures.portrait_again(), caption="/enroll Alice")
    await ann.hears("Alice: 1 new, 1 photo stored", "photo 2: I already have this picture")


async def test_the_question_survives_a_killed_bot(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        question = await asked(ann)
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.presses(question, "It is Alice")
        await ann.hears("Alice: 2 photos stored")
