"""Questions that are open, and the faces that wait with them: rows of `pending`, a day at most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.asking.values import Open, Question, Subject, User
from bot.usecases.consent import ASKED, ASKED_PICK
from bot.usecases.enrol import FoundFace, NothingPending, NotStored
from bot.usecases.enrol.gathering import GATHER
from bot.usecases.enrol.values import kept_faces
from storage import pending
from storage.pending import NewPending, PendingRow


async def begin(session: AsyncSession, question: Question, *, now: float, lasts_s: float) -> Open:
    """Open a question; that the same user is not asked already is up to the caller (`asking.check`)."""
    data = {"subject": msgspec.to_builtins(question.subject), "faces": [], "gathers_until": 0.0}
    begun = NewPending(question.chat_id, question.by, ASKED, data, now + lasts_s)
    return Open(await pending.put(session, begun, now), question)


async def confirm(session: AsyncSession, asked: Open, person_id: int) -> Open:
    """The asker said which person of the gallery the user is: an Allow and a No are about that one too."""
    subject = msgspec.structs.replace(asked.question.subject, person_id=person_id)
    confirmed = msgspec.structs.replace(
        asked, question=msgspec.structs.replace(asked.question, subject=subject)
    )
    await _keep(session, confirmed)
    return confirmed


async def drop(session: AsyncSession, asked: Open) -> list[str]:
    """Take a question back; the crops that waited with it."""
    crops: list[str] = []
    for row in await pending.of_kinds(session, (ASKED, ASKED_PICK)):
        if row.id == asked.id or row.data.get("open") == asked.id:
            await pending.remove(session, row.id)
            crops += row.files
    return crops


async def gather(session: AsyncSession, asked: Open, until: float) -> None:
    """From now on the asker's photos in this chat are photos of whom they asked about; 0 ends it."""
    await _keep(session, msgspec.structs.replace(asked, gathers_until=until))


async def gathering(session: AsyncSession, chat_id: int, user_id: int, now: float) -> Open | None:
    """The question that this person's photos in this chat are for, unless they began something else since."""
    row = await pending.mine(session, chat_id, user_id, ASKED, now)
    if row is None or _open(row).gathers_until <= now:
        return None
    ordinary = await pending.mine(session, chat_id, user_id, GATHER, now)
    return None if ordinary is not None and ordinary.id > row.id else _open(row)


async def get(session: AsyncSession, pending_id: int, now: float) -> Open:
    """A question that is open. Raises NothingPending once it is answered, withdrawn or over."""
    row = await pending.get(session, pending_id, now)
    if row is None or row.kind != ASKED:
        raise NothingPending
    return _open(row)


async def open_in(session: AsyncSession, chat_id: int, now: float) -> list[Open]:
    """The questions of a chat that are open."""
    rows = await pending.of_kinds(session, (ASKED,))
    return [_open(row) for row in rows if row.chat_id == chat_id and row.expires_at > now]


async def wait(session: AsyncSession, asked: Open, face: FoundFace) -> NotStored | None:
    """Let a face wait with a question; why not, where it does not."""
    if face.problem is not None:
        return NotStored(asked.question.subject.name, face.problem)
    if any(known.source == face.source or known.crop == face.crop for known in asked.faces):
        return NotStored(asked.question.subject.name, "same_picture")
    await _keep(session, msgspec.structs.replace(asked, faces=(*asked.faces, face)))
    return None


def is_about(data: Mapping[str, Any], user: User) -> bool:
    """Whether the data of a question's row is about this user."""
    return msgspec.convert(data["subject"], Subject).is_meant(user)


async def withdraw(session: AsyncSession, user: User, chat_id: int | None = None) -> list[str]:
    """Drop the questions to a user, in one chat or in all; the crops that waited."""
    crops: list[str] = []
    for row in await pending.of_kinds(session, (ASKED, ASKED_PICK)):
        if chat_id in (None, row.chat_id) and is_about(row.data, user):
            await pending.remove(session, row.id)
            crops += row.files
    return crops


async def _keep(session: AsyncSession, asked: Open) -> None:
    data = {
        "subject": msgspec.to_builtins(asked.question.subject),
        "faces": msgspec.to_builtins(asked.faces),
        "gathers_until": asked.gathers_until,
    }
    await pending.change(session, asked.id, data, [face.crop for face in asked.faces])


def question_of(row: PendingRow) -> Question:
    """The question that a row is, or is about."""
    return Question(row.chat_id, msgspec.convert(row.data["subject"], Subject), row.user_id)


def _open(row: PendingRow) -> Open:
    return Open(row.id, question_of(row), tuple(kept_faces(row.data)), row.data["gathers_until"])
