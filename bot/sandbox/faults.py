"""Failures on demand: what the Bot API side is told to do wrong."""

from __future__ import annotations

import asyncio
import time
from typing import Literal

import msgspec

FaultKind = Literal["429", "500", "502", "drop_before", "drop_after", "slow", "outage"]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of failure, for the next `count` calls that match (None: until cleared).

    `method` ("file" for downloads) and `chat_id` narrow the calls down. `seconds` is how long a slow
    call is held, or an outage lasts (0: until the faults are cleared). An outage spares no call and is never
    used up.
    """

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    count: int | None = 1
    retry_after: int = 1
    seconds: float = 0.0

    def hits(self, method: str, chat_id: int | None) -> bool:
        """Whether a call to this method for this chat is to fail."""
        same_method = self.method is None or self.method.lower() == method.lower()
        return same_method and (self.chat_id is None or self.chat_id == chat_id)


class Faults:
    """The failures that are still to happen, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, float]] = []
        self._cleared = asyncio.Event()

    def add(self, fault: Fault) -> None:
        """Let it happen from now on."""
        passes = fault.kind == "outage" and fault.seconds
        ends_at = time.monotonic() + fault.seconds if passes else float("inf")
        self._waiting.append((fault, ends_at))

    def clear(self) -> None:
        """Nothing fails any more."""
        self._waiting.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    async def hold(self, fault: Fault) -> None:
        """Return when a slow call may go on."""
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        else:
            await self._cleared.wait()

    def waiting(self) -> list[Fault]:
        """What is still to happen."""
        now = time.monotonic()
        self._waiting = [(fault, ends_at) for fault, ends_at in self._waiting if now < ends_at]
        return [fault for fault, _ in self._waiting]

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The failure for this call, counted down; None where it may succeed."""
        for index, fault in enumerate(self.waiting()):
            if fault.hits(method, chat_id):
                self._count_down(index, fault)
                return fault
        return None

    def _count_down(self, index: int, fault: Fault) -> None:
        if fault.kind == "outage" or fault.count is None:
            return
        if fault.count <= 1:
            del self._waiting[index]
            return
        fewer = msgspec.structs.replace(fault, count=fault.count - 1)
        self._waiting[index] = (fewer, self._waiting[index][1])
