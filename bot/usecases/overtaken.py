"""The chat's people changed while a photo was looked at, which takes seconds: presses do not wait for it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.seen import Recognition
from storage import chats, jobs, people
from storage.jobs import NewJob

LOOK_AGAIN = "look_again"


class Overtaken(Exception):
    """Somebody who was recognised has another name by now, or none: the photo is to be looked at anew."""


async def has_changed(session: AsyncSession, chat_id: int, gallery_version: int) -> bool:
    """Whether the chat's gallery is no longer of the version that faces were compared with."""
    chat = await chats.get(session, chat_id)
    return chat is not None and chat.gallery_version != gallery_version


async def check(session: AsyncSession, chat_id: int, recognition: Recognition) -> None:
    """Raises Overtaken where what is to be said names somebody who is gone, or not called so any more."""
    names = await people.names(session, chat_id)
    for face in recognition.faces or ():
        if face.person_id is not None and names.get(face.person_id) != face.name:
            raise Overtaken


async def look_again(session: AsyncSession, chat_id: int, answer_id: int, now: float) -> None:
    """Have an answer's photo looked at again, and the answer mended."""
    await jobs.put(session, NewJob(chat_id, LOOK_AGAIN, str(answer_id), {"answer": answer_id}), now)
