"""What lives as long as the bot does: the wish to stop, work in the background, and the data folder."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any


class DataDirInUseError(Exception):
    """Another bot works with the same DATA_DIR."""


class DataDirUnusableError(Exception):
    """DATA_DIR cannot be made or written; `reason` in the system's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stop:
    """Why and whether to stop: a signal, or a fault that no retry mends."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self.error: Exception | None = None

    def ask(self, error: Exception | None = None) -> None:
        """Stop soon; the first error is the one that counts."""
        self.error = self.error or error
        self._asked.set()

    async def asked(self) -> None:
        await self._asked.wait()

    async def asked_or_done(self, task: asyncio.Future[Any]) -> None:
        """Wait for a task, which is cancelled if we are to stop before it is done. Raises what it raises."""
        asked = asyncio.ensure_future(self.asked())
        await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if task.done():
            task.result()
        else:
            task.cancel()
            await asyncio.wait({task})

    async def asked_within(self, seconds: float) -> bool:
        """Whether it is asked by then; returns as soon as it is."""
        return await happens_within(self._asked, seconds)


async def happens_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event is set by then; returns as soon as it is."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None], stop: Stop) -> AsyncIterator[asyncio.Task[None]]:
    """Run a coroutine beside us, cancelled at the end; if it fails, everything stops with its error."""

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            stop.ask(error)

    task = asyncio.create_task(work)
    task.add_done_callback(ended)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})


def make_folder(folder: Path) -> None:
    """Make a folder that only we can read, if it is not there. Raises DataDirUnusableError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirUnusableError(error.strerror or str(error)) from error


@contextmanager
def own_folder(folder: Path, *rooms: Path) -> Iterator[None]:
    """Hold DATA_DIR, and make folders in it. Raises DataDirInUseError, DataDirUnusableError."""
    for made in (folder, *rooms):
        make_folder(made)
    try:
        lock = (folder / "bot.lock").open("w")
    except OSError as error:
        raise DataDirUnusableError(error.strerror or str(error)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataDirInUseError from error
        yield
