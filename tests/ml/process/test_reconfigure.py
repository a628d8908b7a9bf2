"""The worker is replaced on purpose, and says why where there is none."""

from __future__ import annotations

import asyncio
import os
import signal
from itertools import chain
from pathlib import Path

import msgspec
import pytest

from ml.config import WorkerConfig
from ml.errors import WorkerStopped
from ml.protocol import Analyse
from tests.ml.process.standin_worker import SEEN, batches
from tests.ml.process.workers import StartWorker, ask_all, leave_open, open_gate, until_begun


@pytest.fixture
def other(config: WorkerConfig) -> WorkerConfig:
    return msgspec.structs.replace(config, threads=1)


@pytest.mark.parametrize("alone", [False, True])
async def test_what_was_begun_is_asked_again_as_if_it_had_never_been(
    worker: StartWorker, other: WorkerConfig, spool: Path, gate: Path, alone: bool
) -> None:
    async with worker() as running:
        begun = asyncio.ensure_future(running.ask(Analyse(photo="wait-for-gate"), alone=alone))
        opened = await until_begun(gate)
        waiting = ask_all(running, "1.jpg", "2.jpg")
        await asyncio.sleep(0)
        await asyncio.to_thread(leave_open, gate)
        running.reconfigure(other)
        assert await begun == SEEN
        assert await waiting == [SEEN, SEEN]
        assert running.restarts == 1
    os.close(opened)
    asked = list(chain.from_iterable(batches(spool)))
    assert asked == ["wait-for-gate", "wait-for-gate", "1.jpg", "2.jpg"]


async def test_replacing_it_again_and_again_is_no_failing_start(
    worker: StartWorker, config: WorkerConfig
) -> None:
    async with worker() as running:
        for threads in range(1, 7):
            await running.ready()
            running.reconfigure(msgspec.structs.replace(config, threads=threads))
        assert await running.ask(Analyse(photo="1.jpg")) == SEEN
        assert running.restarts == 6


async def test_a_replacement_while_the_process_is_being_started_is_not_overlooked(
    worker: StartWorker, config: WorkerConfig
) -> None:
    async with worker(model="never") as running:
        await asyncio.sleep(0)
        assert running.pid is None
        running.reconfigure(config)
        await running.ready()


async def test_another_configuration_is_tried_at_once_where_the_first_could_not_start(
    worker: StartWorker, config: WorkerConfig
) -> None:
    async with worker(model="broken") as running:
        with pytest.raises(WorkerStopped):
            await running.ready()
        running.reconfigure(config)
        assert running.trouble is None
        await running.ready()


async def test_a_worker_that_cannot_start_keeps_its_reason(worker: StartWorker) -> None:
    async with worker(model="broken") as running:
        assert running.trouble is None
        with pytest.raises(WorkerStopped):
            await running.ready()
        assert running.trouble == "exit code 1: this model is broken"


async def test_there_is_no_trouble_any_more_once_it_is_ready(worker: StartWorker, gate: Path) -> None:
    async with worker(model="wait-for-gate") as running:
        await asyncio.to_thread(gate.unlink)
        with pytest.raises(WorkerStopped):
            await running.ready()
        assert running.trouble and "FileNotFoundError" in running.trouble
        await asyncio.to_thread(gate.touch)
        await running.ready()
        assert running.trouble is None


async def test_after_a_crash_the_trouble_says_how_it_ended(worker: StartWorker, gate: Path) -> None:
    async with worker(model="wait-for-gate") as running:
        await open_gate(gate)
        await running.ready()
        assert running.pid
        os.kill(running.pid, signal.SIGKILL)
        opened = await until_begun(gate)
        assert running.trouble and "SIGKILL" in running.trouble
        os.close(opened)
        await running.ready()
        assert running.trouble is None
