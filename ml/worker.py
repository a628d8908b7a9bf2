"""The worker process: `python -m ml.worker --config JSON`, started by `ml.client` and by nobody else.

One thread reads requests, the main one works them off. Anything unexpected ends the process: the client
starts it again, and finds out which request it was.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import BinaryIO, Protocol

from ml import wire
from ml.batching import Backlog
from ml.config import WorkerConfig
from ml.errors import MLError
from ml.process import (
    FolderInUseError,
    be_the_first_to_go,
    die_with_parent,
    give_memory_back,
    limit_memory,
    only_one_in,
    take_over_pipes,
)
from ml.protocol import Answer, Description, Outcome, Ready, Request, Started

logger = logging.getLogger(__name__)

# A predecessor that was just killed may take this long to let go of the folder.
LOCK_WAIT_S = 5.0
# On the CPU: networks and libraries, and what decoding the largest photo allowed may take (16-bit RGBA, its
# float copy, RGB, upright RGB). A picture that wants more is refused instead of pushing the machine over.
OWN_BYTES = 2 * 1024**3
BYTES_PER_PIXEL = 32


class Engine(Protocol):
    """What answers requests: the networks here, a stand-in in tests."""

    @property
    def description(self) -> Description: ...

    def serve(self, requests: Sequence[Request]) -> list[Outcome]:
        """The outcomes, in the order of the requests."""
        ...


def main(open_engine: Callable[[WorkerConfig], Engine], arguments: Sequence[str] | None = None) -> None:
    """Lives as a worker until the parent closes the pipe; ends with a sentence where it cannot work."""
    parser = argparse.ArgumentParser(prog="python -m ml.worker")
    parser.add_argument("--config", type=WorkerConfig.from_json, required=True)
    parser.add_argument("--parent", type=int, default=os.getppid(), help="the process to die with")
    options = parser.parse_args(arguments)
    config: WorkerConfig = options.config
    _settle_in(options.parent)
    from_bot, to_bot = take_over_pipes()
    config.spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with only_one_in(config.spool, wait_s=LOCK_WAIT_S):
            engine = open_engine(config)
            if engine.description.device == "cpu":
                limit_memory(OWN_BYTES + BYTES_PER_PIXEL * config.max_pixels)
            _work(engine, from_bot, to_bot)
    except (FolderInUseError, MLError) as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from error
    except BrokenPipeError:
        logger.info("the bot is gone")


def _settle_in(parent: int) -> None:
    # The terminal sends Ctrl-C to the bot and its children alike; the bot decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)
    be_the_first_to_go()
    faulthandler.enable(sys.stderr, all_threads=False)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")


def _work(engine: Engine, from_bot: BinaryIO, to_bot: BinaryIO) -> None:
    backlog = Backlog()
    threading.Thread(target=_read, args=(from_bot, backlog), name="reader", daemon=True).start()
    wire.write(to_bot, Ready(description=engine.description))
    logger.info("ready on %s", engine.description.device)
    while (batch := backlog.take()) is not None:
        wire.write(to_bot, Started(ids=tuple(ask.id for ask in batch)))
        for ask, outcome in zip(batch, engine.serve([ask.request for ask in batch]), strict=True):
            wire.write(to_bot, Answer(id=ask.id, outcome=outcome))
        give_memory_back()


def _read(from_bot: BinaryIO, backlog: Backlog) -> None:
    try:
        while (ask := wire.read(from_bot, wire.FROM_BOT)) is not None:
            backlog.put(ask)
    except wire.WireError as error:
        logger.error("a bad frame from the bot: %s", error)
    finally:
        backlog.close()


if __name__ == "__main__":
    from ml.engine import open_engine

    main(open_engine)
