"""Faces that are not a person: every "no" that somebody said. Matching against them is in storage.nearest."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.people import chat_of
from storage.schema import NEGATIVES
from storage.versions import bump_gallery


class NewNegative(msgspec.Struct, frozen=True):
    """A "no" to be stored; see schema.NegativeColumns.

    Without a vector yet (`model` and `vector` are empty) it holds for that face of that photo alone.
    """

    person_id: int
    source: str
    box: tuple[float, float, float, float]
    model: str = ""
    vector: bytes = b""


class Denial(msgspec.Struct, frozen=True):
    """A face of a photo that is not a person: its box, in pixels of the upright photo."""

    person_id: int
    box: tuple[float, ...]


async def add(session: AsyncSession, negative: NewNegative, by: int, now: float) -> int:
    """Stores a "no" and returns its id; raises the gallery version. Raises NotFound."""
    chat_id = await chat_of(session, negative.person_id)
    row = {
        **msgspec.structs.asdict(negative),
        "box": list(negative.box),
        "chat_id": chat_id,
        "created_by": by,
        "created_at": now,
    }
    negative_id = (
        await session.execute(insert(NEGATIVES).values(row).returning(NEGATIVES.c.id))
    ).scalar_one()
    await bump_gallery(session, chat_id)
    return negative_id


async def of_photo(session: AsyncSession, chat_id: int, source: str) -> list[Denial]:
    """What was denied of the faces of one photo (its file_unique_id), whatever the model was."""
    same = (NEGATIVES.c.chat_id == chat_id, NEGATIVES.c.source == source)
    rows = await session.execute(select(NEGATIVES.c.person_id, NEGATIVES.c.box).where(*same))
    return [Denial(person_id, tuple(box)) for person_id, box in rows]


async def without_vector(session: AsyncSession, chat_id: int, source: str) -> dict[int, tuple[float, ...]]:
    """The boxes of one photo's "no"s that have no vector yet, by their ids."""
    missing = (NEGATIVES.c.chat_id == chat_id, NEGATIVES.c.source == source, NEGATIVES.c.model == "")
    rows = await session.execute(select(NEGATIVES.c.id, NEGATIVES.c.box).where(*missing))
    return {negative_id: tuple(box) for negative_id, box in rows}


async def photos_without_vector(session: AsyncSession, chat_id: int) -> list[str]:
    """The photos (file_unique_id) of a chat's "no"s that have no vector."""
    missing = (NEGATIVES.c.chat_id == chat_id, NEGATIVES.c.model == "")
    return sorted(set(await session.scalars(select(NEGATIVES.c.source).where(*missing))))


async def set_vector(session: AsyncSession, negative_id: int, model: str, vector: bytes) -> None:
    """Gives a "no" the vector of its face, so that it holds for near copies too, if it is still there."""
    values = {"model": model, "vector": vector}
    statement = update(NEGATIVES).where(NEGATIVES.c.id == negative_id).values(values)
    chat_id = await session.scalar(statement.returning(NEGATIVES.c.chat_id))
    if chat_id is not None:
        await bump_gallery(session, chat_id)


async def drop_other_vectors(session: AsyncSession, chat_id: int, model: str) -> int:
    """Drops the vectors of a chat's "no"s under other models, and says how many; raises the gallery version.

    Each still holds for its face of its photo, and gets a vector again when that photo is looked at.
    """
    others = (NEGATIVES.c.chat_id == chat_id, NEGATIVES.c.model.not_in(("", model)))
    statement = update(NEGATIVES).where(*others).values(model="", vector=b"")
    dropped = len((await session.scalars(statement.returning(NEGATIVES.c.id))).all())
    if dropped:
        await bump_gallery(session, chat_id)
    return dropped


async def counts(session: AsyncSession, chat_id: int) -> dict[int, int]:
    """How many faces were denied for each person of a chat that has any."""
    statement = select(NEGATIVES.c.person_id, func.count()).where(NEGATIVES.c.chat_id == chat_id)
    return dict((await session.execute(statement.group_by(NEGATIVES.c.person_id))).all())


async def remove_of(session: AsyncSession, person_id: int) -> list[NewNegative]:
    """Deletes every "no" about a living person; returns them, without their vectors. Raises NotFound."""
    chat_id = await chat_of(session, person_id)
    statement = delete(NEGATIVES).where(NEGATIVES.c.person_id == person_id)
    rows = (await session.execute(statement.returning(NEGATIVES.c.source, NEGATIVES.c.box))).all()
    if rows:
        await bump_gallery(session, chat_id)
    return [
        NewNegative(person_id, source, (left, top, right, bottom))
        for source, (left, top, right, bottom) in rows
    ]


async def remove(session: AsyncSession, person_id: int, source: str, box: tuple[float, ...]) -> None:
    """Takes one "no" back: that person, that photo, that box. Raises NotFound."""
    chat_id = await chat_of(session, person_id)
    same = (NEGATIVES.c.person_id == person_id, NEGATIVES.c.source == source)
    rows = await session.execute(select(NEGATIVES.c.id, NEGATIVES.c.box).where(*same))
    ids = [negative_id for negative_id, stored in rows if tuple(stored) == tuple(box)]
    if ids:
        await session.execute(delete(NEGATIVES).where(NEGATIVES.c.id.in_(ids)))
        await bump_gallery(session, chat_id)
