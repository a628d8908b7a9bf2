"""Starting a Python module as a child process: a bare environment, three pipes, and no way to leak it."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from signal import Signals

logger = logging.getLogger(__name__)

PROJECT_ROOT = Path(__file__).resolve().parent.parent

# What a Python with networks needs to find itself and its libraries. Everything else stays here: the token
# and the database's address above all, since the child opens strangers' files.
PASSED_ON = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    | {"LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES"}
)
_LOG_READ_BYTES = 65536
_LONGEST_LINE = 4000
# A killed child's pipes end at once, unless it left a child of its own that holds them.
_PIPES_END_WITHIN_S = 1.0


def bare_environment(environ: Mapping[str, str], *, threads: int) -> dict[str, str]:
    """The environment of a child, out of the parent's.

    Two malloc arenas instead of eight a core: photos are large and short-lived, and each arena keeps its
    own peak (measured by benchmarks/worker_memory.py). One thread for NumPy: its products are small here, and
    on a busy machine the second one is waited for (a chat's labels took 25 ms instead of 0.3 ms).
    """
    bare = {name: value for name, value in environ.items() if name in PASSED_ON}
    bare["MALLOC_ARENA_MAX"] = "2"
    bare["OPENBLAS_NUM_THREADS"] = "1"
    if threads:
        bare["OMP_NUM_THREADS"] = str(threads)
    return bare


class Child:
    """A running child; `last_words` are the end of what it wrote to stderr."""

    def __init__(self, process: Process) -> None:
        assert process.stdin and process.stdout and process.stderr
        self.stdin = process.stdin
        self.stdout = process.stdout
        self.stderr = process.stderr
        self.pid = process.pid
        self.last_words: deque[str] = deque(maxlen=20)
        self._process = process

    def kill(self) -> None:
        """SIGKILL, where it still runs."""
        if self._process.returncode is None:
            self._process.kill()

    async def end(self) -> None:
        """Waits for one that closed its stdout, kills any other, and lets go of the pipes."""
        self.stdin.close()
        if self.stdout.at_eof():
            async with _patience():
                await self._process.wait()
        self.kill()
        # asyncio reports the end only when the pipes are empty, and nobody reads this one any more.
        async with _patience():
            await self.stdout.read()
        await self._process.wait()

    @property
    def obituary(self) -> str:
        """How it ended, in half a sentence, with the last line it wrote."""
        code = self._process.returncode or 0
        how = f"killed by {Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"{how}: {self.last_words[-1]}" if self.last_words else how

    async def log_its_stderr(self) -> None:
        """Logs every line it writes, at the level the line begins with, until it closes stderr."""
        rest = b""
        while chunk := await self.stderr.read(_LOG_READ_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._log(line)
            rest = rest[-_LONGEST_LINE:]
        if rest:
            self._log(rest)

    def _log(self, line: bytes) -> None:
        # A file name or a decoder's complaint must not be able to forge lines of our log.
        text = "".join(c if c.isprintable() else "·" for c in line.decode(errors="replace"))[:_LONGEST_LINE]
        if text.strip():
            self.last_words.append(text)
            level = logging.getLevelNamesMapping().get(text.split(" ", 1)[0], logging.INFO)
            logger.log(level, "[%d] %s", self.pid, text)


@asynccontextmanager
async def running(module: str, arguments: Sequence[str], *, threads: int) -> AsyncIterator[Child]:
    """`python -m module arguments`, for as long as the block lasts; OSError where it cannot be started.

    It starts in the project's root, so that `-m` finds the module wherever the parent was started.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        cwd=PROJECT_ROOT,
        env=bare_environment(os.environ, threads=threads),
    )
    child = Child(process)
    log = asyncio.create_task(child.log_its_stderr())
    try:
        yield child
    finally:
        await child.end()
        async with _patience():
            await log


@asynccontextmanager
async def _patience() -> AsyncIterator[None]:
    with suppress(TimeoutError):
        async with asyncio.timeout(_PIPES_END_WITHIN_S):
            yield
