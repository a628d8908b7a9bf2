"""The bot as Telegram knows it: one that stores updates before it says that they arrived.

`getUpdates` confirms every update below its `offset`, and an offset is only ever sent after the updates
below it were returned from here: so storing them before returning is what makes them safe.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
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
# PTB waits 30 s at most before it polls again: conflicts further apart are different ones.
CONFLICTS_APART_S = 35.0
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
        except (StorageError, SQLAlchemyError) as error:
            log.warning("updates could not be stored, and are asked for again: %s", error)
            raise NetworkError(f"updates could not be stored: {error}") from error
        return tuple(Update(update["update_id"]) for update in updates)

    async def _poll(
        self, offset: int | None, limit: int | None, wait_s: float, allowed: Sequence[str] | None
    ) -> Any:
        payload = {"offset": offset, "limit": limit, "timeout": int(wait_s), "allowed_updates": allowed}
        return await self._post("getUpdates", payload, read_timeout=wait_s + POLL_SLACK_S)

    def _insert_defaults(self, data: dict[str, object]) -> None:
        # PTB takes what is in `media` for objects of its own; ours are plain values, and complete.
        media = data.pop("media", None)
        super()._insert_defaults(data)
        if media is not None:
            data["media"] = media

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
    starting = updater.start_polling(
        timeout=settings.poll_timeout_s,
        allowed_updates=list(ALLOWED_UPDATES),
        bootstrap_retries=-1,
        error_callback=watch.failed,
    )
    try:
        # Without a network it takes as long as that lasts; a stop should not.
        await stop.asked_or_done(asyncio.ensure_future(starting))
        async with background(_discard(arrived), stop):
            yield
    finally:
        if updater.running:
            with suppress(InvalidToken):  # `watch` was told
                await updater.stop()


async def _discard(arrived: asyncio.Queue[object]) -> None:
    while True:
        await arrived.get()


class PollWatch:
    """Gives up when another poller holds the token for `patience_s`; PTB alone would retry for ever.

    A single 409 is no reason: a predecessor that just ended leaves one, and the next good poll may come back
    only after POLL_TIMEOUT_S.
    """

    def __init__(self, patience_s: float, stop: Stop) -> None:
        self._patience_s = patience_s
        self._stop = stop
        self._first: float | None = None
        self._last = 0.0

    def failed(self, error: TelegramError) -> None:
        """A poll failed."""
        if not isinstance(error, Conflict):
            log.info("polling failed, and is retried: %s", error)
            return
        now = time.monotonic()
        if self._first is None or now - self._last > CONFLICTS_APART_S:
            log.warning("another poller uses this token")
            self._first = now
        self._last = now
        if now - self._first >= self._patience_s:
            self._stop.ask(AnotherPollerError())

    def refused(self, error: InvalidToken) -> None:
        """The token is not valid any more."""
        self._stop.ask(error)

    def succeeded(self) -> None:
        """A poll came back."""
        self._first = None
