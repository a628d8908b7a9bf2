"""A real trainer process whose training does as the job's labels say, one after the other.

Run as `python -m tests.ml.process.standin_trainer`, as `ml.trainer` is.
"""

from __future__ import annotations

import os
import signal
import threading

from ml.errors import MLError
from ml.trainer import Tell, main
from ml.training import Preflight, Progress, Score, Trained, TrainerConfig, TrainingJob

TRAINED = Trained(
    model="0" * 64,
    network="",
    backbone="none",
    method="head",
    score=Score(right=1, count=1),
    live=None,
    other=None,
    confusion=((1,),),
    mistakes=(),
    suspects=(),
    picture="",
    fingerprint="",
    seconds=0.0,
)
TOO_LITTLE = Preflight(counts=(), unreadable=(), duplicates=(), kept_together=0, sides={}, enough=False)
STEP = Progress(stage="head", step=1, steps=2)


def train(config: TrainerConfig, job: TrainingJob, tell: Tell) -> Trained | None:
    """`step`, `too-little`, `no-weights`, `crash`, `crash-once`, `hang`, `print`; at last TRAINED."""
    for order in job.labels:
        match order:
            case "step":
                tell(STEP)
            case "too-little":
                tell(TOO_LITTLE)
                return None
            case "no-weights":
                raise MLError("no weights")
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "crash-once":
                _crash_once(config)
            case "hang":
                threading.Event().wait()
            case "print":
                print("a line on stdout", flush=True)
                os.write(1, b"\x00\x00\x00\x01 and bytes from C")
    config.models.mkdir(exist_ok=True)
    (config.models / TRAINED.model).touch()
    return TRAINED


def _crash_once(config: TrainerConfig) -> None:
    note = config.run / "crashed"
    if not note.exists():
        note.touch()
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(train)
