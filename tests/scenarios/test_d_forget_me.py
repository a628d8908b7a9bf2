"""D3: whoever leaves is gone, from database and disk, and other people's data is untouched."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scenarios.leaving import is_in_no_row, leaves, traces_of
from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.leftovers import files_below, left_in, name_traces
from tests.support.sandbox import SandboxClient, buttons

NEVER_LOOKED_AT = ("networks", "weights")
NAME = "Zoë Ω-Smith"


async def test_it_says_what_goes_and_asks(ann: Person, ben: Person) -> None:
    here, _ = await gather("Climbers", ann, ben)
    await here.shows(pictures.portrait(), "/enroll me Annie")
    await here.hears("Annie: 1 photo stored")
    await ann.enrols("Mum", pictures.portrait())
    await ann.says("/forgetme")
    question = await ann.hears("Shall I delete", "Annie", "Climbers", "1 photo", "1 person you enrolled")
    assert [label for label, _ in buttons(question)] == ["Delete everything about me", "Cancel"]


async def test_cancel_deletes_nothing(ann: Person) -> None:
    await ann.enrols("Mum", pictures.portrait())
    await ann.says("/forgetme")
    await ann.presses(await ann.hears("Shall I delete"), "Cancel")
    await ann.hears("Nothing was deleted")
    await ann.says("/people")
    await ann.hears("Mum")


async def test_only_whoever_asked_can_press(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.says("/forgetme")
    question = await ann.hears("Shall I delete")
    assert "not for you" in await ben.presses(question, "Delete")


async def test_their_name_disappears_from_what_was_said_lately(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.shows(pictures.portrait(), "/enroll me Annie")
    await ann.hears("Annie: 1 photo stored")
    await ben.shows(pictures.other_portraits()[0], "/who")
    named = await ben.hears("I see", "Annie")
    await leaves(ann)
    edited = await ben.hears("someone I don't know")
    assert edited["message_id"] == named["message_id"]
    assert "Annie" not in text_of(edited)


async def test_they_are_not_recognised_any_more(ann: Person) -> None:
    await ann.shows(pictures.portrait(), "/enroll me Annie")
    await ann.hears("Annie: 1 photo stored")
    await leaves(ann)
    await ann.shows(pictures.other_portraits()[0])
    await ann.hears("someone I don't know")
    await ann.says("/people")
    await ann.hears("I know nobody")


async def test_those_they_enrolled_for_others_stay_without_their_id(
    ann: Person, ben: Person, glance: Glance
) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.enrols("Carol", pictures.portrait())
    await leaves(ann)
    await ben.shows(pictures.other_portraits()[0], "/who")
    await ben.hears("I see", "Carol")
    who = "SELECT created_by, enrolled_by FROM people JOIN faces ON person_id = people.id WHERE chat_id = ?"
    assert glance.rows(who, ann.chat_id) == [(0, 0)]


async def test_a_no_survives_that_they_leave(ann: Person, ben: Person, glance: Glance) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.says("/enroll", reply_to=(await ben.says("hi"))["message_id"])
    await ben.presses(await ben.hears("May I?"), "No")
    await ben.hears("said No")
    await leaves(ben)
    await ann.says("/enroll", reply_to=(await ben.says("hi again"))["message_id"])
    await ann.hears("does not want to be recognised")


async def test_no_byte_of_somebody_who_left_is_on_the_disk(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    user = await sandbox.post("users", {"first_name": "Zoe", "username": "zoe_in_the_hills"})
    async with running_glance(sandbox, data, prepared_starter, HOUSEKEEPING_S="0.3") as glance:
        zoe = Person(sandbox, int(user["id"]), int(user["id"]))
        here, ann = await gather("Friends", zoe, await meet(sandbox, "Ann"))
        await here.shows(pictures.portrait(), f"/enroll me {NAME}")
        await here.hears("1 photo stored")
        await ann.shows(pictures.other_portraits()[0], "/who")
        await ann.hears(NAME)
        await zoe.enrols("Mum", pictures.far_away(150))
        traces = traces_of(glance, NAME) | traces_of(glance, "Mum") | {"username": b"zoe_in_the_hills"}
        assert left_in(files_below(data, NEVER_LOOKED_AT), traces)
        await leaves(zoe)
        await ann.hears("someone I don't know")
        await is_in_no_row(glance, zoe)
        await glance.stop()
    assert left_in(files_below(data, NEVER_LOOKED_AT), traces) == []


async def test_no_byte_of_somebody_forgotten_is_on_the_disk_after_the_time_to_undo(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    data, times = tmp_path / "data", {"UNDO_S": "1", "HOUSEKEEPING_S": "0.3"}
    async with running_glance(sandbox, data, prepared_starter, **times) as glance:
        ann = await meet(sandbox, "Ann")
        await ann.enrols(NAME, pictures.portrait())
        await ann.shows(pictures.other_portraits()[0])
        await ann.hears(NAME)
        await ann.says(f"/rename {NAME} -> {NAME}y")
        await ann.hears("now")
        traces = traces_of(glance, f"{NAME}y") | name_traces(NAME)
        await ann.says(f"/forget {NAME}y")
        await ann.hears("is forgotten")
        async with asyncio.timeout(30):
            while left_in(files_below(data, NEVER_LOOKED_AT), traces):
                await sandbox.last_event()
        await glance.stop()
    assert left_in(files_below(data, NEVER_LOOKED_AT), traces) == []
