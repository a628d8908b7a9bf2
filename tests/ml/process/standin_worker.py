"""A real worker process whose engine does as the photo's name says: crash, hang, print.

Run as `python -m tests.ml.process.standin_worker`, as `ml.worker` is.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from ml.config import WorkerConfig
from ml.protocol import (
    Analyse,
    Analysis,
    Cluster,
    Clustered,
    Compare,
    Description,
    Draw,
    Drawn,
    Embed,
    Embedded,
    Keep,
    Outcome,
    Package,
    Refused,
    Request,
    Sheet,
    Unusable,
)
from ml.worker import main

BATCHES = "batches.jsonl"
SEEN = Analysis(width=1, height=1, classification=None, faces=None, embedder=None)


class StandinEngine:
    """Notes every batch in the spool, then obeys: `crash`, `hang`, `print`, `wait-for-NAME`, `bad`, `lie`."""

    def __init__(self, config: WorkerConfig) -> None:
        self._spool = config.spool
        self.description = Description(device="cpu", classifier=None, embedder=None)

    def serve(self, requests: Sequence[Request]) -> list[Outcome]:
        with (self._spool / BATCHES).open("a") as file:
            file.write(json.dumps([_name(request) for request in requests]) + "\n")
        return [self._serve(request) for request in requests]

    def _serve(self, request: Request) -> Outcome:
        match request:
            case Draw() | Compare() | Sheet() | Keep():
                (self._spool / request.target).write_text(json.dumps(dict(os.environ)))
                return Drawn(path=request.target, width=1, height=1, bytes=1)
            case Embed():
                return Embedded(model="none", vectors=(None,) * len(request.crops))
            case Cluster():
                return Clustered(groups=(-1,) * len(request.vectors))
            case Package():
                return Unusable(reason="there are no models here")
            case Analyse():
                return self._analyse(request.photo)

    def _analyse(self, photo: str) -> Outcome:
        match Path(photo).stem.partition("-")[0]:
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "hang":
                threading.Event().wait()
            case "print":
                print("a line on stdout", flush=True)
                os.write(1, b"\x00\x00\x00\x01 and bytes from C")
            case "wait":
                (self._spool / photo.removeprefix("wait-for-")).read_bytes()  # a FIFO: until it is written to
            case "bad":
                return Refused(reason="damaged")
            case "lie":
                return Embedded(model="none", vectors=())
        return SEEN


def _name(request: Request) -> str:
    return request.photo if isinstance(request, Analyse | Draw) else type(request).__name__.lower()


def open_engine(config: WorkerConfig) -> StandinEngine:
    """`classifier_model` says how the start goes: `broken`, `never`, `wait-for-NAME` (a FIFO there)."""
    if config.classifier_model == "broken":
        raise SystemExit("this model is broken")
    if config.classifier_model == "never":
        threading.Event().wait()
    if config.classifier_model.startswith("wait-for-"):
        (config.spool / config.classifier_model.removeprefix("wait-for-")).read_bytes()
    return StandinEngine(config)


def batches(spool: Path) -> list[list[str]]:
    """What the engine was given together, in order."""
    return [json.loads(line) for line in (spool / BATCHES).read_text().splitlines()]


if __name__ == "__main__":
    main(open_engine)
