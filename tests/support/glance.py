"""The real bot process against a sandbox: its stderr is kept, and nothing of our environment leaks."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import psutil

from tests.conftest import REPOSITORY
from tests.support.sandbox import SandboxClient

# What a Python needs to run; settings of a developer's own shell must not reach the bot.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 30
# Short where a person would wait; the rates are the sandbox's business, and have tests of their own.
QUICK = {
    "RATE_LIMIT": "false",
    "ALBUM_QUIET_S": "0.5",
    "RETRY_FIRST_S": "0.2",
    "RETRY_MAX_S": "1",
    "POLL_TIMEOUT_S": "5",
    "CONFLICT_S": "1",
    "DEVICE": "cpu",
    "THREADS": "1",
}


class Glance:
    """A running bot: its process, what it wrote to stderr, and its data folder."""

    def __init__(self, process: asyncio.subprocess.Process, data_dir: Path) -> None:
        self.process = process
        self.data_dir = data_dir
        self.lines: list[str] = []
        self._wrote = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def log(self) -> str:
        """All that it wrote to stderr so far."""
        return "\n".join(self.lines)

    def worker_pid(self) -> int | None:
        """The ML worker that it runs just now."""
        children = psutil.Process(self.pid).children()
        return next((child.pid for child in children if "ml.worker" in child.cmdline()), None)

    def spooled(self) -> list[Path]:
        """The pictures in its spool."""
        return list((self.data_dir / "spool").iterdir())

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What its database answers to a query."""
        address = f"file:{self.data_dir / 'glance.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    async def wait_for_log(self, words: str, timeout_s: float = START_TIMEOUT_S) -> str:
        """The first line on stderr with these words, past or to come."""
        async with asyncio.timeout(timeout_s), self._wrote:
            await self._wrote.wait_for(lambda: words in self.log or self._reading.done())
        line = next((line for line in self.lines if words in line), None)
        assert line is not None, f"it ended without saying {words!r}:\n{self.log}"
        return line

    async def ended(self, timeout_s: float = STOP_TIMEOUT_S) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(timeout_s):
            code = await self.process.wait()
            await self._reading
        return code

    async def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        await self.ended()

    async def stop(self) -> None:
        """SIGTERM, which it has to obey without a complaint."""
        self.process.send_signal(signal.SIGTERM)
        code = await self.ended()
        assert code == 0, f"exit code {code}:\n{self.log}"

    async def _read(self) -> None:
        assert self.process.stderr
        async for line in self.process.stderr:
            self.lines.append(line.decode().rstrip("\n"))
            await self._tell()
        await self._tell()

    async def _tell(self) -> None:
        async with self._wrote:
            self._wrote.notify_all()


@asynccontextmanager
async def started(data_dir: Path, *arguments: str, **settings: object) -> AsyncIterator[Glance]:
    """`python -m bot run` with these settings, whatever becomes of it; killed at the end if it still runs."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"PYTHONPATH": str(REPOSITORY), "DATA_DIR": str(data_dir)}
    environment |= {name: str(value) for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *(arguments or ("run",)),
        # Away from the checkout, where a developer's .env lies.
        cwd=data_dir.parent,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    glance = Glance(process, data_dir)
    try:
        yield glance
    finally:
        if process.returncode is None:
            await glance.kill()


def _furnish(data_dir: Path, networks: Path | None) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    if networks is not None and not (data_dir / "networks").exists():
        (data_dir / "networks").symlink_to(networks, target_is_directory=True)


@asynccontextmanager
async def starting_glance(
    sandbox: SandboxClient, data_dir: Path, networks: Path | None = None, **settings: object
) -> AsyncIterator[Glance]:
    """A bot for the sandbox that has only just been started, with networks that are prepared already."""
    _furnish(data_dir, networks)
    address = {"TELEGRAM_API_URL": sandbox.address, "TELEGRAM_BOT_TOKEN": sandbox.token}
    folders = {"WEIGHTS_DIR": data_dir / "weights"}
    async with started(data_dir, **{**QUICK, **address, **folders, **settings}) as glance:
        yield glance


@asynccontextmanager
async def running_glance(
    sandbox: SandboxClient, data_dir: Path, networks: Path | None = None, **settings: object
) -> AsyncIterator[Glance]:
    """A bot that polls the sandbox; stopped with the block, unless the block did so."""
    async with starting_glance(sandbox, data_dir, networks, **settings) as glance:
        await glance.wait_for_log(" is running")
        yield glance
        if glance.process.returncode is None:
            await glance.stop()
