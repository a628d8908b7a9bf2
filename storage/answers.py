"""What was said about which photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import Answer


@dataclass(frozen=True)
class NewAnswer:
    """An answer to be stored; see schema.Answer. `models` names what it was made with, in one string."""

    chat_id: int
    update_id: int
    message_id: int
    file_unique_id: str
    file_id: str
    models: str
    gallery_version: int
    result: dict[str, Any]


@dataclass(frozen=True)
class AnswerRow:
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
    Answer.id,
    Answer.chat_id,
    Answer.update_id,
    Answer.message_id,
    Answer.reply_message_id,
    Answer.file_unique_id,
    Answer.file_id,
    Answer.models,
    Answer.gallery_version,
    Answer.result,
    Answer.picture_file_id,
    Answer.created_at,
)


async def store(session: AsyncSession, answer: NewAnswer, now: float) -> int:
    """Stores an answer and returns its id."""
    row = {**vars(answer), "created_at": now}
    return (await session.execute(insert(Answer).values(row).returning(Answer.id))).scalar_one()


async def same_photo(
    session: AsyncSession, chat_id: int, file_unique_id: str, models: str, gallery_version: int
) -> AnswerRow | None:
    """The latest answer to that photo in the chat by the same models from the same gallery."""
    return await _latest(
        session,
        Answer.chat_id == chat_id,
        Answer.file_unique_id == file_unique_id,
        Answer.models == models,
        Answer.gallery_version == gallery_version,
    )


async def by_reply(session: AsyncSession, chat_id: int, reply_message_id: int) -> AnswerRow | None:
    """The answer that one of the bot's messages gave."""
    return await _latest(session, Answer.chat_id == chat_id, Answer.reply_message_id == reply_message_id)


async def of_update(session: AsyncSession, update_id: int) -> AnswerRow | None:
    """The answer that an update already has, so that no model runs twice for it."""
    return await _latest(session, Answer.update_id == update_id)


async def get(session: AsyncSession, answer_id: int) -> AnswerRow | None:
    """An answer by its id."""
    return await _latest(session, Answer.id == answer_id)


async def set_result(session: AsyncSession, answer_id: int, result: dict[str, Any]) -> None:
    """Replaces what was said: a correction."""
    await session.execute(update(Answer).where(Answer.id == answer_id).values(result=result))


async def purge(session: AsyncSession, before: float) -> int:
    """Deletes the answers stored before a time, and says how many."""
    statement = delete(Answer).where(Answer.created_at < before).returning(Answer.id)
    return len((await session.scalars(statement)).all())


async def _latest(session: AsyncSession, *conditions: Any) -> AnswerRow | None:
    statement = _ROW.where(*conditions).order_by(Answer.id.desc()).limit(1)
    row = (await session.execute(statement)).one_or_none()
    return AnswerRow(*row) if row else None
