"""A bounded, numbered log that readers wait on: the page, the tests and the traffic record."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]


def anything(_: Json) -> bool:
    """The filter that lets every entry through."""
    return True


class Feed:
    """Entries are numbered from 1; the oldest fall out beyond `keep`."""

    def __init__(self, keep: int) -> None:
        self._entries: deque[Json] = deque(maxlen=keep)
        self._changed = asyncio.Event()
        self.last = 0
        self.closed = False

    def publish(self, entry: Json) -> int:
        """Append an entry, wake everybody who waits, and return its number."""
        self.last += 1
        self._entries.append({"seq": self.last, **entry})
        self._wake()
        return self.last

    def close(self) -> None:
        """Nobody waits any longer."""
        self.closed = True
        self._wake()

    def since(self, seq: int, matches: Callable[[Json], bool] = anything) -> list[Json]:
        """Entries numbered above `seq` that match, oldest first."""
        newer: list[Json] = []
        for entry in reversed(self._entries):
            if entry["seq"] <= seq:
                break
            if matches(entry):
                newer.append(entry)
        return newer[::-1]

    async def wait(self, seq: int, wait_s: float, matches: Callable[[Json], bool] = anything) -> list[Json]:
        """Like `since`, but waits up to `wait_s` seconds until there is at least one."""
        deadline = asyncio.get_running_loop().time() + wait_s
        while not (found := self.since(seq, matches)) and not self.closed:
            changed = self._changed
            try:
                async with asyncio.timeout_at(deadline):
                    await changed.wait()
            except TimeoutError:
                break
        return found

    def _wake(self) -> None:
        # Each waiter holds the event it saw; a fresh one for those who come later loses no wake-up.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
