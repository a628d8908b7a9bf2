"""The bot's end of a training: starts the trainer, hears how far it is, and starts it again where it dies.

    async with training(config, job) as events:
        async for event in events:
            ...

Leaving the block ends the trainer. The same job in the same run folder goes on where it was, also after the
bot was killed; one that had ended only says again how.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import msgspec

from ml import wire
from ml.child import Child, running
from ml.errors import TrainerFailed
from ml.files import write_whole
from ml.training import Event, FirstAnswer, Preflight, Progress, TrainerConfig, TrainingJob

logger = logging.getLogger(__name__)

# A photo on which it died twice is left out at the third start.
STARTS = 3
# One thread, so that a core stays free for photos that arrive meanwhile.
THREADS = 1


class Training:
    """The events of one training, to be iterated over once.

    The last is Trained, Untrained or a Preflight that is not enough, unless the training is `cancelled`.
    Iterating raises TrainerFailed where the trainer died as often as it may.
    """

    def __init__(self, config: TrainerConfig, module: str) -> None:
        self.cancelled = False
        self._child: Child | None = None
        self._events = self._hear(config, module)

    def __aiter__(self) -> AsyncIterator[Event]:
        return self._events

    def cancel(self) -> None:
        """Kills the trainer: the events end, and with the block the run folder is deleted."""
        self.cancelled = True
        if self._child is not None:
            self._child.kill()

    async def aclose(self) -> None:
        """Ends the trainer."""
        await self._events.aclose()

    async def _hear(self, config: TrainerConfig, module: str) -> AsyncGenerator[Event]:
        arguments = ("--config", config.to_json(), "--parent", str(os.getpid()))
        obituary = ""
        for start in range(1, STARTS + 1):
            async with running(module, arguments, threads=THREADS) as child:
                self._child = child
                if self.cancelled:
                    return
                async for event in _frames(child):
                    yield event
                    if _is_last(event):
                        return
            if self.cancelled:
                return
            obituary = child.obituary
            logger.warning("trainer %d of %d: %s", start, STARTS, obituary)
        raise TrainerFailed(obituary)


@asynccontextmanager
async def training(
    config: TrainerConfig, job: TrainingJob, *, module: str = "ml.trainer"
) -> AsyncIterator[Training]:
    """Runs one training for as long as the block lasts. Raises OSError where its folder cannot be written."""
    await asyncio.to_thread(_write_job, config, job)
    async with aclosing(Training(config, module)) as events:
        yield events
    if events.cancelled:
        await asyncio.to_thread(discard, config)


def discard(config: TrainerConfig) -> None:
    """Deletes a training's run folder; not while its trainer runs."""
    shutil.rmtree(config.run, ignore_errors=True)


def _write_job(config: TrainerConfig, job: TrainingJob) -> None:
    config.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(config.job, msgspec.msgpack.encode(job))


async def _frames(child: Child) -> AsyncIterator[Event]:
    try:
        while (event := await wire.receive(child.stdout, wire.FROM_TRAINER)) is not None:
            yield event
    except wire.WireError as error:
        # It was killed inside a frame, or says what it may not: either way there is no more to hear.
        logger.warning("a bad frame from the trainer: %s", error)


def _is_last(event: Event) -> bool:
    match event:
        case Progress() | FirstAnswer():
            return False
        case Preflight(enough=enough):
            return not enough
    return True


def stored_job(config: TrainerConfig) -> TrainingJob | None:
    """The job in a training's run folder, with which it goes on; None where it was never begun."""
    try:
        return msgspec.msgpack.decode(config.job.read_bytes(), type=TrainingJob)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
