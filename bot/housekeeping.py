"""What has to be done now and then: deleting what its time is over for, and watching the disk."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot import texts
from bot.languages import language_of, speaking
from bot.lifetimes import Stop
from bot.outbox import Outbox
from bot.settings import DAY_S, Settings
from bot.usecases.enrol import DISK_FULL_NOTE
from storage import (
    access,
    buttons,
    chats,
    deletion,
    inbox,
    notes,
    outbox,
    pending,
    replies,
    strangers,
    usage,
)
from storage.database import Database
from storage.errors import StorageError
from storage.files import crops_in_use
from storage.outbox import Send
from storage.photos import FolderStore

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
# Well below the number of values that one SQLite statement takes.
NAMES_AT_ONCE = 500


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
    photos: FolderStore
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
            crops = await self._purge(session, now)
            if await deletion.purge_traces(session) or crops:
                await deletion.scrub_later(session, now)
        async with self.database.read() as session:
            unused = set(crops) - await crops_in_use(session, crops)
        # A chat's files are crops, named by their hash, and pictures of the spool, which is swept below.
        await self.photos.remove([crop for crop in unused if "/" not in crop])
        await self._scrub(now)
        await self._sweep_spool(now)
        await self._sweep_photos(now)
        await self._watch_disk(now)

    async def _purge(self, session: AsyncSession, now: float) -> list[str]:
        settings = self.settings
        crops = [name for row in await pending.expired(session, now) for name in row.files]
        crops += await deletion.purge_forgotten(session, now - settings.undo_s)
        crops += await chats.purge_left(session, now - settings.purge_s)
        crops += await deletion.purge_answers(session, now, settings.stranger_s)
        crops += await strangers.purge_expired(session, now)
        await replies.purge(session, now - EMPTY_REPLY_KEEP_S)
        await buttons.purge(session, now)
        await access.purge(session, now)
        await outbox.purge(session, now - settings.inbox_keep_s)
        await inbox.purge(session, now - settings.inbox_keep_s)
        await usage.purge(session, int(now // DAY_S) - 1)
        return crops

    async def _scrub(self, now: float) -> None:
        """Deleted rows stay readable in pages and log. A large database is written anew once an hour."""
        is_small = self.database.file.stat().st_size < SMALL_DATABASE
        if is_small or now >= self.next_scrub:
            self.next_scrub = now + SCRUB_EVERY_S
            await deletion.scrub(self.database)

    async def _sweep_spool(self, now: float) -> None:
        async with self.database.read() as session:
            waiting = await outbox.files_waiting(session)
        await asyncio.to_thread(sweep, self.settings.spool_dir, now - SPOOL_KEEP_S, waiting)

    async def _sweep_photos(self, now: float) -> None:
        """Crops that a crash left between file and row, in either direction; looked for once an hour."""
        if now < self.next_sweep:
            return
        self.next_sweep = now + SWEEP_EVERY_S
        old = await self.photos.older_than(now - SPOOL_KEEP_S)
        for start in range(0, len(old), NAMES_AT_ONCE):
            some = old[start : start + NAMES_AT_ONCE]
            async with self.database.read() as session:
                used = await crops_in_use(session, some)
            await self.photos.remove(set(some) - used)

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


def sweep(spool: Path, before: float, keep: Iterable[str]) -> None:
    """Delete what a crash left in the spool: files from before a time that no answer waits for."""
    kept = set(keep)
    for path in spool.iterdir():
        if path.is_file() and str(path) not in kept and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
