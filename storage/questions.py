"""Questions that a person answers with a text: what was asked, of whom, in which message of ours.

They are rows of `pending` (kind "question"), so that a restart loses none and /cancel drops them.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import pending
from storage.pending import NewPending, PendingRow
from storage.schema import OUTBOX

KIND = "question"


class Question(msgspec.Struct, frozen=True):
    """What was asked of `user_id` in a chat: `about` names who asked, `data` is theirs (JSON)."""

    chat_id: int
    user_id: int
    about: str
    data: dict[str, Any]


class Asked(msgspec.Struct, frozen=True):
    """A question that waits for its answer, and the pending row that it is."""

    id: int
    question: Question


async def ask(session: AsyncSession, question: Question, prompt: int, now: float, lasts_s: float) -> int:
    """Stores a question, in place of the same one that the person was asked before; returns its id.

    `prompt`: the outbox row of the message that asks.
    """
    for waits in await pending.all_of(session, question.user_id, (KIND,), now):
        if _asked(waits).question == question:
            await pending.remove(session, waits.id)
    data = {"prompt": prompt, "about": question.about, "data": question.data}
    row = NewPending(question.chat_id, question.user_id, KIND, data, now + lasts_s)
    return await pending.put(session, row, now)


async def waiting(
    session: AsyncSession, chat_id: int, user_id: int, reply_to: int | None, now: float
) -> Asked | None:
    """The question that a person's message answers.

    `reply_to`: the message it replies to, which must be the one that asked; None: the latest is meant.
    """
    for row in await pending.all_of(session, user_id, (KIND,), now):
        is_here = row.chat_id == chat_id
        if is_here and (reply_to is None or await _message_of(session, row) == reply_to):
            return _asked(row)
    return None


async def asked_by(session: AsyncSession, chat_id: int, message_id: int, now: float) -> Asked | None:
    """The question that a message of ours asks, whoever is to answer it."""
    for row in await pending.of_kinds(session, (KIND,)):
        is_open = row.chat_id == chat_id and row.expires_at > now
        if is_open and await _message_of(session, row) == message_id:
            return _asked(row)
    return None


async def _message_of(session: AsyncSession, row: PendingRow) -> int | None:
    """The message that asks, once it is sent."""
    return await session.scalar(select(OUTBOX.c.message_id).where(OUTBOX.c.id == row.data["prompt"]))


def _asked(row: PendingRow) -> Asked:
    return Asked(row.id, Question(row.chat_id, row.user_id, row.data["about"], row.data["data"]))
