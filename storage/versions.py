"""A chat's gallery version rises in the transaction that changes the gallery: caches need no telling.

Its face model is let go in the transaction that empties the gallery.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import NotFound
from storage.schema import CHATS, FACES, PEOPLE


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


async def release_model(session: AsyncSession, chat_ids: Collection[int]) -> None:
    """Frees those of these chats that have no face left to begin again with any face model.

    The faces of forgotten people count: they can come back, and only their own model's vectors name them.
    """
    faces = select(FACES.c.id).join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
    kept = faces.where(PEOPLE.c.chat_id == CHATS.c.id).exists()
    emptied = (CHATS.c.id.in_(chat_ids), CHATS.c.face_model.is_not(None), ~kept)
    # An answer may say that names are paused, so it must not be taken from memory.
    values = {"face_model": None, "gallery_version": CHATS.c.gallery_version + 1}
    await session.execute(update(CHATS).where(*emptied).values(values))
