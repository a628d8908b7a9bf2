"""/unknown: strangers who keep coming back, only where the chat switched it on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.scenarios.talking import Person, gather, meet, text_of
from tests.scenarios.test_chat_settings import sets
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import Json, SandboxClient, buttons


async def remembers(person: Person) -> None:
    await sets(person, "Remember strangers", "on")


def unique(number: int) -> list[pictures.Picture]:
    """Two photos of one person whose crops no other test has."""
    return [pictures.far_away(140 + number), pictures.far_away(170 + number)]


async def sees_twice(person: Person, photos: Sequence[pictures.Picture] = ()) -> None:
    """Two photos of one person whom nobody enrolled."""
    for photo in photos or (pictures.portrait(), pictures.other_portraits()[0]):
        await person.shows(photo, "/who")
        await person.hears("someone I don't know")


async def asks_who(person: Person) -> Json:
    await person.says("/unknown")
    return await person.hears("who is this", "2 photos")


async def names(person: Person, name: str, **fields: object) -> Json:
    await person.presses(await asks_who(person), "Name")
    prompt = await person.hears("what is this person called")
    return await person.says(name, reply_to=prompt["message_id"], **fields)


def crops(glance: Glance) -> set[Path]:
    return {path for path in (glance.data_dir / "photos").rglob("*") if path.is_file()}


def strangers(glance: Glance, person: Person) -> int:
    ((count,),) = glance.rows("SELECT count(*) FROM strangers WHERE chat_id = ?", person.chat_id)
    return int(count)


async def test_by_default_nothing_is_kept_of_strangers(ann: Person, glance: Glance) -> None:
    before = crops(glance)
    await sees_twice(ann, unique(1))
    await ann.says("/unknown")
    await ann.hears("keep nothing", "/settings")
    assert (strangers(glance, ann), crops(glance)) == (0, before)


async def test_a_face_that_came_twice_is_shown_and_can_be_named(ann: Person, glance: Glance) -> None:
    await remembers(ann)
    await sees_twice(ann)
    question = await asks_who(ann)
    assert [label for label, _ in buttons(question)] == ["Name…", "Nobody to remember"]
    assert pictures.opened(await ann.sandbox.file(question)).width > 200
    await names(ann, "李娜")
    await ann.hears("李娜", "stored")
    assert strangers(glance, ann) == 0
    await ann.shows(pictures.other_portraits()[1])
    await ann.hears("李娜")


async def test_naming_is_on_record_as_the_word_of_whoever_named(ann: Person, glance: Glance) -> None:
    await remembers(ann)
    await sees_twice(ann)
    await names(ann, "Eileen")
    await ann.hears("Eileen", "stored")
    query = "SELECT kind, given_by FROM consents JOIN people ON people.id = person_id WHERE chat_id = ?"
    assert glance.rows(query, ann.chat_id) == [("attested", ann.user_id)]


async def test_a_name_that_cannot_be_used_leaves_the_question_open(ann: Person) -> None:
    await remembers(ann)
    await sees_twice(ann)
    await names(ann, "x" * 300)
    await ann.hears("too long")
    await ann.says("Eileen")
    await ann.hears("Eileen", "stored")


async def test_nobody_to_remember_deletes_the_faces(ann: Person, glance: Glance) -> None:
    await remembers(ann)
    before = crops(glance)
    await sees_twice(ann, unique(2))
    assert crops(glance) > before
    question = await asks_who(ann)
    assert await ann.presses(question, "Nobody") == ""
    await ann.hears("Deleted: 2 faces")
    assert (strangers(glance, ann), crops(glance)) == (0, before)
    await ann.says("/unknown")
    await ann.hears("Nobody unknown")


async def test_who_was_seen_once_is_a_passer_by(ann: Person) -> None:
    await remembers(ann)
    photo = await ann.shows(pictures.portrait())
    await ann.hears("someone")
    await ann.forwards(photo)
    await ann.hears("someone")
    await ann.says("/unknown")
    await ann.hears("Nobody unknown")


async def test_who_was_enrolled_meanwhile_is_not_offered(ann: Person) -> None:
    await remembers(ann)
    await ann.enrols("Eileen", pictures.portrait())
    for photo in pictures.other_portraits()[:2]:
        await ann.shows(photo)
        await ann.hears("Eileen")
    await ann.says("/unknown")
    await ann.hears("Nobody unknown")


async def test_another_chats_strangers_are_not_offered(ann: Person, ben: Person) -> None:
    await remembers(ann)
    await remembers(ben)
    await sees_twice(ann)
    await ben.says("/unknown")
    await ben.hears("Nobody unknown")


async def test_only_whoever_asked_may_name(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await remembers(ann)
    await sees_twice(ann)
    question = await asks_who(ann)
    assert "not for you" in await ben.presses(question, "Name")
    assert await ann.presses(question, "Name") == ""
    prompt = await ann.hears("what is this person called")
    await ben.says("Mallory", reply_to=prompt["message_id"])
    await ann.says("Eileen", reply_to=prompt["message_id"])
    await ann.hears("Eileen", "stored")
    await ann.says("/people")
    assert "Mallory" not in text_of(await ann.hears("Eileen"))


async def test_the_question_for_a_name_survives_a_killed_bot(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    dora = await meet(sandbox, "Dora")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await remembers(dora)
        await sees_twice(dora)
        await dora.presses(await asks_who(dora), "Name")
        prompt = await dora.hears("what is this person called")
        # Killed at once it would ask once more: it would not know yet that its question had arrived.
        await dora.answers_to()
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await dora.says("Eileen", reply_to=prompt["message_id"])
        await dora.hears("Eileen", "stored")


async def test_strangers_are_forgotten_when_their_time_is_over(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    dora = await meet(sandbox, "Dora")
    soon = {"STRANGERS_S": 0.001, "HOUSEKEEPING_S": 0.2}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **soon) as glance:
        await remembers(dora)
        await sees_twice(dora)
        await dora.says("/unknown")
        await dora.hears("Nobody unknown")
        # Housekeeping tells nobody, so the chat goes on until it has been round.
        async with asyncio.timeout(30):
            while strangers(glance, dora) or crops(glance):
                await dora.answers_to()
