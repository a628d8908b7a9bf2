"""The trainer process: `python -m ml.trainer --config JSON`, started by `ml.training_child`.

It reads one job from its run folder, says on stdout how far it is, and ends. What it says last is stored in
that folder as well: one that is started again after the end only repeats it. It may be killed at any moment;
the next one goes on from what was written.
"""

from __future__ import annotations

import argparse
import errno
import faulthandler
import hashlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from ml import wire
from ml.errors import BadPhoto, MLError, WeightsMissing
from ml.files import write_whole
from ml.process import (
    FolderInUseError,
    be_the_first_to_go,
    be_the_last_to_run,
    die_with_parent,
    only_one_in,
    take_over_pipes,
)
from ml.training import Event, Trained, TrainerConfig, TrainingJob, Untrained

logger = logging.getLogger(__name__)

Tell = Callable[[Event], None]
Train = Callable[[TrainerConfig, TrainingJob, Tell], Trained | None]

# A predecessor that was just killed may take this long to let go of the folder.
LOCK_WAIT_S = 5.0


class Result(msgspec.Struct, frozen=True):
    """How a training ended, and the sha256 of the job that it was."""

    job: str
    trained: Trained


def main(train: Train, arguments: Sequence[str] | None = None) -> None:
    """Lives for one training; ends with its parent, or when the parent closes the pipe.

    `train` tells what it does; it returns the model, or None where it said that there is none.
    """
    parser = argparse.ArgumentParser(prog="python -m ml.trainer")
    parser.add_argument("--config", type=TrainerConfig.from_json, required=True)
    parser.add_argument("--parent", type=int, default=os.getppid(), help="the process to die with")
    options = parser.parse_args(arguments)
    config: TrainerConfig = options.config
    _settle_in(options.parent)
    from_bot, to_bot = take_over_pipes()
    threading.Thread(target=_end_with, args=(from_bot,), name="stdin", daemon=True).start()
    try:
        with only_one_in(config.run, wait_s=LOCK_WAIT_S):
            _work(config, train, lambda event: wire.write(to_bot, event))
    except FolderInUseError as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from error
    except BrokenPipeError:
        logger.info("the bot is gone")


def _settle_in(parent: int) -> None:
    # The terminal sends Ctrl-C to the bot and its children alike; the bot decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)
    be_the_first_to_go()
    be_the_last_to_run()
    faulthandler.enable(sys.stderr, all_threads=False)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")


def _end_with(stdin: BinaryIO) -> None:
    """Ends the process when the bot closes the pipe: whatever is half done is under another name."""
    stdin.read()
    os._exit(0)


def _work(config: TrainerConfig, train: Train, tell: Tell) -> None:
    written = config.job.read_bytes()
    job_sha256 = hashlib.sha256(written).hexdigest()
    trained = _finished(config, job_sha256)
    if trained is None:
        try:
            trained = train(config, msgspec.msgpack.decode(written, type=TrainingJob), tell)
            if trained is not None:
                _note(config, Result(job_sha256, trained))
        except BrokenPipeError:
            raise
        except (MLError, OSError) as error:
            logger.exception("no training")
            tell(Untrained(reason=_reason(error)))
    if trained is not None:
        tell(trained)


def _finished(config: TrainerConfig, job_sha256: str) -> Trained | None:
    """What an earlier trainer ended with, if it was asked the same and its model is still there."""
    try:
        result = msgspec.msgpack.decode(_result_file(config).read_bytes(), type=Result)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    is_there = (config.models / result.trained.model).is_file()
    return result.trained if is_there and result.job == job_sha256 else None


def _note(config: TrainerConfig, result: Result) -> None:
    write_whole(_result_file(config), msgspec.msgpack.encode(result))


def _result_file(config: TrainerConfig) -> Path:
    return config.run / "result.msgpack"


def _reason(error: MLError | OSError) -> str:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full."
    if isinstance(error, BadPhoto):
        return "A photo was deleted while it was learnt from."
    if isinstance(error, WeightsMissing):
        return f"There are no weights for that: {', '.join(file.command for file in error.missing)}"
    return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    from ml.learning.course import train

    main(train)
