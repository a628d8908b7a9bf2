"""What was said about which photo."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import shown
from storage.schema import ANSWERS, PEOPLE


class NewAnswer(msgspec.Struct, frozen=True):
    """An answer to be stored; see schema.AnswerColumns.

    `models` names what it was made with, in one string; `storage.appearances.ENROLMENT` where it only notes
    whose face was enrolled from the photo, for which no handle (`file_id`) is kept.
    """

    chat_id: int
    update_id: int
    message_id: int
    file_unique_id: str
    file_id: str
    models: str
    gallery_version: int
    result: dict[str, Any]
    reply_id: int | None = None
    position: int = 1


class AnswerRow(msgspec.Struct, frozen=True):
    """A stored answer; `reply_message_id` and `picture_file_id` are there once it is sent.

    `revision` rises whenever what it says is changed.
    """

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
    reply_id: int | None
    position: int
    revision: int


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
    ANSWERS.c.reply_id,
    ANSWERS.c.position,
    ANSWERS.c.revision,
)


async def store(session: AsyncSession, answer: NewAnswer, now: float) -> int:
    """Stores an answer and returns its id."""
    row = {**msgspec.structs.asdict(answer), "created_at": now}
    await shown.follow(session, answer.chat_id, answer.file_unique_id, answer.result)
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


async def latest_to(session: AsyncSession, chat_id: int, file_unique_id: str) -> AnswerRow | None:
    """The latest answer to that photo in the chat, whatever it was made with, that keeps its handle."""
    same = (ANSWERS.c.chat_id == chat_id, ANSWERS.c.file_unique_id == file_unique_id)
    return await _latest(session, *same, ANSWERS.c.file_id != "")


async def get(session: AsyncSession, answer_id: int) -> AnswerRow | None:
    """An answer by its id."""
    return await _latest(session, ANSWERS.c.id == answer_id)


async def of_reply(session: AsyncSession, reply_id: int) -> list[AnswerRow]:
    """The answers of one reply, photo by photo."""
    statement = _ROW.where(ANSWERS.c.reply_id == reply_id).order_by(ANSWERS.c.position, ANSWERS.c.id)
    return [AnswerRow(*row) for row in await session.execute(statement)]


async def sort(session: AsyncSession, reply_id: int) -> None:
    """Numbers the photos of a reply in the order in which they came."""
    other = ANSWERS.alias()
    same = (other.c.reply_id == reply_id, ANSWERS.c.reply_id == reply_id)
    before = tuple_(other.c.message_id, other.c.id) <= tuple_(ANSWERS.c.message_id, ANSWERS.c.id)
    place = select(func.count()).select_from(other).where(*same, before).scalar_subquery()
    await session.execute(update(ANSWERS).where(ANSWERS.c.reply_id == reply_id).values(position=place))


async def recent(session: AsyncSession, chat_id: int, since: float, limit: int) -> list[AnswerRow]:
    """The chat's latest answers that were stored since a time and are part of a reply, newest first."""
    lately = (ANSWERS.c.chat_id == chat_id, ANSWERS.c.created_at >= since, ANSWERS.c.reply_id.is_not(None))
    statement = _ROW.where(*lately).order_by(ANSWERS.c.id.desc()).limit(limit)
    return [AnswerRow(*row) for row in await session.execute(statement)]


async def change(
    session: AsyncSession, answer_id: int, result: dict[str, Any], models: str, gallery_version: int
) -> None:
    """Replaces what an answer says, and what it was made with; the picture that was sent is outdated."""
    values = {
        "result": result,
        "models": models,
        "gallery_version": gallery_version,
        "picture_file_id": None,
        "revision": ANSWERS.c.revision + 1,
    }
    changing = update(ANSWERS).where(ANSWERS.c.id == answer_id).values(values)
    changed = await session.execute(changing.returning(ANSWERS.c.chat_id, ANSWERS.c.file_unique_id))
    for row in changed.all():
        await shown.follow(session, row.chat_id, row.file_unique_id, result)


async def sent(
    session: AsyncSession, answer_id: int, message_id: int, picture_file_id: str | None, revision: int
) -> None:
    """Notes which message of ours shows an answer, and Telegram's handle to its picture, if it has one.

    A picture that was drawn from another revision is not kept: it is not what is said.
    """
    shown = update(ANSWERS).where(ANSWERS.c.id == answer_id)
    await session.execute(shown.values(reply_message_id=message_id))
    if picture_file_id is not None:
        current = shown.where(ANSWERS.c.revision == revision)
        await session.execute(current.values(picture_file_id=picture_file_id))


async def naming(session: AsyncSession, person_ids: Collection[int], since: float = 0.0) -> list[AnswerRow]:
    """The answers since a time that name any of these people, who must still be there; newest first."""
    statement = _ROW.where(*_naming(person_ids), ANSWERS.c.created_at >= since).order_by(ANSWERS.c.id.desc())
    return [AnswerRow(*row) for row in await session.execute(statement)]


async def remove_naming(session: AsyncSession, person_ids: Collection[int]) -> None:
    """Deletes the answers that name any of these people, who must still be there themselves."""
    await session.execute(delete(ANSWERS).where(*_naming(person_ids)))


def _naming(person_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    # Only their chats' answers are read.
    theirs = ANSWERS.c.chat_id.in_(select(PEOPLE.c.chat_id).where(PEOPLE.c.id.in_(person_ids)))
    face = func.json_each(ANSWERS.c.result, "$.faces").table_valued("value")
    person_id = func.json_extract(face.c.value, "$.person_id")
    return theirs, select(face.c.value).where(person_id.in_(person_ids)).correlate(ANSWERS).exists()


async def _latest(session: AsyncSession, *conditions: Any) -> AnswerRow | None:
    statement = _ROW.where(*conditions).order_by(ANSWERS.c.id.desc()).limit(1)
    row = (await session.execute(statement)).one_or_none()
    return AnswerRow(*row) if row else None
