"""Workers for tests: the real client and process, with the stand-in engine inside, and its gate."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Protocol

import msgspec

from ml.client import LocalWorker
from ml.config import WorkerConfig
from ml.protocol import Analyse, Analysis


class StartWorker(Protocol):
    """Makes a worker that is patient, but for what the test says."""

    def __call__(
        self, *, timeout_s: float = 60, start_timeout_s: float = 60, model: str = "auto"
    ) -> LocalWorker: ...


def standin_starter(config: WorkerConfig) -> StartWorker:
    def start(*, timeout_s: float = 60, start_timeout_s: float = 60, model: str = "auto") -> LocalWorker:
        return LocalWorker(
            msgspec.structs.replace(config, classifier_model=model),
            timeout_s=timeout_s,
            start_timeout_s=start_timeout_s,
            module="tests.ml.process.standin_worker",
        )

    return start


def ask_all(worker: LocalWorker, *photos: str) -> asyncio.Future[list[Analysis | BaseException]]:
    return asyncio.gather(*(worker.ask(Analyse(photo=photo)) for photo in photos), return_exceptions=True)


async def until_begun(gate: Path) -> int:
    """Waits until the engine waits at the gate, and returns the descriptor whose closing opens it."""
    return await asyncio.to_thread(os.open, gate, os.O_WRONLY)


def leave_open(gate: Path) -> None:
    """Whoever comes next finds a plain file, which does not block."""
    gate.unlink()
    gate.touch()


async def open_gate(gate: Path) -> None:
    await asyncio.to_thread(gate.write_bytes, b"open")
