"""Jobs for a trainer, on photos that every machine can make."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from ml.config import WorkerConfig
from ml.training import Example, TrainerConfig, TrainingJob
from tests.support.lessons import photos_of


def trainer_config(worker: WorkerConfig, folder: Path) -> TrainerConfig:
    """A trainer's folders beside those of a worker."""
    worker.models.mkdir(parents=True, exist_ok=True)
    return TrainerConfig(
        run=folder / "run", models=worker.models, features=folder / "features", worker=worker
    )


def example(number: int, photo: Path, label: int) -> Example:
    sha256 = hashlib.sha256(photo.read_bytes()).hexdigest()
    return Example(id=number, photo=str(photo), sha256=sha256, label=label)


def job_of(counts: Sequence[int], folder: Path, *, things: Sequence[int] = ()) -> TrainingJob:
    """So many photos of each label, which is of that of the `things`, else of 0, 1, …; ids count from 1."""
    folder.mkdir(exist_ok=True)
    photos = [
        (photo, label)
        for label, (count, thing) in enumerate(zip(counts, things or range(len(counts)), strict=True))
        for photo in photos_of(thing, count, folder)
    ]
    return TrainingJob(
        kind="labels",
        labels=tuple(f"label {number}" for number in range(len(counts))),
        examples=tuple(example(number, *photo) for number, photo in enumerate(photos, 1)),
    )
