"""Trainings, one at a time: the next that waits is begun when the last has ended.

The row in the database is what counts (`storage.trainings`): where it is gone, or says `cancelling`, the
trainer is stopped. One that was under way when the bot died is begun again first, and goes on from its
checkpoint.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.lifetimes import Stop, background, happens_within
from storage import trainings
from storage.database import Database
from storage.errors import StorageError
from storage.trainings import TrainingRow

log = logging.getLogger(__name__)

# How soon a row that went without a word is noticed.
LOOK_S = 5.0
IDLE_S = 60.0
# A machine that dies of a training three times would do so a fourth time.
MAX_ATTEMPTS = 3

Work = Callable[[TrainingRow], Awaitable[None]]


async def _unset(row: TrainingRow) -> None:
    raise RuntimeError(f"nobody does training {row.id}")


@dataclass
class Trainings:
    """Takes trainings from the database and has them done; the three are set by the composition root.

    `train` does one to its end, `stopped` clears up after one that was cancelled, `given_up` after one on
    which the bot or the machine died too often.
    """

    database: Database
    retry_s: float
    train: Work = _unset
    stopped: Work = _unset
    given_up: Work = _unset
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _interrupted: list[TrainingRow] = field(default_factory=list)

    def wake(self) -> None:
        """Look again: a training was queued, or cancelled."""
        self._wake.set()

    @asynccontextmanager
    async def running(self, stop: Stop) -> AsyncIterator[None]:
        """Train for as long as the context lasts; one under way at its end goes on at the next start."""
        async with self.database.read() as session:
            self._interrupted = await trainings.interrupted(session)
        async with background(self._run(), stop):
            try:
                yield
            finally:
                self._closing.set()
                self._wake.set()

    async def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            try:
                wait_s = await self._round()
            except StorageError as error:
                log.warning("trainings cannot be read: %s", error)
                wait_s = self.retry_s
            await happens_within(self._wake, wait_s)

    async def _round(self) -> float:
        row = await self._next()
        if row is None:
            return IDLE_S
        if row.state == "cancelling":
            await self.stopped(row)
        elif row.attempts >= MAX_ATTEMPTS:
            await self.given_up(row)
        else:
            await self._begin(row)
        return 0.0

    async def _next(self) -> TrainingRow | None:
        if self._interrupted:
            return self._interrupted.pop(0)
        async with self.database.read() as session:
            return await trainings.next_queued(session)

    async def _begin(self, row: TrainingRow) -> None:
        async with self.database.begin() as session:
            begun = await trainings.begin(session, row.id, time.time())
        if begun is None:
            return
        work: asyncio.Future[None] = asyncio.ensure_future(self.train(begun))
        try:
            while not work.done():
                await self._until_changed(work)
                if not work.done() and not await self._is_wanted(begun):
                    await _cancel(work)
                    await self._clear_up(begun)
                    return
        finally:
            await _cancel(work)
        await self._settle(begun, work)

    async def _settle(self, row: TrainingRow, work: asyncio.Future[None]) -> None:
        error = work.exception()
        if error is None:
            # It may have been cancelled in its last moment.
            await self._clear_up(row)
            return
        if isinstance(error, StorageError):
            # The row is still there: its turn comes again.
            log.warning("training %d is begun again: %s", row.id, error)
            async with self.database.read() as session:
                self._interrupted = await trainings.interrupted(session)
            await happens_within(self._closing, self.retry_s)
            return
        log.error("training %d is given up", row.id, exc_info=error)
        await self.given_up(row)

    async def _clear_up(self, row: TrainingRow) -> None:
        """Say that it stopped, where it was cancelled; one whose row is gone has ended, or begins anew."""
        async with self.database.read() as session:
            now = await trainings.get(session, row.id)
        if now is not None and now.state == "cancelling":
            await self.stopped(now)

    async def _until_changed(self, work: asyncio.Future[None]) -> None:
        """Returns when the work is done, when we are woken, or after a while."""
        woken = asyncio.ensure_future(self._wake.wait())
        await asyncio.wait((work, woken), timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
        woken.cancel()
        self._wake.clear()

    async def _is_wanted(self, row: TrainingRow) -> bool:
        try:
            async with self.database.read() as session:
                now = await trainings.get(session, row.id)
        except StorageError as error:
            log.warning("a training cannot be looked up: %s", error)
            return True
        return now is not None and now.state == "running"


async def _cancel(work: asyncio.Future[None]) -> None:
    work.cancel()
    await asyncio.wait({work})
