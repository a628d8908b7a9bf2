"""Updates on their way in: stored, claimed in their lanes, handed to the handlers, and settled.

A row of the inbox is claimed under a lease, which is renewed while its handlers run. What becomes of it is
decided in one place: the handlers' own transaction answers it (`bot.turn`), an error handler answers it or
gives it back for later, and what no handler wanted is finished here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import Lane, lane_of
from bot.lifetimes import Stop, background, happens_within
from storage import inbox
from storage.database import Database
from storage.errors import StorageError
from storage.inbox import Claimed, NewUpdate

log = logging.getLogger(__name__)

# Handlers under way at once: fast ones wait for nothing long, the others mostly for the worker.
FAST: tuple[Lane, ...] = ("fast",)
ORDERED: tuple[Lane, ...] = ("read", "write")
SLOTS = {FAST: 16, ORDERED: 32}
# With nothing due we are woken by new updates; this is for rows whose time comes, and leases that lapse.
IDLE_S = 5.0
# A row whose bot died this often while working on it is given up, with an answer.
MAX_ATTEMPTS = 4


@dataclass
class Delivery:
    """One update (or one album: several) while its handlers run; what its handlers made of it."""

    rows: Sequence[Claimed]
    raw: Sequence[dict[str, Any]]
    outcome: Literal["open", "settled", "failed"] = "open"

    @property
    def update_ids(self) -> list[int]:
        return [row.update_id for row in self.rows]

    @property
    def attempts(self) -> int:
        return max(row.attempts for row in self.rows)

    @property
    def lead(self) -> dict[str, Any]:
        """The update that speaks for the album: the one with a caption, else the first."""
        captioned = (raw for raw in self.raw if (raw.get("message") or {}).get("caption"))
        return next(captioned, self.raw[0])


Process = Callable[[Delivery], Awaitable[None]]


@dataclass
class Intake:
    """The inbox's only reader in this process."""

    database: Database
    owner: str
    lease_s: float
    retry_s: float
    album_quiet_s: float
    album_cap_s: float
    username: str = ""
    process: Process | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[asyncio.Task[None], Delivery] = field(default_factory=dict)

    async def store(self, raw: Sequence[dict[str, Any]]) -> None:
        """Store raw updates in one transaction; returns when they are safe. Raises StorageError."""
        if not raw:
            return
        now = time.time()
        async with self.database.begin() as session:
            rows = list(self._rows(raw))
            await inbox.receive(session, rows, now)
            for chat_id, album in {(row.chat_id, row.album) for row in rows if row.album is not None}:
                await inbox.gather_album(
                    session, chat_id, album, now=now, quiet_s=self.album_quiet_s, cap_s=self.album_cap_s
                )
        self._wake.set()

    async def add(self, session: AsyncSession, raw: Sequence[dict[str, Any]]) -> None:
        """Store raw updates in the caller's transaction, without waiting for more of an album."""
        await inbox.receive(session, list(self._rows(raw)), time.time())

    def wake(self) -> None:
        """Look at the inbox again: something became claimable."""
        self._wake.set()

    @asynccontextmanager
    async def running(self, stop: Stop, stop_s: float) -> AsyncIterator[None]:
        """Work for as long as the context lasts; handlers under way at its end have `stop_s` to finish."""
        async with (
            background(self._run(), stop) as claiming,
            background(self._renew_leases(), stop) as renewing,
        ):
            try:
                yield
            finally:
                # Ended between two rounds: cancelled within one, they would leave a transaction half-way.
                self._closing.set()
                self._wake.set()
                await asyncio.wait({claiming, renewing})
                await self._drain(stop_s)

    async def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            await happens_within(self._wake, await self._claim_round())

    async def _drain(self, timeout_s: float) -> None:
        """Let the handlers under way finish; what is not done by then stays in the inbox."""
        if not self._running:
            return
        deliveries = dict(self._running)
        _, late = await asyncio.wait(set(deliveries), timeout=timeout_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for unfinished in (deliveries[task] for task in late if deliveries[task].outcome != "settled"):
            try:
                await self.give_back(unfinished, 0.0, blameless=True)
            except StorageError as error:
                log.warning("updates %s stay leased: %s", unfinished.update_ids, error)

    async def _claim_round(self) -> float:
        """Claim what there is room for; returns how long to wait for more."""
        now = time.time()
        try:
            for lanes, slots in SLOTS.items():
                await self._claim(lanes, slots, now)
            async with self.database.read() as session:
                due = await inbox.next_due(session, now)
        except StorageError as error:
            log.warning("the inbox cannot be read: %s", error)
            return self.retry_s
        return IDLE_S if due is None else min(IDLE_S, max(0.01, due - now))

    async def _claim(self, lanes: Sequence[Lane], slots: int, now: float) -> None:
        free = slots - sum(1 for d in self._running.values() if d.rows[0].lane in lanes)
        if free <= 0:
            return
        async with self.database.begin() as session:
            claimed = await inbox.claim(
                session,
                owner=self.owner,
                lanes=lanes,
                limit=free,
                now=now,
                lease_s=self.lease_s,
                but=self._update_ids(),
            )
        for rows in by_album(claimed):
            self._start(Delivery(rows, [payload_of(row) for row in rows]))

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._work(delivery))
        self._running[task] = delivery
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("an update could not be settled", exc_info=error)

    async def _work(self, delivery: Delivery) -> None:
        assert self.process is not None
        await self.process(delivery)
        if delivery.outcome == "open":
            await self.settle_unanswered(delivery)
        elif delivery.outcome == "failed":
            await self.give_back(delivery, self.retry_s)

    async def settle_unanswered(self, delivery: Delivery) -> None:
        """Finish an update that asks for no answer."""
        async with self.database.begin() as session:
            for update_id in delivery.update_ids:
                await inbox.answered(session, update_id, time.time(), self.owner)
        delivery.outcome = "settled"

    async def give_back(self, delivery: Delivery, after_s: float, *, blameless: bool = False) -> None:
        """Let it be claimed again later; `blameless` where the fault was elsewhere, and no attempt counts."""
        async with self.database.begin() as session:
            for update_id in delivery.update_ids:
                await inbox.release(session, update_id, not_before=time.time() + after_s, blameless=blameless)
        delivery.outcome = "settled"

    def _update_ids(self) -> list[int]:
        return [i for delivery in self._running.values() for i in delivery.update_ids]

    async def _renew_leases(self) -> None:
        while not await happens_within(self._closing, self.lease_s / 3):
            ids = self._update_ids()
            if not ids:
                continue
            try:
                async with self.database.begin() as session:
                    await inbox.extend(session, self.owner, ids, time.time() + self.lease_s)
            except StorageError as error:
                log.warning("leases could not be renewed: %s", error)

    def _rows(self, raw: Sequence[dict[str, Any]]) -> Iterator[NewUpdate]:
        for update in raw:
            try:
                yield self._row(update)
            except (TypeError, ValueError, AttributeError) as error:
                # One odd update must not hold up the others for ever.
                log.warning("update %s is dropped, it makes no sense: %r", update.get("update_id"), error)

    def _row(self, update: dict[str, Any]) -> NewUpdate:
        chat_id, user_id = whose(update)
        message = update.get("message")
        album = message.get("media_group_id") if isinstance(message, dict) else None
        return NewUpdate(
            update_id=update["update_id"],
            chat_id=chat_id,
            user_id=user_id,
            lane=lane_of(update, self.username),
            payload=json.dumps(update).encode(),
            album=album,
        )


def payload_of(row: Claimed) -> dict[str, Any]:
    """A row's update; where its group became a supergroup meanwhile, in the chat that it is now."""
    update: dict[str, Any] = json.loads(row.payload)
    body: dict[str, Any] = next(
        (update[kind] for kind in ("message", "callback_query") if kind in update), {}
    )
    chat = _chat_of(body)
    if chat.get("id", 0) < 0 and chat["id"] != row.chat_id:
        chat |= {"id": row.chat_id, "type": "supergroup"}
    return update


def by_album(claimed: Sequence[Claimed]) -> list[list[Claimed]]:
    """Rows grouped into jobs: an album's together, every other row on its own, in order."""
    jobs: dict[object, list[Claimed]] = {}
    for row in claimed:
        jobs.setdefault((row.chat_id, row.album) if row.album else row.update_id, []).append(row)
    return list(jobs.values())


def whose(update: dict[str, Any]) -> tuple[int, int]:
    """The chat and the user of a raw update; 0 where it names none."""
    body: dict[str, Any] = next(
        (v for k, v in update.items() if k != "update_id" and isinstance(v, dict)), {}
    )
    chat = _chat_of(body)
    user = body.get("from") or {}
    return int(chat.get("id", 0)), int(user.get("id", 0))


def _chat_of(body: dict[str, Any]) -> dict[str, Any]:
    """The chat of a message, or of that under which a button was pressed; empty where there is none."""
    chat: dict[str, Any] = body.get("chat") or (body.get("message") or {}).get("chat") or {}
    return chat
