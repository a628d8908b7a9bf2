"""Faces that nobody enrolled, kept for a while where a chat switched that on; see schema.StrangerColumns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import String, cast, delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crops import NewFace, StoredFace, read
from storage.schema import ANSWERS, STRANGERS


class NewStranger(NewFace, frozen=True, kw_only=True):
    """A face to be remembered; `face` is its index in its answer."""

    face: int


class StrangerRow(StoredFace, frozen=True, kw_only=True):
    """A remembered face."""

    answer_id: int
    face: int
    model: str
    vector: bytes


_COLUMNS = (
    STRANGERS.c.id,
    STRANGERS.c.answer_id,
    STRANGERS.c.face,
    STRANGERS.c.crop,
    STRANGERS.c.box,
    STRANGERS.c.landmarks,
    STRANGERS.c.quality,
    STRANGERS.c.source,
    STRANGERS.c.model,
    STRANGERS.c.vector,
)


async def add(
    session: AsyncSession, chat_id: int, answer_id: int, faces: Sequence[NewStranger], expires_at: float
) -> None:
    """Remembers the strangers of an answer's photo, in place of what was remembered from that photo."""
    same_photo = STRANGERS.c.source.in_({face.source for face in faces})
    await session.execute(delete(STRANGERS).where(STRANGERS.c.chat_id == chat_id, same_photo))
    shared = {"chat_id": chat_id, "answer_id": answer_id, "expires_at": expires_at}
    rows = [
        {**shared, **face.columns(), "face": face.face, "model": face.model, "vector": face.vector}
        for face in faces
    ]
    if rows:
        await session.execute(insert(STRANGERS).values(rows))


async def recent(
    session: AsyncSession, chat_id: int, model: str, now: float, limit: int
) -> list[StrangerRow]:
    """The latest faces under a model that still have no name, newest first."""
    said = literal("$.faces[") + cast(STRANGERS.c.face, String)
    is_named = func.json_extract(ANSWERS.c.result, said + literal("].person_id")).is_not(None)
    is_dismissed = func.json_extract(ANSWERS.c.result, said + literal("].dismissed")).is_(True)
    statement = (
        select(*_COLUMNS)
        .join(ANSWERS, STRANGERS.c.answer_id == ANSWERS.c.id)
        .where(STRANGERS.c.chat_id == chat_id, STRANGERS.c.model == model, STRANGERS.c.expires_at > now)
        .where(~is_named, ~is_dismissed)
        .order_by(STRANGERS.c.id.desc())
        .limit(limit)
    )
    return [read(StrangerRow, row) for row in await session.execute(statement)]


async def get(session: AsyncSession, chat_id: int, ids: Collection[int], now: float) -> list[StrangerRow]:
    """Those of these faces of a chat that are still remembered, oldest first."""
    still = (STRANGERS.c.chat_id == chat_id, STRANGERS.c.id.in_(ids), STRANGERS.c.expires_at > now)
    rows = await session.execute(select(*_COLUMNS).where(*still).order_by(STRANGERS.c.id))
    return [read(StrangerRow, row) for row in rows]


async def take(session: AsyncSession, chat_id: int, ids: Collection[int]) -> list[str]:
    """Forgets these faces of a chat; the crops they had."""
    these = (STRANGERS.c.chat_id == chat_id, STRANGERS.c.id.in_(ids))
    return list(await session.scalars(delete(STRANGERS).where(*these).returning(STRANGERS.c.crop)))


async def clear(session: AsyncSession, chat_id: int) -> list[str]:
    """Forgets all of a chat; the crops they had."""
    gone = delete(STRANGERS).where(STRANGERS.c.chat_id == chat_id).returning(STRANGERS.c.crop)
    return list(await session.scalars(gone))


async def count(session: AsyncSession, chat_id: int, now: float) -> int:
    """How many faces of strangers a chat has just now."""
    still = (STRANGERS.c.chat_id == chat_id, STRANGERS.c.expires_at > now)
    return await session.scalar(select(func.count()).select_from(STRANGERS).where(*still)) or 0


async def purge_expired(session: AsyncSession, now: float) -> list[str]:
    """Forgets the faces whose time is over; the crops they had."""
    gone = delete(STRANGERS).where(STRANGERS.c.expires_at <= now).returning(STRANGERS.c.crop)
    return list(await session.scalars(gone))
