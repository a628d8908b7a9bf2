"""What is stored about one Telegram user, in every chat, for themselves to see."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import (
    CHATS,
    EMBEDDINGS,
    FACES,
    GRANTS,
    INVITES,
    NEGATIVES,
    PEOPLE,
    REPLIES,
    USAGE,
)


class HeldPerson(msgspec.Struct, frozen=True):
    """A person who is this user, or whom they enrolled; `forgotten_at`: about to be deleted."""

    id: int
    chat: str
    chat_id: int
    name: str
    mention: bool
    created_at: float
    created_by: int
    forgotten_at: float | None
    user_id: int | None
    faces: int


class HeldFace(msgspec.Struct, frozen=True):
    """An enrolled face; see schema.FaceColumns."""

    id: int
    person_id: int
    crop: str
    box: list[float]
    landmarks: list[list[float]]
    quality: dict[str, Any]
    enrolled_by: int
    enrolled_at: float


class HeldVector(msgspec.Struct, frozen=True):
    """A face's vector under one model, as little-endian float32 bytes."""

    face_id: int
    model: str
    vector: bytes


class HeldDenial(msgspec.Struct, frozen=True):
    """A "no" about a person; see schema.NegativeColumns."""

    person_id: int
    model: str
    vector: bytes
    box: list[float]
    created_by: int
    created_at: float


class AskedFor(msgspec.Struct, frozen=True):
    """How many of the user's photos were answered in a chat, as long as that is kept."""

    chat: str
    replies: int


async def people(session: AsyncSession, user_id: int) -> list[HeldPerson]:
    """Everybody who is this user, forgotten people included."""
    return await _people(session, PEOPLE.c.user_id == user_id)


async def enrolled_by(session: AsyncSession, user_id: int) -> list[HeldPerson]:
    """Everybody whom this user enrolled first, but themselves."""
    others = PEOPLE.c.user_id.is_distinct_from(user_id)
    return await _people(session, PEOPLE.c.created_by == user_id, others)


async def faces(session: AsyncSession, person_ids: Collection[int]) -> list[HeldFace]:
    """The faces of these people, oldest first."""
    columns = (
        FACES.c.id,
        FACES.c.person_id,
        FACES.c.crop,
        FACES.c.box,
        FACES.c.landmarks,
        FACES.c.quality,
        FACES.c.enrolled_by,
        FACES.c.enrolled_at,
    )
    rows = await session.execute(select(*columns).where(FACES.c.person_id.in_(person_ids)))
    return sorted((HeldFace(*row) for row in rows), key=lambda face: face.id)


async def vectors(session: AsyncSession, person_ids: Collection[int]) -> list[HeldVector]:
    """The vectors of these people's faces, under every model."""
    columns = (EMBEDDINGS.c.face_id, EMBEDDINGS.c.model, EMBEDDINGS.c.vector)
    theirs = select(*columns).join(FACES, EMBEDDINGS.c.face_id == FACES.c.id)
    rows = await session.execute(theirs.where(FACES.c.person_id.in_(person_ids)))
    return [HeldVector(*row) for row in rows]


async def denials(session: AsyncSession, person_ids: Collection[int]) -> list[HeldDenial]:
    """Every "no" about these people."""
    columns = (
        NEGATIVES.c.person_id,
        NEGATIVES.c.model,
        NEGATIVES.c.vector,
        NEGATIVES.c.box,
        NEGATIVES.c.created_by,
        NEGATIVES.c.created_at,
    )
    rows = await session.execute(select(*columns).where(NEGATIVES.c.person_id.in_(person_ids)))
    return [HeldDenial(*row) for row in rows]


async def denials_by(session: AsyncSession, user_id: int) -> list[float]:
    """When this user said "no" about a face."""
    said = select(NEGATIVES.c.created_at).where(NEGATIVES.c.created_by == user_id)
    return list(await session.scalars(said.order_by(NEGATIVES.c.created_at)))


async def usage(session: AsyncSession, user_id: int) -> dict[int, int]:
    """The photos that were counted for this user, by day since the epoch."""
    mine = select(USAGE.c.day, USAGE.c.photos).where(USAGE.c.subject == f"user:{user_id}")
    return dict((await session.execute(mine)).all())


async def let_in_at(session: AsyncSession, user_id: int) -> float | None:
    """When this user was let in by an invitation."""
    return await session.scalar(select(GRANTS.c.granted_at).where(GRANTS.c.subject_id == user_id))


async def invitations(session: AsyncSession, user_id: int) -> int:
    """How many invitations of this user are open."""
    mine = select(func.count()).select_from(INVITES).where(INVITES.c.created_by == user_id)
    return await session.scalar(mine) or 0


async def asked_for(session: AsyncSession, user_id: int) -> list[AskedFor]:
    """In which chats photos of this user were answered."""
    counted = select(CHATS.c.title, func.count()).join(CHATS, REPLIES.c.chat_id == CHATS.c.id)
    rows = await session.execute(counted.where(REPLIES.c.asked_by == user_id).group_by(CHATS.c.id))
    return [AskedFor(*row) for row in rows]


async def _people(session: AsyncSession, *conditions: Any) -> list[HeldPerson]:
    count = select(func.count()).where(FACES.c.person_id == PEOPLE.c.id).correlate(PEOPLE)
    columns = (
        PEOPLE.c.id,
        CHATS.c.title,
        PEOPLE.c.chat_id,
        PEOPLE.c.name,
        PEOPLE.c.mention,
        PEOPLE.c.created_at,
        PEOPLE.c.created_by,
        PEOPLE.c.forgotten_at,
        PEOPLE.c.user_id,
        count.scalar_subquery(),
    )
    found = select(*columns).join(CHATS, PEOPLE.c.chat_id == CHATS.c.id).where(*conditions)
    return [HeldPerson(*row) for row in await session.execute(found.order_by(PEOPLE.c.id))]
