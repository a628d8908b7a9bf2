"""What is stored of what one Telegram user taught, in every chat, for themselves to see."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import CHATS, EXAMPLE_PEOPLE, EXAMPLES, LABELS, MODELS


class HeldPhoto(msgspec.Struct, frozen=True):
    """A labelled photo that the user sent, or is in; see schema.ExampleColumns. `chat`: the chat's title."""

    id: int
    chat: str
    label: str
    photo: str
    sender_id: int
    labelled_by: int
    labelled_at: float


class Labelling(msgspec.Struct, frozen=True):
    """How many photos have a label that the user gave them."""

    chat: str
    label: str
    photos: int


class Made(msgspec.Struct, frozen=True):
    """A label that the user made."""

    chat: str
    label: str
    created_at: float


class Trained(msgspec.Struct, frozen=True):
    """A model that the user had trained; see schema.ModelColumns."""

    chat: str
    kind: str
    version: int
    trained_at: float


async def photos(session: AsyncSession, user_id: int, person_ids: Collection[int]) -> list[HeldPhoto]:
    """The labelled photos that a user sent, or that show people who they are, oldest first."""
    showing = select(EXAMPLE_PEOPLE.c.example_id).where(EXAMPLE_PEOPLE.c.person_id.in_(person_ids))
    columns = (
        EXAMPLES.c.id,
        CHATS.c.title,
        LABELS.c.name,
        EXAMPLES.c.photo,
        EXAMPLES.c.sender_id,
        EXAMPLES.c.labelled_by,
        EXAMPLES.c.labelled_at,
    )
    found = select(*columns).join(LABELS, EXAMPLES.c.label_id == LABELS.c.id)
    found = found.join(CHATS, EXAMPLES.c.chat_id == CHATS.c.id)
    theirs = found.where(or_(EXAMPLES.c.sender_id == user_id, EXAMPLES.c.id.in_(showing)))
    return [HeldPhoto(*row) for row in await session.execute(theirs.order_by(EXAMPLES.c.id))]


async def labellings(session: AsyncSession, user_id: int) -> list[Labelling]:
    """Which labels a user gave to how many photos, as far as they have them still."""
    counted = select(CHATS.c.title, LABELS.c.name, func.count()).join(LABELS, LABELS.c.chat_id == CHATS.c.id)
    theirs = counted.join(EXAMPLES, EXAMPLES.c.label_id == LABELS.c.id)
    rows = await session.execute(theirs.where(EXAMPLES.c.labelled_by == user_id).group_by(LABELS.c.id))
    return [Labelling(*row) for row in rows]


async def made(session: AsyncSession, user_id: int) -> list[Made]:
    """The labels that a user made."""
    columns = (CHATS.c.title, LABELS.c.name, LABELS.c.created_at)
    theirs = select(*columns).join(LABELS, LABELS.c.chat_id == CHATS.c.id)
    rows = await session.execute(theirs.where(LABELS.c.created_by == user_id).order_by(LABELS.c.id))
    return [Made(*row) for row in rows]


async def trained(session: AsyncSession, user_id: int) -> list[Trained]:
    """The models that a user had trained, retired ones too."""
    columns = (CHATS.c.title, MODELS.c.kind, MODELS.c.version, MODELS.c.trained_at)
    theirs = select(*columns).join(MODELS, MODELS.c.chat_id == CHATS.c.id)
    rows = await session.execute(theirs.where(MODELS.c.trained_by == user_id).order_by(MODELS.c.id))
    return [Trained(*row) for row in rows]
