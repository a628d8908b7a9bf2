"""The bot's end of a training, with a real process whose training is a stand-in."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil
import pytest

from ml import wire
from ml.child import PROJECT_ROOT
from ml.config import WorkerConfig
from ml.errors import TrainerFailed
from ml.training import Event, TrainerConfig, TrainingJob, Untrained
from ml.training_child import discard, training
from tests.ml.process.standin_trainer import STEP, TOO_LITTLE, TRAINED

MODULE = "tests.ml.process.standin_trainer"


@pytest.fixture
def trainer(config: WorkerConfig, tmp_path: Path) -> TrainerConfig:
    folders = {name: tmp_path / name for name in ("run", "models", "features")}
    return TrainerConfig(**folders, worker=config)


def job(*orders: str) -> TrainingJob:
    return TrainingJob(kind="labels", labels=orders, examples=())


async def heard(trainer: TrainerConfig, *orders: str) -> list[Event]:
    async with training(trainer, job(*orders), module=MODULE) as events:
        return [event async for event in events]


async def test_its_events_end_with_the_model(trainer: TrainerConfig) -> None:
    assert await heard(trainer, "step", "step") == [STEP, STEP, TRAINED]


async def test_what_a_library_prints_breaks_no_event(trainer: TrainerConfig) -> None:
    assert await heard(trainer, "print", "step") == [STEP, TRAINED]


async def test_too_few_photos_are_the_end(trainer: TrainerConfig) -> None:
    assert await heard(trainer, "too-little") == [TOO_LITTLE]


async def test_what_it_cannot_do_it_says_in_a_sentence(trainer: TrainerConfig) -> None:
    assert await heard(trainer, "step", "no-weights") == [STEP, Untrained(reason="MLError: no weights")]


async def test_one_that_dies_is_started_again(trainer: TrainerConfig) -> None:
    assert await heard(trainer, "step", "crash-once") == [STEP, STEP, TRAINED]


async def test_one_that_always_dies_is_given_up_with_how_it_died(trainer: TrainerConfig) -> None:
    with pytest.raises(TrainerFailed, match="killed by SIGSEGV"):
        await heard(trainer, "crash")
    assert trainer.job.exists()


async def test_one_that_ended_before_only_says_it_again(trainer: TrainerConfig) -> None:
    await heard(trainer, "step")
    assert await heard(trainer, "step") == [TRAINED]


async def test_another_job_in_the_same_folder_is_another_training(trainer: TrainerConfig) -> None:
    await heard(trainer, "step")
    assert await heard(trainer, "step", "step") == [STEP, STEP, TRAINED]


async def test_one_whose_model_was_deleted_is_trained_again(trainer: TrainerConfig) -> None:
    await heard(trainer, "step")
    (trainer.models / TRAINED.model).unlink()
    assert await heard(trainer, "step") == [STEP, TRAINED]


async def test_a_rest_of_a_result_is_no_result(trainer: TrainerConfig) -> None:
    await heard(trainer, "step")
    result = trainer.run / "result.msgpack"
    result.write_bytes(result.read_bytes()[:40])
    assert await heard(trainer, "step") == [STEP, TRAINED]


async def test_cancelling_ends_it_and_leaves_nothing(trainer: TrainerConfig) -> None:
    before = children()
    async with training(trainer, job("step", "hang"), module=MODULE) as events:
        async for event in events:
            assert event == STEP
            events.cancel()
    assert events.cancelled
    assert not trainer.run.exists()
    assert children() == before


async def test_one_cancelled_before_it_began_says_nothing(trainer: TrainerConfig) -> None:
    async with training(trainer, job("step"), module=MODULE) as events:
        events.cancel()
        assert [event async for event in events] == []
    assert not trainer.run.exists()


async def test_leaving_in_the_middle_ends_it_and_keeps_its_folder(trainer: TrainerConfig) -> None:
    before = children()
    async with training(trainer, job("step", "hang"), module=MODULE) as events:
        async for _ in events:
            break
    assert children() == before
    assert msgspec.msgpack.decode(trainer.job.read_bytes(), type=TrainingJob) == job("step", "hang")


async def test_it_runs_only_where_nobody_else_wants_to(trainer: TrainerConfig) -> None:
    async with training(trainer, job("step", "hang"), module=MODULE) as events:
        async for _ in events:
            (pid,) = children()
            assert psutil.Process(pid).nice() == 19
            assert os.sched_getscheduler(pid) == os.SCHED_IDLE
            break


async def test_a_folder_is_for_one_trainer_at_a_time(trainer: TrainerConfig) -> None:
    async with training(trainer, job("step", "hang"), module=MODULE) as first:
        async for _ in first:
            with process(trainer) as second:
                assert await asyncio.to_thread(second.wait, timeout=60) == 1
                assert second.stderr
                assert b"another process already works" in second.stderr.read()
            break


def test_it_ends_with_its_stdin_even_while_it_is_busy(trainer: TrainerConfig) -> None:
    trainer.run.mkdir()
    trainer.job.write_bytes(msgspec.msgpack.encode(job("step", "hang")))
    with process(trainer) as running:
        assert running.stdin and running.stdout
        assert wire.read(running.stdout, wire.FROM_TRAINER) == STEP  # type: ignore[arg-type]  # typeshed
        running.stdin.close()
        assert running.wait(timeout=60) == 0


def test_discarding_what_is_not_there_is_no_error(trainer: TrainerConfig) -> None:
    discard(trainer)
    assert not trainer.run.exists()


@contextmanager
def process(trainer: TrainerConfig) -> Iterator[subprocess.Popen[bytes]]:
    command = (sys.executable, "-m", MODULE, "--config", trainer.to_json(), "--parent", str(os.getpid()))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=PROJECT_ROOT) as running:
        try:
            yield running
        finally:
            running.kill()


def children() -> set[int]:
    """The processes that this module starts: other tests keep a bot running beside them."""
    return {child.pid for child in psutil.Process().children() if MODULE in child.cmdline()}
