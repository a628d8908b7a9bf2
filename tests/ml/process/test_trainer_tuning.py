"""The trainer as a process while it fine-tunes: it can be killed, cancelled, and lose its photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil
import pytest

from ml.config import WorkerConfig
from ml.learning.model_file import load
from ml.training import Event, FirstAnswer, Progress, Trained, TrainerConfig, TrainingJob, Untrained
from ml.training_child import Training, training
from tests.ml.learning.jobs import job_of, trainer_config

pytestmark = [pytest.mark.weights, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of features, which the tests share."""
    return tmp_path_factory.mktemp("features")


@pytest.fixture
def config(starter_config: WorkerConfig, features: Path, tmp_path: Path) -> TrainerConfig:
    return msgspec.structs.replace(trainer_config(starter_config, tmp_path), features=features)


@pytest.fixture
def job(tmp_path: Path) -> TrainingJob:
    """Photos of ten things, with labels that mean nothing: no head gets all of them right."""
    of_ten = job_of([13] * 10, tmp_path / "photos")
    labelled = tuple(msgspec.structs.replace(one, label=one.id % 2) for one in of_ten.examples)
    return msgspec.structs.replace(of_ten, labels=("even", "odd"), examples=labelled)


async def heard(
    config: TrainerConfig, job: TrainingJob, at: Callable[[Event], bool], then: Callable[[Training], None]
) -> list[Event]:
    """What is said in a training to which something happens, once, at the first event that fits."""
    so_far: list[Event] = []
    async with training(config, job) as events:
        async for event in events:
            if at(event) and not any(map(at, so_far)):
                then(events)
            so_far.append(event)
    return so_far


def is_tuning(event: Event) -> bool:
    return isinstance(event, Progress) and event.stage == "finetune"


def is_first_answer(event: Event) -> bool:
    return isinstance(event, FirstAnswer)


def kill(_: Training) -> None:
    (trainer,) = (child for child in psutil.Process().children() if "ml.trainer" in child.cmdline())
    trainer.kill()


async def test_killed_after_an_epoch_it_goes_on_to_the_same_model(
    config: TrainerConfig, job: TrainingJob, tmp_path: Path
) -> None:
    undisturbed = await heard(config, job, is_tuning, lambda _: None)
    again = msgspec.structs.replace(config, run=tmp_path / "again")
    killed = await heard(again, job, is_tuning, kill)
    assert isinstance(undisturbed[-1], Trained)
    assert isinstance(killed[-1], Trained)
    assert killed[-1].model == undisturbed[-1].model
    epochs = [event.step for event in undisturbed if isinstance(event, Progress) and is_tuning(event)]
    resumed = [event.step for event in killed if isinstance(event, Progress) and is_tuning(event)]
    assert resumed == epochs


async def test_the_heads_model_is_there_before_the_tuning_and_goes_when_that_is_cancelled(
    config: TrainerConfig, job: TrainingJob
) -> None:
    methods = []

    def look_and_cancel(events: Training) -> None:
        (file,) = (path for path in config.run.iterdir() if len(path.name) == 64)
        methods.append(load(config.run, file.name).method)
        events.cancel()

    events = await heard(config, job, is_first_answer, look_and_cancel)
    assert isinstance(events[-1], FirstAnswer)
    assert methods == ["head"]
    assert not config.run.exists()
    assert not any(config.models.iterdir())


async def test_a_photo_deleted_meanwhile_ends_it(config: TrainerConfig, job: TrainingJob) -> None:
    def delete(_: Training) -> None:
        for one in job.examples:
            Path(one.photo).unlink()

    events = await heard(config, job, is_first_answer, delete)
    assert events[-1] == Untrained(reason="A photo was deleted while it was learnt from.")
