"""How long a photo's answer takes while a training runs, and without: `python -m benchmarks.beside_training`.

The worker is asked about photos/imagenet one by one, while the trainer tunes a network on ants_bees/train,
whose labels were shuffled so that it goes on. It is stopped (SIGSTOP) for every second ten photos, so that
other work of the machine falls on both alike.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import numpy as np
import psutil

from benchmarks.teach import config_of, examples_of
from ml.client import LocalWorker
from ml.protocol import Analyse
from ml.training import Progress, TrainerConfig, TrainingJob
from ml.training_child import Training, training
from ml.weights.prepare import prepare

AT_ONCE = 10


def shuffled(shared: Path) -> TrainingJob:
    """A job that no head gets all right, so that the network is tuned."""
    examples = examples_of(shared / "photos/ants_bees/train")
    labels = np.random.default_rng(0).permutation([one.label for one in examples]).tolist()
    pairs = zip(examples, labels, strict=True)
    mixed = tuple(msgspec.structs.replace(one, label=label) for one, label in pairs)
    return TrainingJob(kind="labels", labels=("ants", "bees"), examples=mixed)


async def until_tuning(events: Training) -> None:
    async for event in events:
        if isinstance(event, Progress) and event.stage == "finetune":
            return
    raise SystemExit("the training ended before it tuned")


async def measure(worker: LocalWorker, trainer: psutil.Process, photos: Sequence[str]) -> list[list[float]]:
    """Seconds of each answer, without and with the training."""
    seconds: list[list[float]] = [[], []]
    for start in range(0, len(photos), AT_ONCE):
        is_training = start // AT_ONCE % 2
        trainer.send_signal(signal.SIGCONT if is_training else signal.SIGSTOP)
        for photo in photos[start : start + AT_ONCE]:
            began = time.perf_counter()
            await worker.ask(Analyse(photo=photo))
            seconds[is_training].append(time.perf_counter() - began)
    trainer.send_signal(signal.SIGCONT)
    return seconds


async def run(config: TrainerConfig, shared: Path) -> None:
    photos = sorted((shared / "photos/imagenet").glob("*.jpg"))
    for photo in photos:
        shutil.copy(photo, config.worker.spool)
    async with AsyncExitStack() as stack:
        worker = await stack.enter_async_context(
            LocalWorker(config.worker, timeout_s=60, start_timeout_s=300)
        )
        await worker.ready()
        events = await stack.enter_async_context(training(config, shuffled(shared)))
        await until_tuning(events)
        (trainer,) = (child for child in psutil.Process().children() if child.pid != worker.pid)
        alone, beside = await measure(worker, trainer, [photo.name for photo in photos])
    for name, seconds in (("without a training", alone), ("while one runs", beside)):
        middle, slow = statistics.median(seconds), statistics.quantiles(seconds, n=10)[-1]
        print(f"{name}: median {1000 * middle:.0f} ms, one in ten above {1000 * slow:.0f} ms")
    medians, means = (round(of(beside) / of(alone), 3) for of in (statistics.median, statistics.fmean))
    print(f"{medians} times the median, {means} times the mean")


def main() -> None:
    parser = argparse.ArgumentParser(description="A photo's answer beside a training.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--weights", type=Path, help="WEIGHTS_DIR; none where not given, so the starter's")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights = options.weights or folder / "none"
        worker = msgspec.structs.replace(config_of("auto", weights, folder), spool=folder / "spool")
        worker.spool.mkdir()
        worker.models.mkdir()
        prepare(worker, print)
        config = TrainerConfig(
            run=folder / "run", models=worker.models, features=folder / "features", worker=worker
        )
        asyncio.run(run(config, options.shared))


if __name__ == "__main__":
    main()
