"""Labels are renamed, merged and deleted, and the way back.

Each function works inside the caller's transaction, and finds only labels of the chat it is given. They raise
NoSuchLabel for a name that no label has, LabelTaken and BadLabel for a new name that cannot be used, NotFound
where a button comes too late. They raise the gallery's version: remembered answers have the old names.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.labels.values import NoSuchLabel, parse_label
from storage import labels
from storage.labels import LabelRow, Merged
from storage.versions import bump_gallery


class Renamed(msgspec.Struct, frozen=True):
    """A label has another name now."""

    label_id: int
    old: str
    new: str


class Joined(msgspec.Struct, frozen=True):
    """One label's photos have another label now; `moved` is what `unmerge` takes to undo it."""

    source: str
    target: LabelRow
    moved: dict[str, Any]


async def named(session: AsyncSession, chat_id: int, text: str) -> LabelRow:
    """The chat's label of that name."""
    name = parse_label(text)
    found = await labels.find(session, chat_id, name)
    if found is None:
        raise NoSuchLabel(name)
    return found


async def rename(session: AsyncSession, chat_id: int, label_id: int, text: str) -> Renamed:
    """Give one of the chat's labels the name that a text is."""
    old = await labels.get(session, chat_id, label_id)
    name = parse_label(text)
    await labels.rename(session, chat_id, label_id, name)
    await bump_gallery(session, chat_id)
    return Renamed(label_id, old.name, name)


async def merge(session: AsyncSession, chat_id: int, source: int, target: int, now: float) -> Joined:
    """Give the photos of one label another label, and drop the first."""
    old = await labels.get(session, chat_id, source)
    moved = await labels.merge(session, chat_id, source, target, now)
    await bump_gallery(session, chat_id)
    return Joined(old.name, await labels.get(session, chat_id, target), msgspec.to_builtins(moved))


async def unmerge(session: AsyncSession, chat_id: int, moved: dict[str, Any]) -> LabelRow:
    """Undo `merge`; the label that is back."""
    merged = msgspec.convert(moved, Merged)
    await labels.unmerge(session, chat_id, merged)
    await bump_gallery(session, chat_id)
    return await labels.get(session, chat_id, merged.source)


async def delete(session: AsyncSession, chat_id: int, label_id: int, now: float) -> LabelRow:
    """Drop a label and its photos; `restore` brings both back until they are purged."""
    row = await labels.get(session, chat_id, label_id)
    await labels.delete_label(session, chat_id, label_id, now)
    await bump_gallery(session, chat_id)
    return row


async def restore(session: AsyncSession, chat_id: int, label_id: int) -> LabelRow:
    """Undo `delete`; the label that is back."""
    await labels.restore(session, chat_id, label_id)
    await bump_gallery(session, chat_id)
    return await labels.get(session, chat_id, label_id)
