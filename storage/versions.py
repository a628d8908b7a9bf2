"""A chat's gallery version rises in the transaction that changes the gallery: caches need no telling."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import NotFound
from storage.schema import CHATS


async def bump_gallery(session: AsyncSession, chat_id: int) -> int:
    """Raises a chat's gallery version and returns it; NotFound for a chat that is not there."""
    statement = (
        update(CHATS)
        .where(CHATS.c.id == chat_id)
        .values(gallery_version=CHATS.c.gallery_version + 1)
        .returning(CHATS.c.gallery_version)
    )
    version = await session.scalar(statement)
    if version is None:
        raise NotFound("chat", chat_id)
    return version
