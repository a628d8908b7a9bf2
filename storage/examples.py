"""The labelled photos of a chat: one picture has one label, and who labels it again moves it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

import msgspec
from sqlalchemy import Column, ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import labels, shown
from storage.files import chunks, files_in_use, labelled
from storage.schema import EXAMPLES, LABELS

Side = Literal["train", "held_out"]


class NewExample(msgspec.Struct, frozen=True):
    """A photo to be labelled; see schema.ExampleColumns. `people`: who was recognised in it."""

    chat_id: int
    label_id: int
    photo: str
    file_unique_id: str
    message_id: int
    sender_id: int
    album: str | None = None
    people: tuple[int, ...] = ()


class ExampleRow(msgspec.Struct, frozen=True):
    """A labelled photo; see schema.ExampleColumns."""

    id: int
    label_id: int
    photo: str
    file_unique_id: str
    message_id: int | None
    album: str | None
    sender_id: int
    labelled_by: int
    labelled_at: float
    side: Side | None


class Added(msgspec.Struct, frozen=True):
    """What `add` did: the example, and the label that the photo had before, if it had one."""

    id: int
    before: int | None


_COLUMNS: tuple[Column[Any], ...] = (
    EXAMPLES.c.id,
    EXAMPLES.c.label_id,
    EXAMPLES.c.photo,
    EXAMPLES.c.file_unique_id,
    EXAMPLES.c.message_id,
    EXAMPLES.c.album,
    EXAMPLES.c.sender_id,
    EXAMPLES.c.labelled_by,
    EXAMPLES.c.labelled_at,
    EXAMPLES.c.side,
)
_ROW = select(*_COLUMNS)


async def add(session: AsyncSession, example: NewExample, by: int, now: float) -> Added:
    """Labels a photo, or gives it another label where it has one. Raises NotFound (no such label).

    Whoever sent the picture first stays its sender. The caller's file must be in the store before.
    """
    await labels.get(session, example.chat_id, example.label_id)
    same = (EXAMPLES.c.chat_id == example.chat_id, EXAMPLES.c.photo == example.photo)
    known = (await session.execute(select(EXAMPLES.c.id, EXAMPLES.c.label_id).where(*same))).one_or_none()
    if known is None:
        row = msgspec.structs.asdict(example) | {"labelled_by": by, "labelled_at": now}
        del row["people"]
        adding = insert(EXAMPLES).values(row).returning(EXAMPLES.c.id)
        added = Added((await session.execute(adding)).scalar_one(), None)
    else:
        added = Added(known.id, known.label_id)
        await move(session, example.chat_id, [known.id], example.label_id, by=by, now=now)
    await shown.add(session, added.id, example.people)
    return added


async def move(
    session: AsyncSession, chat_id: int, ids: Collection[int], label_id: int, *, by: int, now: float
) -> int:
    """Gives photos another label, and says how many there still were. Raises NotFound (no such label)."""
    await labels.get(session, chat_id, label_id)
    values = {"label_id": label_id, "labelled_by": by, "labelled_at": now}
    theirs = (EXAMPLES.c.chat_id == chat_id, EXAMPLES.c.id.in_(ids))
    moved = update(EXAMPLES).where(*theirs).values(values).returning(EXAMPLES.c.id)
    return len((await session.scalars(moved)).all())


async def remove(session: AsyncSession, chat_id: int, ids: Collection[int]) -> list[str]:
    """Takes photos their labels; the files that nothing needs any more."""
    return await remove_where(session, EXAMPLES.c.chat_id == chat_id, EXAMPLES.c.id.in_(ids))


async def remove_where(session: AsyncSession, *which: ColumnElement[bool]) -> list[str]:
    """Deletes the examples for which conditions hold; the files that nothing needs any more."""
    gone = await session.scalars(delete(EXAMPLES).where(*which).returning(EXAMPLES.c.photo))
    files = {labelled(photo) for photo in gone}
    return sorted(files - await files_in_use(session, files))


async def get(session: AsyncSession, chat_id: int, example_id: int) -> ExampleRow | None:
    """An example of a chat, if it is still there."""
    return await _one(session, EXAMPLES.c.chat_id == chat_id, EXAMPLES.c.id == example_id)


async def of_file(session: AsyncSession, chat_id: int, file_unique_id: str) -> ExampleRow | None:
    """The example that was made of a photo, known by its file at Telegram."""
    return await _one(session, EXAMPLES.c.chat_id == chat_id, EXAMPLES.c.file_unique_id == file_unique_id)


async def listing(session: AsyncSession, chat_id: int, label_id: int | None = None) -> list[ExampleRow]:
    """The photos of a chat's labels, or of one of them, oldest first."""
    living = (EXAMPLES.c.chat_id == chat_id, LABELS.c.deleted_at.is_(None))
    one = () if label_id is None else (EXAMPLES.c.label_id == label_id,)
    found = _ROW.join(LABELS, EXAMPLES.c.label_id == LABELS.c.id).where(*living, *one)
    return [ExampleRow(*row) for row in await session.execute(found.order_by(EXAMPLES.c.id))]


async def count(session: AsyncSession, chat_id: int) -> int:
    """How many photos of a chat are kept, those of deleted labels included."""
    kept = select(func.count()).select_from(EXAMPLES).where(EXAMPLES.c.chat_id == chat_id)
    return await session.scalar(kept) or 0


async def set_sides(session: AsyncSession, chat_id: int, sides: Mapping[int, Side]) -> None:
    """Notes on which side of the split examples are; one that has a side keeps it."""
    for side in set(sides.values()):
        ids = [example_id for example_id, theirs in sides.items() if theirs == side]
        for some in chunks(ids):
            new = (EXAMPLES.c.chat_id == chat_id, EXAMPLES.c.id.in_(some), EXAMPLES.c.side.is_(None))
            await session.execute(update(EXAMPLES).where(*new).values(side=side))


async def _one(session: AsyncSession, *which: ColumnElement[bool]) -> ExampleRow | None:
    row = (await session.execute(_ROW.where(*which).limit(1))).one_or_none()
    return ExampleRow(*row) if row else None
