"""The bot's end of the worker: asks, waits, and brings the worker back when it dies.

    async with LocalWorker(config, timeout_s=30, start_timeout_s=300) as worker:
        analysis = await worker.ask(Analyse(photo="1.jpg"))

The clock of a request starts when the worker begins it, so neither a cold start nor a queue counts. Requests
begun together share the sum of their times: `timeout_s` for each photo, drawing and sixteen crops. A worker
that begins nothing for `timeout_s`, although it was asked, hangs as well. Whoever is late is killed.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from typing import Protocol, overload

from ml import wire
from ml.child import Child, running
from ml.config import WorkerConfig
from ml.conversation import Conversation, Patience
from ml.errors import (
    BadPhoto,
    ModelUnusable,
    WeightsMissing,
    WorkerCrashed,
    WorkerFailed,
    WorkerStopped,
    WorkerTimeout,
)
from ml.ledger import Ledger
from ml.protocol import (
    Analyse,
    Analysis,
    Ask,
    Cluster,
    Clustered,
    Description,
    Drawing,
    Drawn,
    Embed,
    Embedded,
    Keep,
    Outcome,
    Package,
    Packaged,
    Refused,
    Request,
    Result,
    Unequipped,
    Unusable,
)

logger = logging.getLogger(__name__)

# Pauses between starts that came to nothing; after the last one the requests waiting are given up.
RESTART_PAUSES_S = (0.1, 0.5, 2.0)
CLOSING_GRACE_S = 3.0


class Worker(Protocol):
    """Whoever answers requests about photos: a process on this machine now, a remote one later."""

    @overload
    async def ask(self, request: Analyse, *, alone: bool = False) -> Analysis: ...
    @overload
    async def ask(self, request: Drawing | Keep, *, alone: bool = False) -> Drawn: ...
    @overload
    async def ask(self, request: Embed, *, alone: bool = False) -> Embedded: ...
    @overload
    async def ask(self, request: Cluster, *, alone: bool = False) -> Clustered: ...
    @overload
    async def ask(self, request: Package, *, alone: bool = False) -> Packaged: ...


class LocalWorker:
    """A worker process on this machine, running while the `async with` block does.

    Entering starts the process and does not wait for it: requests wait instead. The first start may be put
    off by `idle_start_s`, unless somebody asks for something. `restarts` counts the starts after the first.
    `trouble` says in a sentence how the last process ended, until one is ready; None where none failed.
    """

    def __init__(
        self,
        config: WorkerConfig,
        *,
        timeout_s: float,
        start_timeout_s: float,
        idle_start_s: float = 0.0,
        module: str = "ml.worker",
    ) -> None:
        self.restarts = 0
        self.description: Description | None = None
        self.trouble: str | None = None
        self.config = config
        self._module = module
        self._idle_start_s = idle_start_s
        self._patience = Patience(start_s=start_timeout_s, turn_s=timeout_s)
        self._ledger = Ledger()
        self._life: asyncio.Task[None] | None = None
        self._child: Child | None = None
        self._conversation: Conversation | None = None
        self._outdated = False
        self._fruitless_starts = 0
        self._wanted = asyncio.Event()
        self._waiting_until_ready: set[asyncio.Future[Description]] = set()

    async def __aenter__(self) -> LocalWorker:
        self._life = asyncio.create_task(self._live(), name=self._module)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._life is not None
        life, self._life = self._life, None
        self._give_up_all("the worker was closed")
        try:
            if self._child is not None:
                self._child.stdin.close()
                await asyncio.wait({life}, timeout=CLOSING_GRACE_S)
        finally:
            life.cancel()
            await asyncio.wait({life})
        if not life.cancelled():
            life.result()

    @property
    def pid(self) -> int | None:
        """The running process, where there is one."""
        return self._child.pid if self._child else None

    async def ready(self) -> Description:
        """Waits until the models are loaded; raises WorkerStopped when the worker cannot be started."""
        self._must_live()
        if self.description is not None and self._conversation is not None and self._conversation.ready:
            return self.description
        future: asyncio.Future[Description] = asyncio.get_running_loop().create_future()
        self._waiting_until_ready.add(future)
        try:
            return await future
        finally:
            self._waiting_until_ready.discard(future)

    @overload
    async def ask(self, request: Analyse, *, alone: bool = False) -> Analysis: ...
    @overload
    async def ask(self, request: Drawing | Keep, *, alone: bool = False) -> Drawn: ...
    @overload
    async def ask(self, request: Embed, *, alone: bool = False) -> Embedded: ...
    @overload
    async def ask(self, request: Cluster, *, alone: bool = False) -> Clustered: ...
    @overload
    async def ask(self, request: Package, *, alone: bool = False) -> Packaged: ...
    async def ask(self, request: Request, *, alone: bool = False) -> Result:
        """Has a request answered; `alone` keeps others out of its batch, for one that may kill the worker.

        Raises BadPhoto, WeightsMissing, ModelUnusable, one of the WorkerFailed, or WireError for a request
        beyond a frame.
        """
        wire.frame(Ask(id=0, request=request))
        self._must_live()
        entry = self._ledger.enter(request, alone=alone)
        self._send_what_may_go()
        try:
            outcome = await entry.answer
        finally:
            self._ledger.drop(entry)
            self._send_what_may_go()
        return _result(outcome)

    def reconfigure(self, config: WorkerConfig) -> None:
        """Starts anew with another config; requests under way are asked again of the new process."""
        self.config = config
        self._outdated = True
        self._fruitless_starts = 0
        self.description = self.trouble = None
        self._wanted.set()
        if self._child is not None and self._conversation is not None:
            self._conversation.ready = False
            self._child.kill()

    def _must_live(self) -> None:
        if self._life is None or self._life.done():
            raise WorkerStopped("the worker is not running")
        self._wanted.set()

    def _send_what_may_go(self) -> None:
        if self._conversation is not None:
            self._conversation.send_what_may_go()

    def _give_up_all(self, reason: str) -> None:
        for entry in self._ledger.clear():
            entry.answer.set_exception(WorkerStopped(reason))
        for future in self._waiting_until_ready:
            if not future.done():
                future.set_exception(WorkerStopped(reason))

    def _tell_ready(self, description: Description) -> None:
        if self._outdated:
            return
        self.description, self.trouble = description, None
        for future in self._waiting_until_ready:
            if not future.done():
                future.set_result(description)

    async def _live(self) -> None:
        """The process and its successors."""
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._idle_start_s):
                    await self._wanted.wait()
            while True:
                failure = await self._one_life()
                if self._life is None:
                    return
                if self._outdated:
                    logger.info("the worker was ended to start with other settings")
                    self._ledger.recall()
                else:
                    await self._mourn(failure)
                self.restarts += 1
        finally:
            self._give_up_all("the worker was closed")

    async def _one_life(self) -> WorkerFailed:
        """Starts the process and talks with it until it ends; returns why it ended."""
        self._fruitless_starts += 1
        self._outdated = False
        arguments = ("--config", self.config.to_json(), "--parent", str(os.getpid()))
        try:
            async with running(self._module, arguments, threads=self.config.threads) as child:
                self._child = child
                talk = self._conversation = Conversation(child, self._ledger, self._patience)
                if self._outdated:  # it was reconfigured while the process was being made
                    child.kill()
                await talk.hold(self._tell_ready)
        except OSError as error:
            return WorkerCrashed(f"cannot be started: {error.strerror}")
        finally:
            self._child = self._conversation = None
        if talk.fruitful:
            self._fruitless_starts = 0
        return WorkerTimeout("it took too long") if talk.late else WorkerCrashed(talk.wrong or child.obituary)

    async def _mourn(self, failure: WorkerFailed) -> None:
        """Has the ledger settle a death that nobody wanted, and waits until the next start.

        Not at all where the last one worked, longer and longer where it did not.
        """
        logger.warning("the worker ended: %s", failure)
        self.trouble = str(failure)
        for entry in self._ledger.bury():
            entry.answer.set_exception(failure)
        if self._fruitless_starts <= len(RESTART_PAUSES_S):
            await asyncio.sleep((0.0, *RESTART_PAUSES_S)[self._fruitless_starts])
            return
        self._give_up_all(f"the worker does not start: {failure}")
        self._fruitless_starts = 0
        self._wanted.clear()
        await self._wanted.wait()


def _result(outcome: Outcome) -> Result:
    match outcome:
        case Refused(reason=reason, actual=actual, limit=limit):
            raise BadPhoto(reason, actual=actual, limit=limit)
        case Unequipped(missing=missing):
            raise WeightsMissing(missing)
        case Unusable(reason=reason):
            raise ModelUnusable(reason)
        case result:
            return result
