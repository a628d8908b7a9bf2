"""B2 in a crowd: the faces come in pages."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.talking import Person, gather, meet
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import Json, SandboxClient, buttons

FIRST = ["1", "2", "3", "4", "5", "6", "7", "8", "▶", "Cancel"]
SECOND = ["9", "10", "11", "12", "13", "14", "15", "16", "◀", "▶", "Cancel"]
LAST = ["17", "18", "19", "20", "◀", "Cancel"]


def labels(message: Json) -> list[str]:
    return [label for label, _ in buttons(message)]


async def asks(person: Person) -> Json:
    await person.shows(pictures.crowd(5, 4), "/enroll Eileen")
    return await person.hears("which of them is Eileen")


async def test_twenty_faces_are_offered_in_three_pages(ann: Person) -> None:
    question = await asks(ann)
    pages = [labels(question)]
    for turned in ("▶", "▶", "◀"):
        await ann.presses(question, turned)
        question = await ann.hears("which of them is Eileen")
        pages.append(labels(question))
    assert pages == [FIRST, SECOND, LAST, SECOND]


async def test_a_face_of_a_later_page_is_enrolled(ann: Person) -> None:
    await ann.presses(await asks(ann), "▶")
    await ann.presses(await ann.hears("which of them"), "12")
    await ann.hears("number 12 is Eileen")
    await ann.hears("Eileen: 1 photo stored")


async def test_only_who_asked_turns_pages(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    question = await asks(ann)
    assert "not for you" in await ben.presses(question, "▶")
    assert await ann.presses(question, "▶") == ""


async def test_cancel_is_on_every_page(ann: Person, glance: Glance) -> None:
    await ann.presses(await asks(ann), "▶")
    await ann.presses(await ann.hears("which of them"), "Cancel")
    await ann.hears("cancelled")
    assert glance.rows("SELECT count(*) FROM pending WHERE chat_id = ?", ann.chat_id) == [(0,)]


async def test_a_page_that_was_turned_survives_a_killed_bot(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await ann.presses(await asks(ann), "▶")
        question = await ann.hears("which of them")
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.presses(question, "▶")
        assert labels(await ann.hears("which of them")) == LAST
