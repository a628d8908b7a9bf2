"""What the bot and one worker process say to each other, from Ready to the end, and the clock on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ml import wire
from ml.child import Child
from ml.ledger import Ledger
from ml.protocol import Answer, Description, FromWorker, Ready, Started


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a start may take, and how long a photo, a drawing or sixteen crops."""

    start_s: float
    turn_s: float


class Conversation:
    """Sends what the ledger has, and enters there what comes back.

    `fruitful`: the worker has begun something. `late`: it was killed because it took too long. `wrong`: what
    was wrong with a frame of its, or empty.
    """

    def __init__(self, child: Child, ledger: Ledger, patience: Patience) -> None:
        self.ready = False
        self.fruitful = False
        self.late = False
        self.wrong = ""
        self._child = child
        self._ledger = ledger
        self._patience = patience
        self._alarm: asyncio.TimerHandle | None = None

    async def hold(self, on_ready: Callable[[Description], None]) -> None:
        """Listens until the worker closes its end, or says what it may not."""
        self._set_alarm(self._patience.start_s)
        try:
            while (message := await wire.receive(self._child.stdout, wire.FROM_WORKER)) is not None:
                self._take(message, on_ready)
                self.send_what_may_go()
        except wire.WireError as error:
            self.wrong = str(error)
        finally:
            self.ready = False
            self._stop_alarm()

    def send_what_may_go(self) -> None:
        """Writes as many requests as may be in flight; the pipe holds them, the worker always reads."""
        if not self.ready or self._child.stdin.is_closing():
            return
        while (entry := self._ledger.next_to_send()) is not None:
            self._child.stdin.write(wire.frame(entry.as_frame()))
        if self._alarm is None and self._ledger.in_flight:
            self._set_alarm(self._patience.turn_s)

    def _take(self, message: FromWorker, on_ready: Callable[[Description], None]) -> None:
        match message:
            case Ready(description=description):
                self.ready = True
                self._stop_alarm()
                on_ready(description)
            case Started(ids=ids):
                self.fruitful = True
                self._set_alarm(self._ledger.begin(ids) * self._patience.turn_s)
            case Answer(id=id_, outcome=outcome):
                self._ledger.settle(id_, outcome)
                if not self._ledger.begun:
                    self._stop_alarm()

    def _set_alarm(self, delay_s: float) -> None:
        self._stop_alarm()
        self._alarm = asyncio.get_running_loop().call_later(delay_s, self._too_late)

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _too_late(self) -> None:
        # Its death closes the pipe, which ends `hold`.
        self.late = True
        self._child.kill()
