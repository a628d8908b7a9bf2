"""The runner of jobs, on a real database; the work is what each test hands it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.jobs import MAX_ATTEMPTS, Jobs, NotYet
from bot.lifetimes import Stop
from ml.errors import WorkerCrashed, WorkerStopped
from storage import chats, jobs
from storage.database import Database, open_database
from storage.jobs import JobRow, NewJob
from storage.migrate import migrate

CHAT = 7


class Work:
    """Fails as it is told, once for each error given, then does its job; `done` at its last attempt, too."""

    def __init__(self, database: Database, *errors: Exception) -> None:
        self.database = database
        self.errors = list(errors)
        self.attempts: list[int] = []
        self.done = asyncio.Event()

    async def __call__(self, job: JobRow) -> None:
        self.attempts.append(job.attempts)
        if job.attempts == MAX_ATTEMPTS:
            self.done.set()
        if self.errors:
            raise self.errors.pop(0)
        async with self.database.begin() as session:
            await jobs.finish(session, job.id)
        self.done.set()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'glance.db'}"
    await migrate(url)
    async with open_database(url) as opened:
        async with opened.begin() as session:
            await chats.seen(session, CHAT, "private", "", time.time())
            await jobs.put(session, NewJob(CHAT, "learn", "1", {}), time.time())
        yield opened


async def is_waiting(database: Database) -> bool:
    async with database.read() as session:
        return await jobs.waits(session, CHAT, "learn")


async def run(database: Database, work: Work) -> None:
    """Let the runner go until the work is done."""
    async with Jobs(database, retry_s=0.01, work=work).running(Stop(), stop_s=5), asyncio.timeout(20):
        await work.done.wait()


async def test_a_job_is_done_once(database: Database) -> None:
    work = Work(database)
    await run(database, work)
    assert work.attempts == [1]
    assert not await is_waiting(database)


async def test_a_worker_that_does_not_run_costs_no_attempt(database: Database) -> None:
    work = Work(database, *(WorkerStopped() for _ in range(MAX_ATTEMPTS + 2)))
    await run(database, work)
    assert set(work.attempts) == {1}


async def test_what_cannot_be_done_yet_is_done_later(database: Database) -> None:
    work = Work(database, NotYet(0.01), NotYet(0.01))
    await run(database, work)
    assert work.attempts == [1, 1, 1]


async def test_a_job_that_fails_again_and_again_is_given_up(database: Database) -> None:
    work = Work(database, *(WorkerCrashed() for _ in range(MAX_ATTEMPTS)))
    await run(database, work)
    assert work.attempts == list(range(1, MAX_ATTEMPTS + 1))
    assert not await is_waiting(database)
