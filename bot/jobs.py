"""Work that follows from an update and is done after it: one job at a time, so that photos go first.

A job ends in a transaction that also removes it (`bot.turn.job_turn`), so that a crash repeats it and never
half-does it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.errors import is_retried
from bot.lifetimes import Stop, background, happens_within
from bot.settings import DAY_S
from ml.errors import WorkerStopped
from storage import jobs
from storage.database import Database
from storage.errors import StorageError
from storage.jobs import JobRow

log = logging.getLogger(__name__)

# Longer than any job takes: fetching and looking at the photos of one chat's last days.
LEASE_S = 600.0
MAX_ATTEMPTS = 4
# What people said is learnt later where it cannot be learnt now, but not for ever.
GIVE_UP_S = 2 * DAY_S
MOST_RETRY_S = 60.0
IDLE_S = 30.0
# Nobody waits for them, and there may be many: looking again at what was answered, or denied, before.
PATIENT = ("look_again", "learn_denials")


def _lies_elsewhere(error: BaseException) -> bool:
    """Whether the job can do nothing about it: Telegram, the database, or a worker that does not run."""
    return is_retried(error) or isinstance(error, WorkerStopped)


class NotYet(Exception):
    """The job cannot be done before something else has happened; it is tried again in `after_s` seconds."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"again in {after_s} s")
        self.after_s = after_s


async def _unset(job: JobRow) -> None:
    raise RuntimeError(f"nobody does {job.kind}")


@dataclass
class Jobs:
    """Takes jobs from the database and has them done. `work` is set by the composition root."""

    database: Database
    retry_s: float
    work: Callable[[JobRow], Awaitable[None]] = _unset
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Look again: a job was stored."""
        self._wake.set()

    @asynccontextmanager
    async def running(self, stop: Stop, stop_s: float) -> AsyncIterator[None]:
        """Work for as long as the context lasts; the job under way at its end has `stop_s` to finish."""
        async with background(self._run(), stop) as running:
            try:
                yield
            finally:
                self._closing.set()
                self._wake.set()
                await asyncio.wait({running}, timeout=stop_s)

    async def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            try:
                wait_s = await self._round()
            except StorageError as error:
                log.warning("jobs cannot be read: %s", error)
                wait_s = self.retry_s
            await happens_within(self._wake, wait_s)

    async def _round(self) -> float:
        async with self.database.begin() as session:
            job = await jobs.claim(session, time.time(), LEASE_S, PATIENT)
            due = None if job else await jobs.next_due(session)
        if job is None:
            return IDLE_S if due is None else min(IDLE_S, max(0.01, due - time.time()))
        await self._do(job)
        return 0.0

    async def _do(self, job: JobRow) -> None:
        # As a value: whatever one job meets, the others go on.
        (error,) = await asyncio.gather(self.work(job), return_exceptions=True)
        if isinstance(error, NotYet):
            await self._postpone(job, error.after_s, blameless=True)
        elif error is not None:
            await self._failed(job, error)

    async def _failed(self, job: JobRow, error: BaseException) -> None:
        age_s = time.time() - job.created_at
        if _lies_elsewhere(error) and age_s < GIVE_UP_S:
            # The longer it waits, the later: a short fault is over at once, a long one is not hammered.
            await self._postpone(job, max(self.retry_s, min(MOST_RETRY_S, age_s / 4)), blameless=True)
        elif job.attempts < MAX_ATTEMPTS:
            log.warning("job %s in chat %s failed, and is tried again: %r", job.kind, job.chat_id, error)
            await self._postpone(job, self.retry_s, blameless=False)
        else:
            log.error("job %s in chat %s is given up", job.kind, job.chat_id, exc_info=error)
            await self._drop(job)

    async def _postpone(self, job: JobRow, after_s: float, *, blameless: bool) -> None:
        async with self.database.begin() as session:
            await jobs.postpone(session, job.id, time.time() + after_s, blameless=blameless)

    async def _drop(self, job: JobRow) -> None:
        async with self.database.begin() as session:
            await jobs.finish(session, job.id)
