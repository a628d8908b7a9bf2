"""The trainer as a process, on the starter's network and a few photos: what it says, and what it leaves."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
import psutil
import pytest
from PIL import Image

from ml.config import WorkerConfig
from ml.learning.ending import PICTURE
from ml.learning.model_file import load
from ml.training import Event, Example, Preflight, Progress, Trained, TrainerConfig, TrainingJob, Untrained
from ml.training_child import Training, training
from tests.ml.learning.jobs import example, job_of, trainer_config
from tests.support.pictures import truncated

pytestmark = [pytest.mark.weights, pytest.mark.timeout(900)]


@pytest.fixture
def config(starter_config: WorkerConfig, tmp_path: Path) -> TrainerConfig:
    return trainer_config(starter_config, tmp_path)


async def heard(config: TrainerConfig, job: TrainingJob) -> list[Event]:
    async with training(config, job) as events:
        return [event async for event in events]


def preflight_of(events: list[Event]) -> Preflight:
    (preflight,) = (event for event in events if isinstance(event, Preflight))
    return preflight


def trained_of(events: list[Event]) -> Trained:
    assert isinstance(events[-1], Trained), events[-1]
    return events[-1]


async def test_it_says_how_far_it_is_and_leaves_a_model(config: TrainerConfig, tmp_path: Path) -> None:
    events = await heard(config, job_of([6, 6], tmp_path / "photos"))
    steps = [(event.stage, event.step, event.steps) for event in events if isinstance(event, Progress)]
    assert steps == [("features", n, 12) for n in (4, 8, 12)] + [("head", 0, 1), ("head", 1, 1)]
    trained = trained_of(events)
    model = load(config.models, trained.model)
    assert model.labels == ("label 0", "label 1")
    assert model.measured.score == trained.score == msgspec.structs.replace(trained.score, count=2)
    with Image.open(config.run / PICTURE) as picture:
        assert picture.format == "JPEG"


async def test_the_same_photos_give_the_same_model(config: TrainerConfig, tmp_path: Path) -> None:
    job = job_of([6, 6], tmp_path / "photos")
    first = trained_of(await heard(config, job))
    elsewhere = msgspec.structs.replace(config, run=tmp_path / "other", features=tmp_path / "anew")
    assert trained_of(await heard(elsewhere, job)).model == first.model


async def test_one_label_is_not_enough(config: TrainerConfig, tmp_path: Path) -> None:
    events = await heard(config, job_of([6], tmp_path / "photos"))
    assert events[-1] == preflight_of(events)
    assert not preflight_of(events).enough


async def test_two_photos_are_not_enough(config: TrainerConfig, tmp_path: Path) -> None:
    events = await heard(config, job_of([1, 1], tmp_path / "photos"))
    assert not preflight_of(events).enough
    assert not any(config.models.iterdir())


async def test_no_photos_at_all_are_not_enough(config: TrainerConfig) -> None:
    events = await heard(config, TrainingJob(kind="labels", labels=(), examples=()))
    assert [type(event) for event in events] == [Preflight]


async def test_fifty_labels_are_learnt(config: TrainerConfig, tmp_path: Path) -> None:
    trained = trained_of(await heard(config, job_of([5] * 50, tmp_path / "photos")))
    assert len(trained.confusion) == 50
    # A label by chance would be one in fifty.
    assert trained.score.accuracy > 0.5


async def test_unreadable_photos_and_copies_are_left_out_and_named(
    config: TrainerConfig, tmp_path: Path
) -> None:
    job = job_of([6, 6], tmp_path / "photos")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(truncated()[1])
    gone = msgspec.structs.replace(job.examples[0], id=98, photo=str(tmp_path / "gone.jpg"), sha256="0" * 64)
    copy = msgspec.structs.replace(job.examples[0], id=97)
    spoilt = msgspec.structs.replace(job, examples=(*job.examples, copy, gone, example(99, broken, 0)))
    preflight = preflight_of(await heard(config, spoilt))
    assert set(preflight.unreadable) == {98, 99}
    assert preflight.duplicates == (97,)
    assert preflight.sides.keys() == {one.id for one in job.examples}


async def test_photos_stay_on_the_side_where_they_were(config: TrainerConfig, tmp_path: Path) -> None:
    job = job_of([6, 6], tmp_path / "photos")
    given = tuple(
        msgspec.structs.replace(one, side="held_out" if one.id in (1, 2, 7) else "train")
        for one in job.examples
    )
    events = await heard(config, msgspec.structs.replace(job, examples=given))
    assert preflight_of(events).sides == {one.id: one.side for one in given}
    assert trained_of(events).score.count == 3


async def test_the_model_in_use_is_asked_about_the_same_photos(config: TrainerConfig, tmp_path: Path) -> None:
    job = job_of([6, 6], tmp_path / "photos")
    first = trained_of(await heard(config, job))
    again = trained_of(await heard(config, msgspec.structs.replace(job, live=first.model, seed=0)))
    assert again.live is not None
    assert again.live.score == first.score
    assert again.live.within_chance


async def test_a_model_in_use_that_is_gone_is_no_rival(config: TrainerConfig, tmp_path: Path) -> None:
    job = msgspec.structs.replace(job_of([6, 6], tmp_path / "photos"), live="0" * 64)
    assert trained_of(await heard(config, job)).live is None


async def test_without_weights_it_says_what_to_get(config: TrainerConfig, tmp_path: Path) -> None:
    worker = msgspec.structs.replace(config.worker, classifier_model="resnet50")
    events = await heard(msgspec.structs.replace(config, worker=worker), job_of([6, 6], tmp_path / "photos"))
    assert isinstance(events[-1], Untrained)
    assert "pull resnet50" in events[-1].reason


async def test_a_photo_that_kills_it_twice_is_left_out(config: TrainerConfig, tmp_path: Path) -> None:
    job = job_of([6, 6], tmp_path / "photos")
    # Whoever opens it is held up until somebody writes to it.
    poison = tmp_path / "poison.jpg"
    os.mkfifo(poison)
    example = msgspec.structs.replace(job.examples[0], id=99, photo=str(poison), sha256="f" * 64)
    poisoned = msgspec.structs.replace(job, examples=(example, *job.examples))
    async with training(config, poisoned) as events:
        hearing = asyncio.create_task(gathered(events))
        for _ in range(2):
            await asyncio.to_thread(kill_at, poison)
        after = await hearing
    assert preflight_of(after).unreadable == (99,)
    assert isinstance(after[-1], Trained)


async def gathered(events: Training) -> list[Event]:
    return [event async for event in events]


def kill_at(fifo: Path) -> None:
    """Waits until somebody opens it, and kills them there."""
    opened = os.open(fifo, os.O_WRONLY)
    kill_the_trainer()
    os.close(opened)


def kill_the_trainer() -> None:
    (trainer,) = (child for child in psutil.Process().children() if "ml.trainer" in child.cmdline())
    trainer.kill()
    trainer.wait()


@pytest.mark.parametrize("stage", ["features", "head"])
async def test_killed_at_any_stage_it_comes_to_the_same_model(
    stage: str, config: TrainerConfig, tmp_path: Path
) -> None:
    job = job_of([6, 6], tmp_path / "photos")
    undisturbed = msgspec.structs.replace(config, run=tmp_path / "other", features=tmp_path / "others")
    expected = trained_of(await heard(undisturbed, job))
    killed = False
    async with training(config, job) as events:
        async for event in events:
            if not killed and isinstance(event, Progress) and event.stage == stage:
                await asyncio.to_thread(kill_the_trainer)
                killed = True
    assert isinstance(event, Trained)
    assert event.model == expected.model
    assert [path.name for path in config.models.iterdir()] == [expected.model]


async def test_photos_deleted_while_it_looks_are_not_learnt_from(
    config: TrainerConfig, tmp_path: Path
) -> None:
    job = job_of([6, 40], tmp_path / "photos")
    deleted = job.examples[40:]
    async with training(config, job) as events:
        async for event in events:
            if isinstance(event, Progress) and event.step == 4:
                delete(deleted)
            if isinstance(event, Preflight):
                assert set(event.unreadable) == {one.id for one in deleted}


def delete(examples: Iterable[Example]) -> None:
    for one in examples:
        Path(one.photo).unlink(missing_ok=True)
