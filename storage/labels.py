"""The labels of a chat. One that is deleted or merged can be brought back until it is purged."""

from __future__ import annotations

import msgspec
from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import LabelTaken, NotFound
from storage.files import files_in_use, labelled
from storage.people import name_key
from storage.schema import EXAMPLES, LABELS


class LabelRow(msgspec.Struct, frozen=True):
    """A label, with the name as it was given and the number of photos that have it."""

    id: int
    name: str
    photos: int


class Merged(msgspec.Struct, frozen=True):
    """What a merge moved from `source` to `target`, by the ids of the examples: what `unmerge` moves back."""

    source: int
    target: int
    examples: tuple[int, ...]


async def add(session: AsyncSession, chat_id: int, name: str, by: int, now: float) -> int:
    """Adds a label without photos and returns the id. Raises LabelTaken."""
    await _check_free(session, chat_id, name)
    row = {"chat_id": chat_id, "name": name, "name_key": name_key(name), "created_by": by, "created_at": now}
    return (await session.execute(insert(LABELS).values(row).returning(LABELS.c.id))).scalar_one()


async def find(session: AsyncSession, chat_id: int, name: str) -> LabelRow | None:
    """The label of that name, in any spelling."""
    row = (await session.execute(_living(chat_id).where(LABELS.c.name_key == name_key(name)))).one_or_none()
    return LabelRow(*row) if row else None


async def get(session: AsyncSession, chat_id: int, label_id: int) -> LabelRow:
    """A label of a chat. Raises NotFound (also where it is deleted)."""
    row = (await session.execute(_living(chat_id).where(LABELS.c.id == label_id))).one_or_none()
    if row is None:
        raise NotFound("label", label_id)
    return LabelRow(*row)


async def listing(session: AsyncSession, chat_id: int) -> list[LabelRow]:
    """A chat's labels by name."""
    rows = await session.execute(_living(chat_id).order_by(LABELS.c.name_key))
    return [LabelRow(*row) for row in rows]


async def rename(session: AsyncSession, chat_id: int, label_id: int, name: str) -> None:
    """Gives a label another name or spelling. Raises LabelTaken, NotFound."""
    await get(session, chat_id, label_id)
    await _check_free(session, chat_id, name, but=label_id)
    values = {"name": name, "name_key": name_key(name)}
    await session.execute(update(LABELS).where(LABELS.c.id == label_id).values(values))


async def merge(session: AsyncSession, chat_id: int, source: int, target: int, now: float) -> Merged:
    """Gives the source's photos to the target, and deletes the source.

    Raises NotFound unless they are two labels of the chat.
    """
    await get(session, chat_id, target)
    if source == target:
        raise NotFound("label", source)
    await delete_label(session, chat_id, source, now)
    moved = update(EXAMPLES).where(EXAMPLES.c.label_id == source).values(label_id=target)
    return Merged(source, target, tuple(await session.scalars(moved.returning(EXAMPLES.c.id))))


async def unmerge(session: AsyncSession, chat_id: int, merged: Merged) -> None:
    """Brings the source back with those of its photos that the target still has. Raises as `restore`."""
    await restore(session, chat_id, merged.source)
    still_there = (EXAMPLES.c.id.in_(merged.examples), EXAMPLES.c.label_id == merged.target)
    await session.execute(update(EXAMPLES).where(*still_there).values(label_id=merged.source))


async def delete_label(session: AsyncSession, chat_id: int, label_id: int, now: float) -> None:
    """Deletes a label; it keeps its photos, and can be restored, until it is purged. Raises NotFound."""
    await get(session, chat_id, label_id)
    await session.execute(update(LABELS).where(LABELS.c.id == label_id).values(deleted_at=now))


async def restore(session: AsyncSession, chat_id: int, label_id: int) -> None:
    """Brings a deleted label back. Raises NotFound (purged, or never deleted), LabelTaken."""
    deleted = (LABELS.c.chat_id == chat_id, LABELS.c.id == label_id, LABELS.c.deleted_at.is_not(None))
    name = await session.scalar(select(LABELS.c.name).where(*deleted))
    if name is None:
        raise NotFound("label", label_id)
    await _check_free(session, chat_id, name)
    await session.execute(update(LABELS).where(LABELS.c.id == label_id).values(deleted_at=None))


async def remove(session: AsyncSession, label_id: int) -> None:
    """Deletes a label at once, and what has it."""
    await session.execute(delete(LABELS).where(LABELS.c.id == label_id))


async def purge_deleted(session: AsyncSession, before: float) -> list[str]:
    """Deletes for good the labels that were deleted before a time; the photos that nothing needs any more."""
    over = list(await session.scalars(select(LABELS.c.id).where(LABELS.c.deleted_at < before)))
    photos = await session.scalars(select(EXAMPLES.c.photo).where(EXAMPLES.c.label_id.in_(over)))
    files = {labelled(photo) for photo in photos}
    await session.execute(delete(LABELS).where(LABELS.c.id.in_(over)))
    return sorted(files - await files_in_use(session, files))


def _living(chat_id: int) -> Select[int, str, int]:
    return (
        select(LABELS.c.id, LABELS.c.name, func.count(EXAMPLES.c.id))
        .outerjoin(EXAMPLES, EXAMPLES.c.label_id == LABELS.c.id)
        .where(LABELS.c.chat_id == chat_id, LABELS.c.deleted_at.is_(None))
        .group_by(LABELS.c.id)
    )


async def _check_free(session: AsyncSession, chat_id: int, name: str, but: int | None = None) -> None:
    holder = await find(session, chat_id, name)
    if holder is not None and holder.id != but:
        raise LabelTaken(holder.id, holder.name)
