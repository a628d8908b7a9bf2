"""Undo, long after: once people became one, or were forgotten, since the button was made."""

from __future__ import annotations

from tests.scenarios.talking import Person
from tests.support import pictures


async def test_an_enrolment_is_undone_after_its_person_became_another(ann: Person) -> None:
    enrolled = await ann.enrols("Ali", pictures.portrait())
    await ann.enrols("Alice", pictures.other_person())
    await ann.says("/merge Ali Alice")
    await ann.hears("Ali is Alice now", "2 photos")
    assert await ann.presses(enrolled, "Undo") == ""
    await ann.hears("undone")
    await ann.says("/people")
    await ann.hears("Alice", "1 photo")


async def test_an_enrolment_is_undone_after_its_person_was_forgotten(ann: Person) -> None:
    enrolled = await ann.enrols("Alice", pictures.portrait())
    await ann.says("/forget Alice")
    forgotten = await ann.hears("Alice is forgotten")
    assert await ann.presses(enrolled, "Undo") == ""
    await ann.hears("undone")
    assert "no longer waiting" in await ann.presses(forgotten, "Undo")
