"""Calls to Telegram that wait to be made and are taken back: they show somebody who is deleted for good."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inbox, replies
from storage.inbox import UNSENT
from storage.people import name_key
from storage.schema import ANSWERS, OUTBOX

WITHDRAWN = "withdrawn"
WITH_PICTURES = ("sendPhoto", "sendDocument", "sendMediaGroup", "editMessageMedia")


async def of_people(session: AsyncSession, chat_id: int, names: Iterable[str]) -> list[str]:
    """Takes back a chat's calls with these names, or with a picture of what is not said any more; its files.

    Call it once the answers that name them are gone: the names on pictures cannot be read.
    """
    keys = [pattern_of(name) for name in names]
    unsent = (OUTBOX.c.chat_id == chat_id, OUTBOX.c.state.in_(UNSENT))
    rows = (await session.execute(select(OUTBOX.c.id, OUTBOX.c.payload).where(*unsent))).all()
    naming = [row.id for row in rows if any(is_in(key, row.payload) for key in keys)]
    return await _withdraw(session, *unsent, or_(OUTBOX.c.id.in_(naming), _is_outdated()))


async def of_user(session: AsyncSession, user_id: int) -> list[str]:
    """Takes back the calls, to whichever chat, that mention a Telegram user; their files."""
    part = func.json_tree(OUTBOX.c.payload).table_valued("atom")
    mention = part.c.atom.contains(f'tg://user?id={user_id}"', autoescape=True)
    mentioning = select(part.c.atom).where(mention).correlate(OUTBOX).exists()
    return await _withdraw(session, OUTBOX.c.state.in_(UNSENT), mentioning)


async def is_withdrawn(session: AsyncSession, reply_id: int) -> bool:
    """Whether the message with a reply's words was taken back before it was sent."""
    taken_back = (OUTBOX.c.state == "failed", OUTBOX.c.error == WITHDRAWN)
    return bool(await session.scalar(select(exists().where(OUTBOX.c.reply_id == reply_id, *taken_back))))


async def is_taken_back(session: AsyncSession, row_id: int) -> bool:
    """Whether a call was taken back while it was being made."""
    statement = exists().where(OUTBOX.c.id == row_id, OUTBOX.c.finished_at.is_not(None))
    return bool(await session.scalar(select(statement)))


async def _withdraw(session: AsyncSession, *which: ColumnElement[bool]) -> list[str]:
    """Wipes these calls; their files, but those of what is being sent: they are the sender's.

    What a reply says is to be said anew, without them.
    """
    now = time.time()
    columns = (OUTBOX.c.id, OUTBOX.c.chat_id, OUTBOX.c.update_id, OUTBOX.c.reply_id, OUTBOX.c.state)
    rows = (await session.execute(select(*columns, OUTBOX.c.files).where(*which))).all()
    wiped: dict[str, Any] = {"payload": {}, "files": {}, "error": WITHDRAWN, "finished_at": now}
    for row in rows:
        state = "failed" if row.state == "queued" else row.state
        await session.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(wiped | {"state": state}))
        if row.update_id is not None:
            await inbox.finish_if_sent(session, row.update_id, now)
        if row.reply_id is not None:
            await replies.refresh_later(session, row.chat_id, row.reply_id, now)
    return [file for row in rows if row.state == "queued" for file in row.files.values()]


def _is_outdated() -> ColumnElement[bool]:
    """A picture of an answer that is gone, or that says something else by now."""
    shown = func.json_each(OUTBOX.c.answer_ids).table_valued("value")
    same = (ANSWERS.c.id == shown.c.value, ANSWERS.c.revision == OUTBOX.c.answer_revision)
    is_said = select(ANSWERS.c.id).where(*same).correlate(OUTBOX, shown).exists()
    outdated = select(shown.c.value).where(~is_said).correlate(OUTBOX).exists()
    return OUTBOX.c.method.in_(WITH_PICTURES) & outdated


def pattern_of(name: str) -> re.Pattern[str]:
    """What finds a name, in any spelling, where it stands in a text's `name_key`, and not within a word."""
    return re.compile(rf"(?<!\w){re.escape(name_key(name))}(?!\w)")


def is_in(key: re.Pattern[str], value: Any) -> bool:
    """Whether any text of a JSON value has a name, as `pattern_of` finds it; texts may be HTML."""
    return any(key.search(name_key(html.unescape(text))) for text in _texts_in(value))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(part)
