"""The bot as Telegram knows it: one that stores updates before it says that they arrived.

`getUpdates` confirms every update below its `offset`, and an offset is only ever sent after the updates
below it were returned from here: so storing them before returning is what makes them safe.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot, Updater

from bot.lifetimes import Stop, background
from bot.settings import Settings
from storage.errors import StorageError

log = logging.getLogger(__name__)

RawUpdate = dict[str, Any]
Store = Callable[[Sequence[RawUpdate]], Awaitable[None]]
# How much longer than Telegram holds a long poll we wait for the answer's bytes.
POLL_SLACK_S = 10.0
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")


class AnotherPollerError(Exception):
    """Somebody else polls with the same token."""


class GlanceBot(ExtBot[None]):
    """An ExtBot that hands raw updates to `store` before getUpdates returns, and calls methods by name.

    `watch` is told of every poll that came back, or was refused for good.
    """

    __slots__ = ("_store", "_watch")

    def __init__(self, *args: Any, store: Store, watch: PollWatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._store = store
        self._watch = watch

    async def get_updates(
        self,
        offset: int | None = None,
        limit: int | None = None,
        timeout: dt.timedelta | float | None = None,
        allowed_updates: Sequence[str] | None = None,
        **_: Any,
    ) -> tuple[Update, ...]:
        """Fetch and store raw updates; the returned values carry ids alone, for the Updater's offset.

        They are not parsed here: one odd update must not hide the others of its batch.
        Raises NetworkError where the store fails, since PTB retries that, and nothing else, at a sane pace.
        """
        wait_s = timeout.total_seconds() if isinstance(timeout, dt.timedelta) else float(timeout or 0)
        try:
            raw = await self._poll(offset, limit, wait_s, allowed_updates)
        except InvalidToken as error:
            # PTB ends its polling on this without a word.
            self._watch.refused(error)
            raise
        self._watch.succeeded()
        updates = [update for update in raw if isinstance(update, dict) and "update_id" in update]
        try:
            await self._store(updates)
        except StorageError as error:
            raise NetworkError(f"updates could not be stored: {error}") from error
        return tuple(Update(update["update_id"]) for update in updates)

    async def _poll(
        self, offset: int | None, limit: int | None, wait_s: float, allowed: Sequence[str] | None
    ) -> Any:
        payload = {"offset": offset, "limit": limit, "timeout": int(wait_s), "allowed_updates": allowed}
        return await self._post("getUpdates", payload, read_timeout=wait_s + POLL_SLACK_S)

    async def call(self, method: str, payload: dict[str, Any], read_timeout_s: float) -> Any:
        """Call a Bot API method by its name; InputFile values are uploaded. Raises TelegramError."""
        return await self._post(method, payload, read_timeout=read_timeout_s, write_timeout=read_timeout_s)


@asynccontextmanager
async def polling(bot: ExtBot[None], settings: Settings, watch: PollWatch, stop: Stop) -> AsyncIterator[None]:
    """Poll for updates; the Updater's own queue only carries ids that are stored already."""
    arrived: asyncio.Queue[object] = asyncio.Queue()
    # Not `async with`: its end would close the bot's connections, while answers still go out over them.
    updater = Updater(bot, arrived)
    await updater.initialize()
    await updater.start_polling(
        timeout=settings.poll_timeout_s,
        allowed_updates=list(ALLOWED_UPDATES),
        bootstrap_retries=-1,
        error_callback=watch.failed,
    )
    try:
        async with background(_discard(arrived), stop):
            yield
    finally:
        await updater.stop()


async def _discard(arrived: asyncio.Queue[object]) -> None:
    while True:
        await arrived.get()


class PollWatch:
    """Gives up when another poller holds the token for `patience_s`; PTB alone would retry for ever."""

    def __init__(self, patience_s: float, stop: Stop) -> None:
        self._patience_s = patience_s
        self._stop = stop
        self._giving_up: asyncio.TimerHandle | None = None

    def failed(self, error: TelegramError) -> None:
        """A poll failed."""
        if not isinstance(error, Conflict):
            log.info("polling failed, and is retried: %s", error)
        elif self._giving_up is None:
            log.warning("another poller uses this token")
            loop = asyncio.get_running_loop()
            self._giving_up = loop.call_later(self._patience_s, self._stop.ask, AnotherPollerError())

    def refused(self, error: InvalidToken) -> None:
        """The token is not valid any more."""
        self._stop.ask(error)

    def succeeded(self) -> None:
        """A poll came back."""
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None
