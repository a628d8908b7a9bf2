"""What a reply of ours says by now: its answers, and its words, with a menu's question below them."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot import views
from bot.replies import CAPTION_LIMIT, TEXT_LIMIT, length, pages
from bot.usecases import correct
from bot.usecases.mentions import mentions
from bot.usecases.refresh import recognition_of
from bot.views.correcting import Said
from bot.views.labelling import Photo
from storage import answers, examples, labels
from storage.answers import AnswerRow
from storage.replies import ReplyRow


async def said_in(session: AsyncSession, reply_id: int) -> Said:
    """What the answers of a reply say, and the correction of it that can be undone."""
    rows = await answers.of_reply(session, reply_id)
    undo = await correct.last_record(session, reply_id, time.time())
    said = tuple((row.id, recognition_of(row)) for row in rows)
    return Said(reply_id, said, undo, tuple(await _photos(session, rows)))


async def _photos(session: AsyncSession, rows: Sequence[AnswerRow]) -> list[Photo]:
    """The photos that may get a label: those that could be read, in a chat that has labels."""
    known = {label.id: label for label in await labels.listing(session, rows[0].chat_id)} if rows else {}
    if not known:
        return []
    photos = []
    for number, row in enumerate(rows, start=1):
        seen = recognition_of(row)
        if seen.refused is None:
            example = await examples.of_file(session, row.chat_id, row.file_unique_id)
            photos.append(Photo(row.id, number, seen, known.get(example.label_id) if example else None))
    return photos


async def words(session: AsyncSession, reply: ReplyRow, rows: Sequence[AnswerRow]) -> str:
    """What the answers of a reply say, in the current language."""
    links = views.photos.links(reply.chat_id, [row.message_id for row in rows])
    say = views.photos.words_apart if is_apart(reply, rows) else views.photos.words
    return say([recognition_of(row) for row in rows], await mentions(session, reply.chat_id), links)


def is_apart(reply: ReplyRow, rows: Sequence[AnswerRow]) -> bool:
    """Whether a reply answers photos that did not come together (`bot.handlers.folding`)."""
    return reply.album is None and len(rows) > 1


def parts(text: str, reply: ReplyRow, photos: int) -> list[str]:
    """The words of each message: of the reply's own at least, and of more where they do not suffice."""
    count = len(reply.message_ids)
    if not reply.is_caption:
        return pages(text, TEXT_LIMIT, count)
    first, *others = pages(text, CAPTION_LIMIT, count)
    # Of a single photo, what no longer fits is left out: the names come first, and what is cut are labels.
    is_all = photos == 1 or not others
    return [first] if is_all else [first, *pages("\n".join(others), TEXT_LIMIT, count - 1)]


def with_menu(words: str, asks: str, *, is_caption: bool) -> str:
    """What a message says while a menu is open under it: its words, and below them what the menu asks.

    Words that leave no room for that are cut at the end of a line.
    """
    limit = CAPTION_LIMIT if is_caption else TEXT_LIMIT
    below = f"\n\n{asks}" if asks else ""
    return pages(words, limit - length(below))[0] + below
