"""The chats that wrote to the bot."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage import deletion
from storage.schema import CHATS, EMBEDDINGS, FACES, PEOPLE
from storage.versions import bump_gallery


class ChatRow(msgspec.Struct, frozen=True):
    """A chat; see schema.ChatColumns."""

    id: int
    kind: str
    title: str
    gallery_version: int
    face_model: str | None
    created_at: float
    left_at: float | None
    tagging: bool = False
    strictness: str = "normal"
    strangers: bool = False
    keep_answers_s: float | None = None
    language: str | None = None


_COLUMNS = (
    CHATS.c.id,
    CHATS.c.kind,
    CHATS.c.title,
    CHATS.c.gallery_version,
    CHATS.c.face_model,
    CHATS.c.created_at,
    CHATS.c.left_at,
    CHATS.c.tagging,
    CHATS.c.strictness,
    CHATS.c.strangers,
    CHATS.c.keep_answers_s,
    CHATS.c.language,
)


async def seen(session: AsyncSession, chat_id: int, kind: str, title: str, now: float) -> ChatRow:
    """The chat, created or brought up to date; a chat that is heard of again is not left any more."""
    statement = insert(CHATS).values(id=chat_id, kind=kind, title=title, created_at=now)
    newer = {"kind": kind, "title": title, "left_at": None}
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=newer)
    return ChatRow(*(await session.execute(statement.returning(*_COLUMNS))).one())


async def get(session: AsyncSession, chat_id: int) -> ChatRow | None:
    """The chat, if it ever wrote."""
    row = (await session.execute(select(*_COLUMNS).where(CHATS.c.id == chat_id))).one_or_none()
    return ChatRow(*row) if row else None


async def on_other_model(session: AsyncSession, model: str) -> list[int]:
    """The chats whose gallery, or part of it, cannot be searched by this model."""
    lacking = (
        select(FACES.c.id)
        .join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
        .outerjoin(EMBEDDINGS, and_(EMBEDDINGS.c.face_id == FACES.c.id, EMBEDDINGS.c.model == model))
        .where(PEOPLE.c.chat_id == CHATS.c.id, EMBEDDINGS.c.face_id.is_(None))
    )
    other = and_(CHATS.c.face_model.is_not(None), CHATS.c.face_model != model)
    behind = select(CHATS.c.id).where(or_(other, lacking.exists()))
    return list(await session.scalars(behind.order_by(CHATS.c.id)))


async def face_models(session: AsyncSession) -> list[str]:
    """The models that galleries are searched by, the one of most chats first."""
    statement = select(CHATS.c.face_model).where(CHATS.c.face_model.is_not(None)).group_by(CHATS.c.face_model)
    models = await session.scalars(statement.order_by(func.count().desc(), CHATS.c.face_model))
    return [model for model in models if model is not None]


async def set_face_model(session: AsyncSession, chat_id: int, model: str) -> None:
    """Names the model whose embeddings a chat's gallery is searched by."""
    await session.execute(update(CHATS).where(CHATS.c.id == chat_id).values(face_model=model))
    await bump_gallery(session, chat_id)


async def configure(
    session: AsyncSession,
    chat_id: int,
    *,
    tagging: bool | None = None,
    strictness: str | None = None,
    strangers: bool | None = None,
    keep_answers_s: float | msgspec.UnsetType | None = msgspec.UNSET,
    language: str | msgspec.UnsetType | None = msgspec.UNSET,
) -> None:
    """Sets what is given of a chat's own settings. Remembered answers go: they were made before.

    `keep_answers_s` and `language` can be None as well: what the installation does, and whatever is spoken.
    """
    given = {
        "tagging": tagging,
        "strictness": strictness,
        "strangers": strangers,
    }
    values: dict[str, Any] = {column: value for column, value in given.items() if value is not None}
    nullable = {"keep_answers_s": keep_answers_s, "language": language}
    values |= {column: value for column, value in nullable.items() if value is not msgspec.UNSET}
    if values:
        await session.execute(update(CHATS).where(CHATS.c.id == chat_id).values(values))
        await bump_gallery(session, chat_id)


async def greet(session: AsyncSession, chat_id: int, now: float) -> bool:
    """Notes that a chat was told what the bot sees and keeps; False where it was told before."""
    untold = (CHATS.c.id == chat_id, CHATS.c.greeted_at.is_(None))
    told = update(CHATS).where(*untold).values(greeted_at=now).returning(CHATS.c.id)
    return await session.scalar(told) is not None


async def left(session: AsyncSession, chat_id: int, now: float) -> None:
    """Notes that the bot is no longer in a chat, unless that is known."""
    present = (CHATS.c.id == chat_id, CHATS.c.left_at.is_(None))
    await session.execute(update(CHATS).where(*present).values(left_at=now))


async def purge_left(session: AsyncSession, before: float) -> list[str]:
    """Deletes the chats that were left before a time, with all that is theirs.

    The addresses of the files (see `storage.files`) that nothing needs any more.
    """
    gone = await session.scalars(select(CHATS.c.id).where(CHATS.c.left_at < before))
    return await deletion.remove_chats(session, gone.all())
