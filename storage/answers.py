"""What was said about which photo."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import ANSWERS, PEOPLE


class NewAnswer(msgspec.Struct, frozen=True):
    """An answer to be stored; see schema.AnswerColumns.

    `models` names what it was made with, in one string.
    """

    chat_id: int
    update_id: int
    message_id: int
    file_unique_id: str
    file_id: str
    models: str
    gallery_version: int
    result: dict[str, Any]


class AnswerRow(msgspec.Struct, frozen=True):
    """A stored answer; `reply_message_id` and `picture_file_id` are there once it is sent."""

    id: int
    chat_id: int
    update_id: int
    message_id: int
    reply_message_id: int | None
    file_unique_id: str
    file_id: str
    models: str
    gallery_version: int
    result: dict[str, Any]
    picture_file_id: str | None
    created_at: float


_ROW = select(
    ANSWERS.c.id,
    ANSWERS.c.chat_id,
    ANSWERS.c.update_id,
    ANSWERS.c.message_id,
    ANSWERS.c.reply_message_id,
    ANSWERS.c.file_unique_id,
    ANSWERS.c.file_id,
    ANSWERS.c.models,
    ANSWERS.c.gallery_version,
    ANSWERS.c.result,
    ANSWERS.c.picture_file_id,
    ANSWERS.c.created_at,
)


async def store(session: AsyncSession, answer: NewAnswer, now: float) -> int:
    """Stores an answer and returns its id."""
    row = {**msgspec.structs.asdict(answer), "created_at": now}
    return (await session.execute(insert(ANSWERS).values(row).returning(ANSWERS.c.id))).scalar_one()


async def same_photo(
    session: AsyncSession, chat_id: int, file_unique_id: str, models: str, gallery_version: int
) -> AnswerRow | None:
    """The latest answer to that photo in the chat by the same models from the same gallery."""
    return await _latest(
        session,
        ANSWERS.c.chat_id == chat_id,
        ANSWERS.c.file_unique_id == file_unique_id,
        ANSWERS.c.models == models,
        ANSWERS.c.gallery_version == gallery_version,
    )


async def by_reply(session: AsyncSession, chat_id: int, reply_message_id: int) -> AnswerRow | None:
    """The answer that one of the bot's messages gave."""
    said = (ANSWERS.c.chat_id == chat_id, ANSWERS.c.reply_message_id == reply_message_id)
    return await _latest(session, *said)


async def remove_naming(session: AsyncSession, person_ids: Collection[int]) -> None:
    """Deletes the answers that name any of these people, who must still be there themselves."""
    # Only their chats' answers are read.
    theirs = ANSWERS.c.chat_id.in_(select(PEOPLE.c.chat_id).where(PEOPLE.c.id.in_(person_ids)))
    face = func.json_each(ANSWERS.c.result, "$.faces").table_valued("value")
    person_id = func.json_extract(face.c.value, "$.person_id")
    naming = select(face.c.value).where(person_id.in_(person_ids)).correlate(ANSWERS).exists()
    await session.execute(delete(ANSWERS).where(theirs, naming))


async def purge(session: AsyncSession, before: float) -> int:
    """Deletes the answers stored before a time, and says how many."""
    statement = delete(ANSWERS).where(ANSWERS.c.created_at < before).returning(ANSWERS.c.id)
    return len((await session.scalars(statement)).all())


async def _latest(session: AsyncSession, *conditions: Any) -> AnswerRow | None:
    statement = _ROW.where(*conditions).order_by(ANSWERS.c.id.desc()).limit(1)
    row = (await session.execute(statement)).one_or_none()
    return AnswerRow(*row) if row else None
