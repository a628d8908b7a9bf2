"""What has to be done now and then: deleting what its time is over for, and watching the disk."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot import texts
from bot.languages import language_of, speaking
from bot.lifetimes import Stop
from bot.outbox import Outbox
from bot.settings import DAY_S, Settings
from bot.sweeping import sweep_kept, sweep_spool
from bot.usecases.enrol import DISK_FULL_NOTE
from storage import (
    access,
    buttons,
    chats,
    deletion,
    inbox,
    labels,
    notes,
    outbox,
    pending,
    replies,
    strangers,
    usage,
)
from storage.database import Database
from storage.errors import StorageError
from storage.kept import KeptFiles
from storage.outbox import Send

log = logging.getLogger(__name__)

WARN_AT = 0.9
# A file of the spool belongs to work under way; what is older was left by a crash.
SPOOL_KEEP_S = 60 * 60.0
# An album's late photos still find the reply that they belong to.
EMPTY_REPLY_KEEP_S = 60 * 60.0
SWEEP_EVERY_S = 60 * 60.0
SCRUB_EVERY_S = 60 * 60.0
# Bytes that are written anew within a second.
SMALL_DATABASE = 50 * 2**20


async def tell_owners(
    session: AsyncSession, settings: Settings, sentence: Callable[[], str], now: float
) -> None:
    """Queue a message to every owner, in the language their chat is set to, in the caller's transaction."""
    for owner in sorted(settings.owner_ids):
        chat = await chats.get(session, owner)
        with speaking(language_of(chat.language if chat else None, None)):
            payload = {"chat_id": owner, "text": sentence(), "parse_mode": "HTML"}
        await outbox.put(session, Send(owner, "sendMessage", payload), now)


async def tell_owners_once(
    session: AsyncSession, settings: Settings, key: str, sentence: Callable[[], str], now: float
) -> None:
    """Queue a message to every owner unless it was sent under this key before."""
    if await notes.get(session, key) is None:
        await notes.put(session, key, sentence(), now)
        await tell_owners(session, settings, sentence, now)


@dataclass
class Housekeeping:
    """Runs every HOUSEKEEPING_S; a round that fails is logged and tried again at the next."""

    settings: Settings
    database: Database
    kept: KeptFiles
    outbox: Outbox
    next_sweep: float = 0.0
    next_scrub: float = 0.0

    async def run(self, stop: Stop) -> None:
        """Keep house until told to stop."""
        is_over = False
        while not is_over:
            try:
                await self.round(time.time())
            except (StorageError, OSError) as error:
                log.warning("housekeeping failed, and is tried again later: %s", error)
            is_over = await stop.asked_within(self.settings.housekeeping_s)

    async def round(self, now: float) -> None:
        """Delete what is over, files after rows, and warn owners of a full disk."""
        async with self.database.begin() as session:
            files = await self._purge(session, now)
            if await deletion.purge_traces(session) or files:
                await deletion.scrub_later(session, now)
        await self.kept.remove_unused(self.database, files)
        await self._scrub(now)
        await self._sweep(now)
        await self._watch_disk(now)

    async def _purge(self, session: AsyncSession, now: float) -> list[str]:
        settings = self.settings
        files = [name for row in await pending.expired(session, now) for name in row.files]
        files += await deletion.purge_forgotten(session, now - settings.undo_s)
        files += await chats.purge_left(session, now - settings.purge_s)
        files += await deletion.purge_answers(session, now, settings.stranger_s)
        files += await strangers.purge_expired(session, now)
        files += await labels.purge_deleted(session, now - settings.undo_s)
        await replies.purge(session, now - EMPTY_REPLY_KEEP_S)
        await buttons.purge(session, now)
        await access.purge(session, now)
        await outbox.purge(session, now - settings.inbox_keep_s)
        await inbox.purge(session, now - settings.inbox_keep_s)
        await usage.purge(session, int(now // DAY_S) - 1)
        return files

    async def _scrub(self, now: float) -> None:
        """Deleted rows stay readable in pages and log. A large database is written anew once an hour."""
        is_small = self.database.file.stat().st_size < SMALL_DATABASE
        if is_small or now >= self.next_scrub:
            self.next_scrub = now + SCRUB_EVERY_S
            await deletion.scrub(self.database)

    async def _sweep(self, now: float) -> None:
        """What a crash left: in the spool every time, elsewhere once an hour."""
        before = now - SPOOL_KEEP_S
        await sweep_spool(self.database, self.kept.spool, before)
        if now >= self.next_sweep:
            self.next_sweep = now + SWEEP_EVERY_S
            await sweep_kept(self.database, self.kept, before)

    async def _watch_disk(self, now: float) -> None:
        used = await asyncio.to_thread(disk_usage, self.settings.data_dir)
        cap = self.settings.disk_cap_mb * 2**20
        async with self.database.begin() as session:
            if used >= cap:
                await notes.put(session, DISK_FULL_NOTE, str(used), now)
            else:
                await notes.remove(session, DISK_FULL_NOTE)
            if used < WARN_AT * cap:
                await notes.remove(session, "told:disk")
                return
            warning = partial(texts.owners.disk_warning, used // 2**20, self.settings.disk_cap_mb)
            await tell_owners_once(session, self.settings, "told:disk", warning, now)
        self.outbox.wake()


def disk_usage(folder: Path) -> int:
    """Bytes in a folder's files; one that vanishes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total
