"""Fine-tuning on a few photos: what it changes, when it stops, and how it goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from ml.config import WorkerConfig
from ml.errors import BadPhoto
from ml.learning import checkpoint
from ml.learning.distributed import Processes, checkpoint_in, tune_on, tune_together
from ml.learning.errors import TuningFailed
from ml.learning.finetune import PATIENCE
from ml.learning.task import Task, Tuned
from ml.learning.tunable import Plan, last_blocks
from ml.learning.views import Shown
from ml.training import Progress
from ml.weights.modules import build
from ml.weights.sources import choose
from tests.support.lessons import photos_of

pytestmark = pytest.mark.weights

LABELS, EACH = 2, 7


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("finetune")


@pytest.fixture(scope="module")
def task(folder: Path) -> Task:
    shown = tuple(
        Shown(str(photo), label, checked=number % 3 == 0)
        for label in range(LABELS)
        for number, photo in enumerate(photos_of(label, EACH, folder))
    )
    folders = WorkerConfig(spool=folder, networks=folder, weights=folder, models=folder)
    (recipe,) = choose(folders, "classifier").recipes
    blueprint = build(recipe)
    nothing = np.zeros((LABELS, blueprint.features + len(blueprint.categories)), "<f4")
    return Task(
        recipe=recipe,
        shown=shown,
        labels=LABELS,
        weight=nothing.tobytes(),
        bias=nothing[:, 0].tobytes(),
        plan=Plan(epochs=2, per_epoch=16),
        seed=1,
        max_bytes=folders.max_bytes,
        max_pixels=folders.max_pixels,
    )


@pytest.fixture(scope="module")
def straight(task: Task, folder: Path) -> Tuned:
    """The task from its beginning to its end."""
    result, heard = tuned(task, folder / "straight")
    assert [(event.step, event.steps) for event in heard] == [(1, 2), (2, 2)]
    return result


def tuned(task: Task, folder: Path) -> tuple[Tuned, list[Progress]]:
    folder.mkdir(exist_ok=True)
    heard: list[Progress] = []
    return tune_on("cpu", task, folder, heard.append), heard


def weights(result: Tuned) -> dict[str, torch.Tensor]:
    return result.blueprint.module.state_dict()


def assert_same(one: Tuned, other: Tuned) -> None:
    for name, value in weights(one).items():
        assert torch.equal(value, weights(other)[name]), name


def test_only_the_last_blocks_change(task: Task, straight: Tuned) -> None:
    before = build(task.recipe)
    may_change = {id(parameter) for parameter in last_blocks(before)}
    for name, value in before.module.named_parameters():
        changed = not torch.equal(value, weights(straight)[name])
        assert changed == (id(value) in may_change), name


def test_batch_norms_keep_their_statistics(task: Task, straight: Tuned) -> None:
    for name, value in build(task.recipe).module.named_buffers():
        assert torch.equal(value, weights(straight)[name]), name


def test_another_seed_gives_another_network(task: Task, straight: Tuned, tmp_path: Path) -> None:
    other, _ = tuned(msgspec.structs.replace(task, seed=2), tmp_path / "run")
    assert other.epochs[-1] != straight.epochs[-1]


class Killed(BaseException):
    """Stands for kill -9 between two epochs."""


def test_one_killed_after_an_epoch_goes_on_to_the_same_network(
    task: Task, straight: Tuned, tmp_path: Path
) -> None:
    def die(progress: Progress) -> None:
        raise Killed

    with pytest.raises(Killed):
        tune_on("cpu", task, tmp_path, die)
    resumed, heard = tuned(task, tmp_path)
    assert [event.step for event in heard] == [2]
    assert_same(resumed, straight)


def test_one_that_had_ended_only_gives_its_network_again(task: Task, straight: Tuned, folder: Path) -> None:
    again, heard = tuned(task, folder / "straight")
    assert heard == []
    assert_same(straight, again)


def test_a_checkpoint_of_another_task_is_not_gone_on_from(
    task: Task, straight: Tuned, folder: Path, tmp_path: Path
) -> None:
    shutil.copy(checkpoint_in(folder / "straight"), checkpoint_in(tmp_path))
    _, heard = tuned(msgspec.structs.replace(task, seed=2), tmp_path)
    assert len(heard) == 2


@pytest.mark.parametrize("kept", [0, 100, 1_000_000])
def test_a_part_of_a_checkpoint_is_none(straight: Tuned, task: Task, folder: Path, kept: int) -> None:
    whole = checkpoint_in(folder / "straight")
    part = folder / f"{kept}.pt"
    part.write_bytes(whole.read_bytes()[:kept])
    assert checkpoint.load(part, task.digest) is None
    assert checkpoint.load(whole, task.digest) is not None


def test_it_stops_where_the_photos_it_checks_get_worse(task: Task, tmp_path: Path) -> None:
    # What it checks on has the opposite labels of what it learns from.
    shown = [msgspec.structs.replace(one, label=1 - one.label) if one.checked else one for one in task.shown]
    perverse = msgspec.structs.replace(task, shown=tuple(shown), plan=Plan(epochs=8, per_epoch=16))
    result, heard = tuned(perverse, tmp_path / "run")
    assert result.best == 0
    assert len(heard) == PATIENCE
    assert torch.equal(*(module.state_dict()["network.conv_head.weight"] for module in both(result, task)))


def both(result: Tuned, task: Task) -> tuple[torch.nn.Module, torch.nn.Module]:
    return result.blueprint.module, build(task.recipe).module


def test_a_photo_that_is_gone_ends_it(task: Task, tmp_path: Path) -> None:
    gone = msgspec.structs.replace(task.shown[0], photo=str(tmp_path / "gone.jpg"))
    with pytest.raises(BadPhoto, match="gone"):
        tuned(msgspec.structs.replace(task, shown=(*task.shown, gone)), tmp_path / "run")


def test_processes_that_fail_are_an_error(task: Task, tmp_path: Path) -> None:
    gone = msgspec.structs.replace(task.shown[0], photo=str(tmp_path / "gone.jpg"))
    broken = msgspec.structs.replace(task, shown=(*task.shown, gone))
    with pytest.raises(TuningFailed, match="exit code"):
        tune_together(Processes(2, "gloo"), broken, tmp_path, lambda _: None)


def test_two_processes_come_to_the_network_of_one(task: Task, straight: Tuned, tmp_path: Path) -> None:
    heard: list[Progress] = []
    together = tune_together(Processes(2, "gloo"), task, tmp_path, heard.append)
    assert [(event.step, event.steps) for event in heard] == [(1, 2), (2, 2)]
    for one, other in zip(straight.epochs, together.epochs, strict=True):
        assert one.checked_loss == pytest.approx(other.checked_loss, abs=1e-3)
    for name, value in weights(straight).items():
        assert torch.allclose(value, weights(together)[name], atol=1e-3), name
