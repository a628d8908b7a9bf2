"""An answer changed: its picture is drawn again, and its message edited (by the job "refresh")."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import DAY_S
from bot.usecases.ports import Picture, Ports
from bot.usecases.recognise import draw
from bot.usecases.seen import Recognition, unknown
from ml.errors import BadPhoto
from ml.protocol import Drawn
from storage import answers, chats, replies
from storage.answers import AnswerRow
from storage.replies import ReplyRow

KIND = replies.REFRESH
# Our messages of this long ago are still looked at; older ones stand where nobody reads.
RECENT_S = 2 * DAY_S
# Each is an edit, and a group takes twenty a minute.
RECENT_ANSWERS = 50


async def queue(session: AsyncSession, chat_id: int, reply_id: int, now: float) -> None:
    """Have the message of a reply edited into what its answers say by now."""
    await replies.refresh_later(session, chat_id, reply_id, now)


async def change(session: AsyncSession, row: AnswerRow, recognition: Recognition, now: float) -> None:
    """Replace what an answer says, and have its message edited."""
    chat = await chats.get(session, row.chat_id)
    version = chat.gallery_version if chat else row.gallery_version
    await answers.change(session, row.id, msgspec.to_builtins(recognition), row.models, version)
    if row.reply_id is not None:
        await queue(session, row.chat_id, row.reply_id, now)


async def unname(
    session: AsyncSession, person_ids: Collection[int], now: float, *, but_in: int | None = None
) -> set[int]:
    """Our recent messages say "someone" where they named these people; the replies that do.

    Call it before the people are deleted: the answers that still name them then go with them. `but_in`: a
    chat whose answers are left as they are.
    """
    recent = (await answers.naming(session, person_ids, now - RECENT_S))[:RECENT_ANSWERS]
    changed = [row for row in recent if row.reply_id is not None and row.chat_id != but_in]
    for row in changed:
        recognition = recognition_of(row)
        faces = tuple(
            unknown(face) if face.person_id in person_ids else face for face in recognition.faces or ()
        )
        await change(session, row, msgspec.structs.replace(recognition, faces=faces), now)
    return {row.reply_id for row in changed if row.reply_id is not None}


async def redraw(ports: Ports, reply: ReplyRow, rows: Sequence[AnswerRow]) -> dict[int, Drawn]:
    """The pictures of a reply that no longer show what is said, drawn anew, by their answers' ids.

    One whose photo Telegram no longer has stays as it is. Raises MLError, NetworkError.
    """
    drawn = {}
    for row in rows:
        picture = await _redraw(ports, row) if _is_outdated(row, reply) else None
        if picture is not None:
            drawn[row.id] = picture
    return drawn


def is_captioned(row: AnswerRow, reply: ReplyRow) -> bool:
    """Whether the message that shows an answer has the reply's words under its picture."""
    return reply.is_caption and row.reply_message_id == reply.message_ids[0]


def _is_outdated(row: AnswerRow, reply: ReplyRow) -> bool:
    is_words_alone = row.reply_message_id in reply.message_ids and not is_captioned(row, reply)
    return row.picture_file_id is None and row.reply_message_id is not None and not is_words_alone


async def _redraw(ports: Ports, row: AnswerRow) -> Drawn | None:
    recognition = recognition_of(row)
    if not recognition.faces:
        return None
    try:
        async with ports.fetch(Picture(row.file_id, row.file_unique_id)) as path:
            return await draw(ports, path, recognition.faces)
    except BadPhoto:
        return None


async def current(ports: Ports, reply_id: int) -> tuple[ReplyRow, list[AnswerRow]] | None:
    """A reply and its answers, photo by photo; None where they are gone."""
    async with ports.database.read() as session:
        reply = await replies.get(session, reply_id)
        rows = await answers.of_reply(session, reply_id)
    return (reply, rows) if reply is not None and rows else None


def recognition_of(row: AnswerRow) -> Recognition:
    """What an answer says."""
    return msgspec.convert(row.result, Recognition)
