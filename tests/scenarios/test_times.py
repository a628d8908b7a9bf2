"""What has a time: buttons, what was forgotten, and what is kept of an update that is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.scenarios.talking import Person, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import SandboxClient

NO_TIME = {"UNDO_S": 0.001, "PENDING_FACE_S": 0.001, "ENROL_S": 0.001, "HOUSEKEEPING_S": 0.2}


@pytest_asyncio.fixture(loop_scope="session")
async def hasty(sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path) -> AsyncIterator[Glance]:
    """A bot that keeps nothing for longer than a moment."""
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **NO_TIME) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def dora(sandbox: SandboxClient, hasty: Glance) -> Person:
    return await meet(sandbox, "Dora")


async def test_undo_after_its_time_says_that_it_is_too_late(dora: Person) -> None:
    answer = await dora.enrols("Alice", pictures.portrait())
    assert "too late" in await dora.presses(answer, "Undo")
    await dora.says("/people")
    await dora.hears("Alice")


async def test_a_face_picked_after_its_time_is_not_enrolled(dora: Person) -> None:
    await dora.shows(pictures.crowd(2), "/enroll Alice")
    assert await dora.presses(await dora.hears("which of them"), "1") != ""
    await dora.says("/people")
    assert "1 photo" not in text_of(await dora.hears())


async def test_an_enrolment_whose_time_is_over_takes_no_more_photos(dora: Person) -> None:
    await dora.says("/enroll Alice")
    await dora.hears("send me photos")
    await dora.shows(pictures.portrait())
    await dora.hears("someone I don't know")


async def test_who_is_forgotten_is_gone_from_database_and_disk(dora: Person, hasty: Glance) -> None:
    await dora.enrols("Aurelia", pictures.portrait())
    assert crops(hasty)
    await dora.says("/forget Aurelia")
    await dora.hears("forgotten")
    # Housekeeping tells nobody, so the chat goes on until it has been round.
    async with asyncio.timeout(30):
        while crops(hasty):
            await dora.answers_to()
    assert hasty.rows("SELECT * FROM people") == hasty.rows("SELECT * FROM embeddings") == []
    await hasty.stop()
    assert b"Aurelia" not in (hasty.data_dir / "glance.db").read_bytes()


async def test_a_face_that_was_taken_away_is_gone_once_that_cannot_be_undone(
    dora: Person, hasty: Glance
) -> None:
    photo = await dora.shows(pictures.portrait(), "/enroll Aurelia")
    await dora.hears("stored")
    await dora.says("/who", reply_to=photo["message_id"])
    await dora.presses(await dora.hears("I see Aurelia"), "Correct…")
    await dora.presses(await dora.hears("Who is it?"), "Not Aurelia")
    await dora.hears("someone I don't know")
    async with asyncio.timeout(30):
        while crops(hasty) or hasty.rows("SELECT * FROM pending"):
            await dora.answers_to()
    assert hasty.rows("SELECT * FROM embeddings") == []


async def test_an_update_that_is_done_leaves_no_payload(dora: Person, hasty: Glance) -> None:
    await dora.says("my secret is 4711")
    await dora.answers_to()
    assert hasty.rows("SELECT DISTINCT state, payload FROM inbox WHERE state = 'done'") == [("done", b"")]


def crops(glance: Glance) -> list[Path]:
    return [path for path in (glance.data_dir / "photos").rglob("*") if path.is_file()]
