"""Telegram's sending rates: one message a second per private chat, 20 a minute per group, 30 a second in all.

Numbers from https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from bot.sandbox.errors import too_many_requests


class Bucket:
    """A token bucket; a call may overdraw it, the next one then waits until it holds a token again."""

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self.per_second = per_second
        self.burst = burst
        self.tokens = burst
        self.filled_at = now

    def missing_s(self, now: float) -> float:
        """Seconds until a call may be made; 0 or less: now."""
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        return (1 - self.tokens) / self.per_second


class Rates:
    """What a bot may send. The FAQ allows short bursts to a person: three, here."""

    PRIVATE_PER_S, PRIVATE_BURST = 1.0, 3.0
    GROUP_PER_S, GROUP_BURST = 20 / 60, 20.0
    ALL_PER_S, ALL_BURST = 30.0, 30.0

    def __init__(self, *, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.enabled = enabled
        self._clock = clock
        self._all = Bucket(self.ALL_PER_S, self.ALL_BURST, clock())
        self._chats: dict[int, Bucket] = {}

    def charge(self, chat_id: int, messages: int = 1) -> None:
        """Count messages sent to a chat; ApiError 429 (and nothing counted) where they come too fast."""
        if not self.enabled:
            return
        now = self._clock()
        buckets = (self._all, self._chats.setdefault(chat_id, self._new_bucket(chat_id, now)))
        wait_s = max(bucket.missing_s(now) for bucket in buckets)
        if wait_s > 0:
            raise too_many_requests(math.ceil(wait_s))
        for bucket in buckets:
            bucket.tokens -= messages

    def _new_bucket(self, chat_id: int, now: float) -> Bucket:
        if chat_id < 0:
            return Bucket(self.GROUP_PER_S, self.GROUP_BURST, now)
        return Bucket(self.PRIVATE_PER_S, self.PRIVATE_BURST, now)
