"""Our messages that answer photos: which message says what was said about which photos."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import jobs
from storage.jobs import NewJob
from storage.schema import ANSWERS, REPLIES

# The kind of job that edits a reply's message.
REFRESH = "refresh"


class NewReply(msgspec.Struct, frozen=True):
    """A reply to be stored; see schema.ReplyColumns."""

    chat_id: int
    thread_id: int | None
    asked_by: int
    asked_message_id: int
    album: str | None
    language: str


class ReplyRow(msgspec.Struct, frozen=True):
    """A stored reply; `message_id` is there once it is sent. See schema.ReplyColumns."""

    id: int
    chat_id: int
    thread_id: int | None
    asked_by: int
    asked_message_id: int
    album: str | None
    message_id: int | None
    is_caption: bool
    earlier_ids: list[int]
    language: str
    created_at: float

    @property
    def message_ids(self) -> list[int]:
        """Our messages that have its words, in order."""
        return self.earlier_ids if self.message_id is None else [*self.earlier_ids, self.message_id]


_ROW = select(
    REPLIES.c.id,
    REPLIES.c.chat_id,
    REPLIES.c.thread_id,
    REPLIES.c.asked_by,
    REPLIES.c.asked_message_id,
    REPLIES.c.album,
    REPLIES.c.message_id,
    REPLIES.c.is_caption,
    REPLIES.c.earlier_ids,
    REPLIES.c.language,
    REPLIES.c.created_at,
)


async def store(session: AsyncSession, reply: NewReply, now: float) -> int:
    """Stores a reply and returns its id; its answers are stored with that id (`answers.store`)."""
    row = {**msgspec.structs.asdict(reply), "created_at": now}
    return (await session.execute(insert(REPLIES).values(row).returning(REPLIES.c.id))).scalar_one()


async def get(session: AsyncSession, reply_id: int) -> ReplyRow | None:
    """A reply by its id."""
    return await _latest(session, REPLIES.c.id == reply_id)


async def by_message(session: AsyncSession, chat_id: int, message_id: int) -> ReplyRow | None:
    """The reply that one of our messages belongs to: its words, or one of its pictures."""
    shows = select(ANSWERS.c.reply_id).where(
        ANSWERS.c.chat_id == chat_id, ANSWERS.c.reply_message_id == message_id
    )
    earlier = func.json_each(REPLIES.c.earlier_ids).table_valued("value")
    begins = select(earlier.c.value).where(earlier.c.value == message_id).correlate(REPLIES).exists()
    belongs = or_(REPLIES.c.message_id == message_id, REPLIES.c.id.in_(shows), begins)
    return await _latest(session, REPLIES.c.chat_id == chat_id, belongs)


async def to_album(session: AsyncSession, chat_id: int, album: str, since: float) -> ReplyRow | None:
    """The latest reply to an album (Telegram's media_group_id) in a chat that was stored since a time."""
    same = (REPLIES.c.chat_id == chat_id, REPLIES.c.album == album, REPLIES.c.created_at >= since)
    return await _latest(session, *same)


async def sent(session: AsyncSession, reply_id: int, message_id: int, *, is_caption: bool) -> None:
    """Notes a message of ours that has words of a reply: its only one, or one after those before.

    `is_caption`: they stand under a picture, as only those of a first message do.
    """
    reply = await get(session, reply_id)
    if reply is None or message_id in reply.message_ids:
        return
    values = {"message_id": message_id, "earlier_ids": reply.message_ids}
    if reply.message_id is None:
        values["is_caption"] = is_caption
    await session.execute(update(REPLIES).where(REPLIES.c.id == reply_id).values(values))


async def widen(session: AsyncSession, reply_id: int) -> None:
    """Lets a reply answer other photos beside those of its album."""
    await session.execute(update(REPLIES).where(REPLIES.c.id == reply_id).values(album=None))


async def refresh_later(session: AsyncSession, chat_id: int, reply_id: int, now: float) -> None:
    """Has the message of a reply edited into what its answers say by then."""
    await jobs.put(session, NewJob(chat_id, REFRESH, str(reply_id), {"reply": reply_id}), now)


async def disown(session: AsyncSession, reply_id: int) -> None:
    """Forgets who asked for a reply."""
    await session.execute(update(REPLIES).where(REPLIES.c.id == reply_id).values(asked_by=0))


async def purge(session: AsyncSession, before: float) -> int:
    """Deletes the replies stored before a time whose answers are all gone, and says how many."""
    kept = select(ANSWERS.c.reply_id).where(ANSWERS.c.reply_id.is_not(None))
    over = (REPLIES.c.created_at < before, REPLIES.c.id.not_in(kept))
    return len((await session.scalars(delete(REPLIES).where(*over).returning(REPLIES.c.id))).all())


async def _latest(session: AsyncSession, *conditions: ColumnElement[bool]) -> ReplyRow | None:
    statement = _ROW.where(*conditions).order_by(REPLIES.c.id.desc()).limit(1)
    row = (await session.execute(statement)).one_or_none()
    return ReplyRow(**row._mapping) if row else None
