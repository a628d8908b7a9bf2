"""D3: whoever is deleted while a photo is looked at does not come back with its answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.scenarios.leaving import is_in_no_row, leaves, traces_of
from tests.scenarios.talking import Person, alone, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.leftovers import files_below, left_in, name_traces
from tests.support.sandbox import Json, SandboxClient

NEVER_LOOKED_AT = ("networks", "weights")
NAME = "Zoë Ω-Smith"


@pytest_asyncio.fixture(loop_scope="session")
async def seeing(sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path) -> AsyncIterator[Glance]:
    """A bot that sees all photos of its groups."""
    await sandbox.let_bot_read_all()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, HOUSEKEEPING_S="0.3") as glance:
        yield glance


@pytest_asyncio.fixture(loop_scope="session")
async def friends(sandbox: SandboxClient, seeing: Glance) -> list[Person]:
    """Zoe and Ann in one group."""
    return await gather("Friends", await meet(sandbox, "Zoe"), await meet(sandbox, "Ann"))


async def is_known(zoe: Person, ann: Person) -> None:
    """Zoe enrolled herself, and was seen in a photo."""
    await zoe.shows(pictures.portrait(), f"/enroll me {NAME}")
    await zoe.hears("1 photo stored")
    await ann.shows(pictures.other_portraits()[0], "/who")
    await ann.hears("I see", NAME)


async def looks(ann: Person) -> None:
    """That photo is looked at again, in an album whose other photo does not arrive."""
    await ann.sandbox.fault("slow", method="file")
    await ann.shows_album(pictures.other_portraits()[0], pictures.rocket(), caption="/who")
    # What was seen before is named from memory, and only the other one is fetched.
    await ann.sandbox.until_taken()


async def goes_on(ann: Person) -> str:
    """The other photo arrives: what the album's answer says."""
    await ann.sandbox.clear_faults()
    return text_of(await ann.hears("Photo 1", "Photo 2"))


async def left_of(glance: Glance, traces: dict[str, bytes]) -> list[str]:
    await glance.stop()
    return left_in(files_below(glance.data_dir, NEVER_LOOKED_AT), traces)


async def test_an_answer_under_way_names_nobody_who_left(friends: list[Person], seeing: Glance) -> None:
    zoe, ann = friends
    await is_known(zoe, ann)
    traces = traces_of(seeing, NAME)
    await looks(ann)
    await leaves(alone(zoe))
    said = await goes_on(ann)
    assert "someone I don't know" in said
    assert NAME not in said
    assert await left_of(seeing, traces) == []


async def opened(person: Person) -> Json:
    """The menu with what can be done about Zoe."""
    await person.says("/people")
    await person.presses(await person.hears("1 person"), "Change")
    await person.presses(await person.hears("whom do you mean"), NAME)
    return await person.hears("more photos would help")


async def test_nor_does_it_name_who_was_forgotten_by_a_press(friends: list[Person]) -> None:
    zoe, ann = friends
    await is_known(zoe, ann)
    menu = await opened(zoe)
    await looks(ann)
    await zoe.presses(menu, "Forget")
    await zoe.hears("is forgotten")
    assert NAME not in await goes_on(ann)


async def test_photos_that_somebody_sent_before_they_left_enrol_nobody(
    friends: list[Person], seeing: Glance
) -> None:
    zoe, ann = friends
    await zoe.sandbox.fault("slow", method="file")
    await zoe.shows(pictures.portrait(), f"/enroll me {NAME}")
    await zoe.sandbox.until_taken()
    await zoe.says(f"/enroll me {NAME}")
    await leaves(alone(zoe))
    await zoe.sandbox.clear_faults()
    await ann.says("/people")
    await ann.hears("I know nobody")
    await is_in_no_row(seeing, zoe)
    # What is under way comes to its end before the bot does.
    assert await left_of(seeing, name_traces(NAME)) == []
    assert [path for path in (seeing.data_dir / "photos").rglob("*") if path.is_file()] == []


async def test_a_face_that_was_to_be_learnt_is_not_learnt(friends: list[Person], seeing: Glance) -> None:
    zoe, ann = friends
    await is_known(zoe, ann)
    await ann.shows(pictures.other_person(), "/who")
    answer = await ann.hears("someone I don't know")
    await ann.sandbox.fault("slow", method="file")
    await ann.says(f"1 is {NAME}", reply_to=answer["message_id"])
    await ann.sandbox.until_taken()
    traces = traces_of(seeing, NAME)
    await leaves(alone(zoe))
    await ann.sandbox.clear_faults()
    await ann.hears("someone I don't know")
    assert await left_of(seeing, traces) == []
