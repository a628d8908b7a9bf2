"""B5: the menu under /people, and what members and admins may do about whom."""

from __future__ import annotations

import pytest

from tests.scenarios.talking import Person, gather
from tests.support import pictures


async def opens(person: Person, name: str) -> None:
    """Go from /people to what can be done about one of them."""
    await person.says("/people")
    await person.presses(await person.hears("1 person"), "Change")
    await person.presses(await person.hears("whom do you mean"), name)


async def test_the_menu_renames_by_the_answer_to_its_question(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await opens(ann, "Alice")
    await ann.presses(await ann.hears("2 more photos would help"), "Rename")
    prompt = await ann.hears("What shall Alice be called")
    await ann.says("👩‍🚀 <b>Eileen</b>", reply_to=prompt["message_id"])
    await ann.presses(await ann.hears("Alice is 👩‍🚀 <b>Eileen</b> now"), "Undo")
    await ann.hears("Undone")
    await ann.says("/people")
    await ann.hears("Alice – 1 photo")


async def test_the_menu_shows_the_faces_and_forgets(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await opens(ann, "Alice")
    menu = await ann.hears("2 more photos would help")
    await ann.presses(menu, "Show the faces")
    assert "photo" in await ann.hears("The faces by which I know Alice")
    # What only shows something leaves the menu as it was.
    assert await ann.presses(menu, "Forget") == ""
    forgotten = await ann.hears("Alice is forgotten")
    assert forgotten["message_id"] == menu["message_id"]
    await ann.presses(forgotten, "Undo")
    await ann.hears("Alice is back")


async def test_somebody_elses_menu_is_not_pressed(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.enrols("Alice", pictures.portrait())
    await ann.says("/people")
    assert "not for you" in await ben.presses(await ann.hears("1 person"), "Change")


@pytest.mark.parametrize("command", ["/rename Alice Eve", "/merge Alice Bob", "/forget Alice"])
async def test_members_leave_people_alone_whom_others_enrolled(
    ann: Person, ben: Person, command: str
) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.enrols("Alice", pictures.portrait())
    await ben.says(command)
    await ben.hears("only admins")
    await ann.says("/people")
    await ann.hears("Alice – 1 photo")


async def test_a_members_menu_refuses_what_only_admins_may(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.enrols("Alice", pictures.portrait())
    await opens(ben, "Alice")
    menu = await ben.hears("2 more photos would help")
    for label in ("Rename", "same as", "Forget"):
        assert "only admins" in (await ben.presses(menu, label)).casefold()


async def test_members_forget_those_whom_they_enrolled(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ben.enrols("Alice", pictures.portrait())
    await opens(ben, "Alice")
    await ben.presses(await ben.hears("2 more photos would help"), "Forget")
    await ben.presses(await ben.hears("Alice is forgotten"), "Undo")
    await ben.hears("Alice is back")
    await ben.says("/forget Alice")
    await ben.hears("Alice is forgotten")
