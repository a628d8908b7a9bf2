"""Workers for tests: the real client and process, with the stand-in engine inside."""

from __future__ import annotations

from typing import Protocol

import msgspec

from ml.client import LocalWorker
from ml.config import WorkerConfig


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
