"""Updates on their way to the bot: kept until confirmed, handed to one poller at a time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import conflict

Json = dict[str, Any]

# Telegram sends these only where getUpdates asked for them by name.
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_BATCH = 100
# A bot between two polls is still there; one that stays away this long is not.
POLLER_GONE_S = 3.0


def first_update_id() -> int:
    """Seconds since the epoch: ids go on rising when the sandbox starts anew beside an old database."""
    return int(time.time())


class UpdateQueue:
    """getUpdates as Telegram does it: an offset confirms, a second poller ends the first one's wait."""

    def __init__(self, next_id: int, on_polling: Callable[[bool], None]) -> None:
        self.next_id = next_id
        self.pending: deque[Json] = deque()
        self.polling = False
        self.closed = False
        self._on_polling = on_polling
        self._allowed: frozenset[str] | None = None
        self._turn = 0
        self._changed = asyncio.Event()

    def push(self, kind: str, payload: Json) -> int | None:
        """Queue an update of this kind; its id, or None where the bot does not want such updates."""
        if not self._wanted(kind):
            return None
        return self.push_raw({kind: payload})

    def push_raw(self, update: Json) -> int:
        """Queue any JSON object as an update; an update_id of its own is kept as it is."""
        update_id = update.get("update_id", self.next_id)
        self.next_id = max(self.next_id, update_id) + 1
        self.pending.append({**update, "update_id": update_id})
        self._wake()
        return int(update_id)

    def allow(self, kinds: list[str] | None) -> None:
        """Which kinds of updates to queue from now on; an empty list means Telegram's default."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    async def get(self, offset: int, limit: int, timeout_s: float) -> list[Json]:
        """The next updates from `offset` on, after up to `timeout_s` seconds; ApiError 409 when replaced."""
        self._turn += 1
        turn = self._turn
        self._wake()
        self._confirm(offset)
        self._set_polling(True)
        deadline = asyncio.get_running_loop().time() + timeout_s
        try:
            return await self._next_batch(turn, limit, deadline)
        finally:
            asyncio.get_running_loop().call_later(POLLER_GONE_S, self._notice_silence, turn)

    def close(self) -> None:
        """Nobody waits any longer."""
        self.closed = True
        self._wake()

    async def _next_batch(self, turn: int, limit: int, deadline: float) -> list[Json]:
        while not self.pending and not self.closed:
            changed = self._changed
            try:
                async with asyncio.timeout_at(deadline):
                    await changed.wait()
            except TimeoutError:
                break
            if turn != self._turn:
                raise conflict()
        return list(self.pending)[: min(max(limit, 1), MAX_BATCH)]

    def _wanted(self, kind: str) -> bool:
        return kind not in ONLY_ON_REQUEST if self._allowed is None else kind in self._allowed

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    def _notice_silence(self, turn: int) -> None:
        if turn == self._turn:
            self._set_polling(False)

    def _set_polling(self, polling: bool) -> None:
        if polling != self.polling:
            self.polling = polling
            self._on_polling(polling)

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
