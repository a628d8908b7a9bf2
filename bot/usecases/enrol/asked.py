"""Questions to Telegram users that are open, and the faces that wait with them, for a day at most.

They are rows of `pending`. What is begun for such a question (photos that are awaited, a face that is to be
picked) names it in its own row, and goes with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.consent import ASKED
from bot.usecases.enrol.values import (
    ALBUM,
    CONFLICT,
    GATHER,
    PICK,
    FoundFace,
    NothingPending,
    NotStored,
    Waits,
    Whom,
    kept_faces,
)
from bot.usecases.subjects import Question, Subject, User
from storage import pending
from storage.pending import NewPending, PendingRow


class Open(msgspec.Struct, frozen=True):
    """A question that waits for its answer, with its faces."""

    id: int
    question: Question
    faces: tuple[FoundFace, ...] = ()


async def open_question(session: AsyncSession, question: Question, *, now: float, lasts_s: float) -> Open:
    """Open a question; that the same user is not asked already is up to the caller (`asking.check`)."""
    data = {"subject": msgspec.to_builtins(question.subject), "faces": []}
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


async def question(session: AsyncSession, pending_id: int, now: float) -> Open:
    """A question that is open. Raises NothingPending once it is answered, withdrawn or over."""
    row = await pending.get(session, pending_id, now)
    if row is None or row.kind != ASKED:
        raise NothingPending
    return _open(row)


async def open_in(session: AsyncSession, chat_id: int, now: float) -> list[Open]:
    """The questions of a chat that are open."""
    rows = await pending.of_kinds(session, (ASKED,))
    return [_open(row) for row in rows if row.chat_id == chat_id and row.expires_at > now]


async def wait(session: AsyncSession, whom: Whom, face: FoundFace, now: float) -> Waits | NotStored:
    """Let a face wait with the question that `whom` names. Raises NothingPending where that is over."""
    asked = await question(session, whom.asked or 0, now)
    if face.problem is not None:
        return NotStored(whom.name, face.problem)
    if any(known.source == face.source or known.crop == face.crop for known in asked.faces):
        return NotStored(whom.name, "same_picture")
    faces = (*asked.faces, face)
    await _keep(session, msgspec.structs.replace(asked, faces=faces))
    return Waits(whom.name, len(faces))


async def hand_over(session: AsyncSession, asked: Open, name: str) -> None:
    """The question is answered with a Yes: what was begun for it goes on for the person of that name."""
    await pending.remove(session, asked.id)
    for row in await _begun_for(session, {asked.id}):
        data = {key: value for key, value in row.data.items() if key != "asked"} | {"name": name}
        await pending.change(session, row.id, data, row.files)


async def drop(session: AsyncSession, question_ids: Collection[int]) -> list[str]:
    """Take questions back, with what was begun for them; the crops that waited."""
    begun = [row.id for row in await _begun_for(session, question_ids)]
    rows = [await pending.remove(session, row_id) for row_id in (*question_ids, *begun)]
    return [crop for row in rows if row is not None for crop in row.files]


async def withdraw(session: AsyncSession, user: User, chat_id: int | None = None) -> list[str]:
    """Drop the questions to a user, in one chat or in all; the crops that waited."""
    rows = await pending.of_kinds(session, (ASKED,))
    theirs = [row.id for row in rows if chat_id in (None, row.chat_id) and is_about(row.data, user)]
    return await drop(session, theirs)


def is_about(data: Mapping[str, Any], user: User) -> bool:
    """Whether the data of a question's row is about this user."""
    return msgspec.convert(data["subject"], Subject).is_meant(user)


async def _begun_for(session: AsyncSession, question_ids: Collection[int]) -> list[PendingRow]:
    rows = await pending.of_kinds(session, (GATHER, ALBUM, PICK, CONFLICT))
    return [row for row in rows if row.data.get("asked") in question_ids]


async def _keep(session: AsyncSession, asked: Open) -> None:
    data = {
        "subject": msgspec.to_builtins(asked.question.subject),
        "faces": msgspec.to_builtins(asked.faces),
    }
    await pending.change(session, asked.id, data, [face.crop for face in asked.faces])


def _open(row: PendingRow) -> Open:
    subject = msgspec.convert(row.data["subject"], Subject)
    return Open(row.id, Question(row.chat_id, subject, row.user_id), tuple(kept_faces(row.data)))
