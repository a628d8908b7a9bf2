"""F3: kill -9 at any moment. Nothing accepted is lost; nobody is answered twice, but for one window."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from tests.scenarios.talking import Person, meet, text_of
from tests.support import pictures
from tests.support.gateway import gateway
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import Json, SandboxClient

Moment = Callable[[SandboxClient, Glance, Person], Awaitable[Json]]


async def when_it_was_received(sandbox: SandboxClient, glance: Glance, ann: Person) -> Json:
    """Telegram was told that the photo arrived, and nobody looks at it yet."""
    stop_worker(glance)
    photo = await ann.shows(pictures.portrait())
    await sandbox.wait_for_call("getUpdates", lambda call: bool(call["result"]["count"]))
    return photo


async def while_it_is_looked_at(sandbox: SandboxClient, glance: Glance, ann: Person) -> Json:
    """The file was fetched, and the worker has it."""
    stop_worker(glance)
    photo = await ann.shows(pictures.portrait())
    await sandbox.wait_for_call("getFile")
    return photo


async def while_its_answer_is_refused(sandbox: SandboxClient, glance: Glance, ann: Person) -> Json:
    """The answer is in the outbox, and Telegram does not take it."""
    await sandbox.fault("500", method="sendPhoto", count=None)
    photo = await ann.shows(pictures.portrait())
    await sandbox.wait_for_call("sendPhoto")
    return photo


async def when_it_was_answered(sandbox: SandboxClient, glance: Glance, ann: Person) -> Json:
    """All is done."""
    photo = await ann.shows(pictures.portrait())
    await ann.answers_to(photo)
    return photo


MOMENTS = [when_it_was_received, while_it_is_looked_at, while_its_answer_is_refused, when_it_was_answered]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_photo_is_answered_once_though_the_bot_is_killed(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path, moment: Moment
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await glance.wait_for_log("ready on cpu")
        photo = await moment(sandbox, glance, ann)
        await glance.kill()
    await sandbox.clear_faults()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        ((answer,),) = await ann.answers_to(photo)
    assert "someone" in answer


@pytest.mark.parametrize(("after_the_yes", "copies"), [(False, 1), (True, 2)])
async def test_the_one_window_is_between_telegrams_yes_and_our_note_of_it(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path, after_the_yes: bool, copies: int
) -> None:
    ann = await meet(sandbox, "Ann")
    async with (
        gateway(sandbox.address, "sendMessage", after_the_yes=after_the_yes) as wire,
        running_glance(sandbox, tmp_path / "data", prepared_starter, TELEGRAM_API_URL=wire.address) as glance,
    ):
        question = await ann.says("/start")
        await wire.swallowed.wait()
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        (answers,) = await ann.answers_to(question)
    assert len(answers) == copies


async def test_an_edit_that_goes_out_twice_shows_once(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with (
        gateway(sandbox.address, "editMessageCaption", after_the_yes=True) as wire,
        running_glance(sandbox, tmp_path / "data", prepared_starter, TELEGRAM_API_URL=wire.address) as glance,
    ):
        await ann.presses(await ann.enrols("Eileen", pictures.portrait()), "Undo")
        await wire.swallowed.wait()
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.answers_to()
    edits = [event for event in await sandbox.events(chat_id=ann.chat_id) if event["kind"] == "edit"]
    assert [text_of(event["message"]) for event in edits] == [
        "Undone: what I took from this photo is deleted."
    ]


async def test_a_killed_worker_comes_back_and_the_photo_is_answered_once(ann: Person, glance: Glance) -> None:
    calls = await ann.sandbox.traffic(method="getFile")
    killed = stop_worker(glance)
    photo = await ann.shows(pictures.cat())
    await ann.sandbox.wait_for_call("getFile", after=calls[-1]["seq"] if calls else 0)
    os.kill(killed, signal.SIGKILL)
    ((answer,),) = await ann.answers_to(photo)
    assert "cat" in answer
    assert glance.worker_pid() != killed


async def test_a_worker_that_hangs_is_killed_and_the_photo_is_given_up_with_an_answer(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, WORKER_TIMEOUT_S=2) as glance:
        await glance.wait_for_log("ready on cpu")
        hanging = stop_worker(glance)
        photo = await ann.shows(pictures.cat())
        answers = (await ann.answers_to(photo))[0]
        assert len(answers) == 1
        assert glance.worker_pid() != hanging


async def test_the_worker_dies_with_a_killed_bot(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await glance.wait_for_log("ready on cpu")
        worker = psutil.Process(glance.worker_pid())
        await glance.kill()
        assert await asyncio.to_thread(worker.wait, 10) is None


async def test_a_stop_ends_the_work_under_way_and_says_nothing_of_it_twice(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await glance.wait_for_log("ready on cpu")
        photo = await ann.shows(pictures.portrait())
        await sandbox.wait_for_call("getFile")
        await glance.stop()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        assert len((await ann.answers_to(photo))[0]) == 1


async def test_an_album_is_answered_once_though_the_bot_is_killed_while_it_gathers(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, ALBUM_QUIET_S=4) as glance:
        album = await ann.shows_album(pictures.cat(), pictures.coffee())
        await sandbox.wait_for_call("getUpdates", lambda call: bool(call["result"]["count"]))
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.hears("Photo 1", "Photo 2")
        assert sorted(len(answers) for answers in await ann.answers_to(*album)) == [0, 1]


def stop_worker(glance: Glance) -> int:
    """Freeze the worker, so that what it is asked stays unanswered; its process id."""
    worker = glance.worker_pid()
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    return worker
