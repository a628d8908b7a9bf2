"""Answers on their way out: the one sender, which owns retries, rates and what became of each message.

Rows leave one at a time per chat, in order. A row is marked as being sent before the call, and as sent, with
its message id, after it. Telegram has no idempotency key, so a crash between Telegram's yes and that note
sends the row once more after the restart: it is the only moment where an answer can go out twice.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.lifetimes import Stop, background, happens_within
from bot.rates import TelegramRates, counted_as, seconds
from storage import chats, outbox, sending, supergroups, withdrawal
from storage.database import Database
from storage.errors import StorageError
from storage.outbox import Send, SentMessage
from storage.sending import Row

log = logging.getLogger(__name__)

# Calls under way at once: one per chat, and no more than Telegram takes in a second.
CHATS_AT_ONCE = 30
IDLE_S = 5.0
UPLOAD_TIMEOUT_S = 60.0
FLUSH_POLL_S = 0.05
# A shorter wait for Telegram's rates is waited out with the row in hand.
WORTH_WAITING_S = 0.2
PICTURE_FIELDS = ("photo", "document", "media", "caption")
NOT_MODIFIED = "message is not modified"


class Caller(Protocol):
    """The part of the bot that sends."""

    async def call(self, method: str, payload: dict[str, Any], read_timeout_s: float) -> Any: ...


@dataclass
class Outbox:
    """The sender. `spool`: pictures below it are ours to delete once they are sent."""

    database: Database
    spool: Path
    retry_first_s: float
    retry_max_s: float
    give_up_s: float
    caller: Caller | None = None
    rates: TelegramRates | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: bool = False
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _given_up: set[int] = field(default_factory=set)

    def wake(self) -> None:
        """Look again: something was stored to be sent."""
        self._wake.set()

    @asynccontextmanager
    async def running(self, stop: Stop, stop_s: float) -> AsyncIterator[None]:
        """Send for as long as the context lasts; what is due at its end has `stop_s` to go out."""
        async with background(self._run(), stop) as running:
            try:
                yield
            finally:
                await self._flush(stop_s)
                # Ended between two rounds: cancelled within one, it would leave a transaction half-way.
                self._closing = True
                self._wake.set()
                await asyncio.wait({running})
                await self._drop_late()

    async def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            await happens_within(self._wake, await self._round())

    async def _flush(self, timeout_s: float) -> None:
        """Let out what the last handlers answered."""
        with suppress(TimeoutError, StorageError):
            async with asyncio.timeout(timeout_s):
                while await self._is_busy():
                    self._wake.set()
                    await asyncio.sleep(FLUSH_POLL_S)

    async def _is_busy(self) -> bool:
        async with self.database.read() as session:
            return await sending.is_busy(session, time.time())

    async def _drop_late(self) -> None:
        """Calls that take too long are repeated after the next start."""
        late = list(self._busy.values())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _round(self) -> float:
        now = time.time()
        free = CHATS_AT_ONCE - len(self._busy)
        if free <= 0:
            return IDLE_S
        try:
            async with self.database.begin() as session:
                rows = await sending.claim(session, limit=free, now=now, busy_chats=set(self._busy))
                due = await sending.next_due(session, now, busy_chats=set(self._busy))
        except StorageError as error:
            log.warning("the outbox cannot be read: %s", error)
            return self.retry_first_s
        for row in rows:
            self._start(row)
        if due is None or len(self._busy) >= CHATS_AT_ONCE:
            return IDLE_S  # a call that ends wakes us
        return min(IDLE_S, max(0.01, due - now))

    def _start(self, row: Row) -> None:
        task = asyncio.create_task(self._send(row))
        self._busy[row.chat_id] = task
        task.add_done_callback(lambda done: self._finished(row, done))

    def _finished(self, row: Row, task: asyncio.Task[None]) -> None:
        self._busy.pop(row.chat_id)
        self._wake.set()
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception) and row.id not in self._given_up:
            # A row left in "sending" would hold up its chat. It may have arrived, so it is not sent again.
            log.error("outbox row %s met an unexpected error", row.id, exc_info=error)
            self._given_up.add(row.id)
            settling = asyncio.create_task(self._failed(row, error))
            self._busy[row.chat_id] = settling
            settling.add_done_callback(lambda done: self._finished(row, done))

    async def _send(self, row: Row) -> None:
        if (
            self.rates is not None
            and (wait_s := self.rates.wait_s(row.chat_id, row.method, counted_as(row.payload)))
            > WORTH_WAITING_S
        ):
            # It waits in the queue, where a newer edit can still take its place, and holds no slot.
            await self._put_back(row, wait_s, "Telegram's rates")
            return
        try:
            result = await self._call(row)
        except RetryAfter as error:
            await self._later(row, seconds(error), error)
        except ChatMigrated as error:
            await self._moved(row, error.new_chat_id)
        except BadRequest as error:
            if NOT_MODIFIED in error.message.lower():
                await self._sent(row, {})
            else:
                await self._refused(row, error)
        except FileNotFoundError as error:
            await self._refused(row, error)
        except Forbidden as error:
            await self._shut_out(row, error)
        except (TelegramError, OSError) as error:
            await self._retry(row, error)
        else:
            await self._sent(row, result)

    async def _call(self, row: Row) -> Any:
        assert self.caller is not None
        payload = dict(row.payload)
        if row.edits is not None:
            if row.target_message_id is None:
                raise BadRequest("the message to edit was never sent")
            payload["message_id"] = row.target_message_id
        with ExitStack() as opened:
            for name, path in row.files.items():
                file = opened.enter_context(await asyncio.to_thread(Path(path).open, "rb"))
                # Read as it is sent: thirty chats' pictures at once would be 300 MB.
                payload[name] = InputFile(
                    file, filename=f"{name}{Path(path).suffix or '.jpg'}", read_file_handle=False
                )
            return await self.caller.call(row.method, payload, UPLOAD_TIMEOUT_S)

    async def _sent(self, row: Row, result: Any) -> None:
        messages = messages_in(result)

        async def note() -> None:
            async with self.database.begin() as session:
                await outbox.sent(session, row.id, messages, time.time())

        await self._persist(note)
        self._delete_files(row)

    async def _refused(self, row: Row, error: Exception) -> None:
        """A refusal that repeating does not mend; it may lie with the picture, so the words still go out."""
        words = words_under(row)
        if not words:
            await self._failed(row, error)
            return
        log.warning("%s to chat %s goes out without its picture: %s", row.method, row.chat_id, error)
        plain = without_picture(row, words)

        async def note() -> None:
            async with self.database.begin() as session:
                if not await withdrawal.is_taken_back(session, row.id):
                    await outbox.put(session, plain, time.time())
                await outbox.failed(session, row.id, error=str(error), now=time.time())

        await self._persist(note)
        self._delete_files(row)

    async def _shut_out(self, row: Row, error: Forbidden) -> None:
        """Removed, or blocked: where we were not running then, nobody else told us."""

        async def note() -> None:
            async with self.database.begin() as session:
                await chats.left(session, row.chat_id, time.time())

        await self._persist(note)
        await self._failed(row, error)

    async def _failed(self, row: Row, error: Exception) -> None:
        log.warning("%s to chat %s was refused for good: %s", row.method, row.chat_id, error)

        async def note() -> None:
            async with self.database.begin() as session:
                await outbox.failed(session, row.id, error=str(error), now=time.time())

        await self._persist(note)
        self._delete_files(row)

    async def _retry(self, row: Row, error: Exception) -> None:
        if time.time() - row.created_at > self.give_up_s:
            await self._failed(row, error)
        else:
            after_s = min(self.retry_max_s, self.retry_first_s * 2 ** min(row.attempts - 1, 16))
            await self._later(row, after_s, error)

    async def _later(self, row: Row, after_s: float, error: Exception) -> None:
        log.info("%s to chat %s again in %.0f s: %s", row.method, row.chat_id, after_s, error)
        await self._put_back(row, after_s, str(error))

    async def _put_back(self, row: Row, after_s: float, reason: str) -> None:
        async def note() -> None:
            async with self.database.begin() as session:
                await outbox.retry(session, row.id, not_before=time.time() + after_s, error=reason)

        await self._persist(note)

    async def _moved(self, row: Row, new_chat_id: int) -> None:
        async def note() -> None:
            async with self.database.begin() as session:
                await supergroups.migrate(session, row.chat_id, new_chat_id)
                await outbox.retry(session, row.id, not_before=0.0, error="the group became a supergroup")

        await self._persist(note)

    async def _persist(self, note: Callable[[], Awaitable[None]]) -> None:
        """Write down what became of a row, as long as it takes: to send it again would be the worse fault."""
        delay_s = self.retry_first_s
        while True:
            try:
                await note()
            except StorageError as error:
                log.warning("the outbox cannot be written, again in %.0f s: %s", delay_s, error)
                await asyncio.sleep(delay_s)
                delay_s = min(self.retry_max_s, 2 * delay_s)
            else:
                return

    def _delete_files(self, row: Row) -> None:
        for path in map(Path, row.files.values()):
            if path.is_relative_to(self.spool):
                path.unlink(missing_ok=True)


def without_picture(row: Row, words: str) -> Send:
    """The words alone, of a row that sends pictures, or puts another one into a message."""
    payload = {key: value for key, value in row.payload.items() if key not in PICTURE_FIELDS}
    is_edit = row.method == "editMessageMedia"
    payload |= {"caption" if is_edit else "text": words, "parse_mode": "HTML"}
    return Send(
        row.chat_id,
        "editMessageCaption" if is_edit else "sendMessage",
        payload,
        update_id=row.update_id,
        reply_id=row.reply_id,
        # Where an edit's picture is refused, the message goes on showing the one before.
        answer_ids=() if is_edit else tuple(row.answer_ids),
        answer_revision=row.answer_revision,
    )


def words_under(row: Row) -> str:
    """The caption of a row that sends pictures; an album's stands under its first."""
    if row.method == "sendMediaGroup":
        return str(row.payload["media"][0].get("caption", ""))
    if row.method == "editMessageMedia":
        return str(row.payload["media"].get("caption", ""))
    return str(row.payload.get("caption", "")) if row.method in ("sendPhoto", "sendDocument") else ""


def messages_in(result: Any) -> list[SentMessage]:
    """The messages in what Telegram answered: one, an album's, or none."""
    found = result if isinstance(result, list) else [result]
    return [
        SentMessage(message["message_id"], picture_of(message), is_caption="text" not in message)
        for message in found
        if isinstance(message, dict) and "message_id" in message
    ]


def picture_of(message: dict[str, Any]) -> str | None:
    """The file_id of the picture in a message of ours, by which it can be sent again."""
    if message.get("photo"):
        return str(message["photo"][-1]["file_id"])
    return str(message["document"]["file_id"]) if message.get("document") else None
