"""Telegram's rates, kept before Telegram has to insist on them.

About one message a second in a chat, twenty a minute in a group, thirty a second in all; edits count, an
album counts once for each of its items, chat actions and reads do not
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
A 429 holds back the chat it came from, and no other.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

CHAT_LIMIT = (1, 1.0)
GROUP_LIMIT = (20, 60.0)
OVERALL_LIMIT = (30, 1.0)
# Edits show progress: more often than this is noise to a person, and a burden on the chat's rate.
PRIVATE_EDIT_LIMIT = (1, 3.0)
GROUP_EDIT_LIMIT = (1, 6.0)
FREE_ENDPOINTS = frozenset({"sendChatAction"})
COUNTED_PREFIXES = ("send", "edit", "copy", "forward")
# A chat that was quiet this long has nothing left in its windows.
FORGET_S = 120.0


@dataclass
class Window:
    """At most `count` calls in any `span_s` seconds."""

    count: int
    span_s: float
    taken: deque[float] = field(default_factory=deque)

    def ready_at(self, now: float, messages: int = 1) -> float:
        """When a call of so many messages may be made; of more than fit, when the window is empty."""
        while self.taken and self.taken[0] <= now - self.span_s:
            self.taken.popleft()
        over = len(self.taken) + min(messages, self.count) - self.count
        return now if over <= 0 else self.taken[over - 1] + self.span_s

    def take(self, at: float, messages: int = 1) -> None:
        """Note a call; what is more than fits is taken from the spans to come."""
        self.taken.extend(at + number // self.count * self.span_s for number in range(messages))


class ChatRates:
    """The windows of one chat, and until when a 429 holds it back."""

    def __init__(self, chat_id: int) -> None:
        in_group = chat_id < 0
        self.messages = [Window(*CHAT_LIMIT)] + ([Window(*GROUP_LIMIT)] if in_group else [])
        self.edits = Window(*(GROUP_EDIT_LIMIT if in_group else PRIVATE_EDIT_LIMIT))
        self.held_until = 0.0
        self.last_used = 0.0

    def windows(self, endpoint: str) -> list[Window]:
        return [*self.messages, self.edits] if endpoint.startswith("edit") else self.messages

    def wait_s(self, windows: Sequence[Window], now: float, messages: int) -> float:
        """How long a call of so many messages must wait to fit its windows."""
        return max(self.held_until, *(window.ready_at(now, messages) for window in windows)) - now


class TelegramRates(BaseRateLimiter[None]):
    """Waits until a call fits all of its windows, then makes it."""

    def __init__(self) -> None:
        self._chats: dict[int, ChatRates] = {}
        self._overall = Window(*OVERALL_LIMIT)

    async def initialize(self) -> None:
        """Nothing to set up; the base class asks for it."""

    async def shutdown(self) -> None:
        self._chats.clear()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Any:
        """Make the call when it fits; a RetryAfter holds the chat back and is raised to the caller."""
        chat_id = data.get("chat_id")
        if not isinstance(chat_id, int) or not is_counted(endpoint):
            return await callback(*args, **kwargs)
        chat = self._of(chat_id)
        await self._wait_for_turn(chat, endpoint, counted_as(data))
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self.hold(chat_id, seconds(error))
            raise

    def hold(self, chat_id: int, for_s: float) -> None:
        """Let nothing out to this chat for so long."""
        chat = self._of(chat_id)
        chat.held_until = max(chat.held_until, asyncio.get_running_loop().time() + for_s)

    def wait_s(self, chat_id: int, endpoint: str, messages: int = 1) -> float:
        """How long a call to this chat would have to wait for the chat's own windows."""
        chat = self._of(chat_id)
        return chat.wait_s(chat.windows(endpoint), asyncio.get_running_loop().time(), messages)

    async def _wait_for_turn(self, chat: ChatRates, endpoint: str, messages: int) -> None:
        loop = asyncio.get_running_loop()
        windows = [*chat.windows(endpoint), self._overall]
        # Others may take the place we waited for, so look again after every wait.
        while (wait_s := chat.wait_s(windows, loop.time(), messages)) > 0:  # noqa: ASYNC110 - time itself is awaited
            await asyncio.sleep(wait_s)
        for window in windows:
            window.take(loop.time(), messages)
        chat.last_used = loop.time()

    def _of(self, chat_id: int) -> ChatRates:
        if chat_id not in self._chats:
            self._forget_quiet()
            self._chats[chat_id] = ChatRates(chat_id)
            self._chats[chat_id].last_used = asyncio.get_running_loop().time()
        return self._chats[chat_id]

    def _forget_quiet(self) -> None:
        now = asyncio.get_running_loop().time()
        quiet = [i for i, c in self._chats.items() if max(c.last_used, c.held_until) < now - FORGET_S]
        for chat_id in quiet:
            del self._chats[chat_id]


def is_counted(endpoint: str) -> bool:
    """Whether Telegram counts a call to this endpoint as a message."""
    return endpoint.startswith(COUNTED_PREFIXES) and endpoint not in FREE_ENDPOINTS


def counted_as(payload: Mapping[str, Any]) -> int:
    """How many messages Telegram counts a call as: an album is one for each of its items."""
    media = payload.get("media")
    return len(media) if isinstance(media, list) else 1


def seconds(error: RetryAfter) -> float:
    """How long a 429 asks to wait; PTB hands out a timedelta or, by its older default, a number."""
    after = error.retry_after
    return float(after) if isinstance(after, (int, float)) else after.total_seconds()
