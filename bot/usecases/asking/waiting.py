"""Questions that are open, and the faces that wait with them: rows of `pending`, a day at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases import consent, enrol
from bot.usecases.asking.values import Open, Picking, Question, Subject, User
from bot.usecases.consent import ASKED, ASKED_PICK, Refused
from bot.usecases.enrol import FoundFace, NothingPending, NotStored
from bot.usecases.enrol.gathering import GATHER
from storage import links, pending
from storage.errors import NameTaken
from storage.pending import NewPending, PendingRow


async def check(session: AsyncSession, settings: Settings, question: Question) -> None:
    """Before anything is asked or kept: raises Refused after a No, NameTaken for another person's name."""
    subject = question.subject
    if subject.user_id is not None and await consent.refused(
        session, settings, question.chat_id, subject.user_id
    ):
        raise Refused(subject.name)
    holder = await links.find(session, question.chat_id, subject.name)
    # With the name comes the gallery: only whoever enrolled somebody says who that is.
    if holder is not None and holder.user_id is None and holder.created_by != question.by:
        raise NameTaken(holder.id, holder.name)


async def begin(
    session: AsyncSession, question: Question, *, now: float, lasts_s: float
) -> tuple[Open, list[str]]:
    """Open a question, in place of the same one; and the crops that waited with that."""
    crops: list[str] = []
    for row in await pending.of_kinds(session, (ASKED,)):
        if _open(row).question == question:
            await pending.remove(session, row.id)
            crops += row.files
    data = {"subject": msgspec.to_builtins(question.subject), "faces": [], "gathers_until": 0.0}
    begun = NewPending(question.chat_id, question.by, ASKED, data, now + lasts_s)
    return Open(await pending.put(session, begun, now), question), crops


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


async def wait(session: AsyncSession, asked: Open, face: FoundFace) -> NotStored | None:
    """Let a face wait with a question; why not, where it does not."""
    if face.problem is not None:
        return NotStored(asked.question.subject.name, face.problem)
    if any(known.source == face.source or known.crop == face.crop for known in asked.faces):
        return NotStored(asked.question.subject.name, "same_picture")
    await _keep(session, msgspec.structs.replace(asked, faces=(*asked.faces, face)))
    return None


async def ask_which(
    session: AsyncSession, asked: Open, faces: Sequence[FoundFace], *, now: float, lasts_s: float
) -> int:
    """Remember the faces of a photo until the asker picks one; returns what the buttons refer to."""
    question = asked.question
    data = {
        "subject": msgspec.to_builtins(question.subject),
        "open": asked.id,
        "faces": msgspec.to_builtins(tuple(faces)),
    }
    files = tuple(face.crop for face in faces)
    begun = NewPending(question.chat_id, question.by, ASKED_PICK, data, now + lasts_s, files)
    return await pending.put(session, begun, now)


async def pick(
    session: AsyncSession, pending_id: int, index: int, now: float
) -> tuple[str, NotStored | None, list[str]]:
    """The asker picked a face, which waits from now on; the name, why not, and crops no longer needed.

    Where they have allowed it meanwhile, it is enrolled. Raises NothingPending, OtherModel.
    """
    row = await pending.remove(session, pending_id)
    if row is None:
        raise NothingPending
    picking = _picking(row)
    chosen, question = picking.faces[index], picking.question
    refused = await _place(session, picking, chosen, now)
    spared = None if refused else chosen.crop
    return question.subject.name, refused, [face.crop for face in picking.faces if face.crop != spared]


async def drop_pick(session: AsyncSession, pending_id: int) -> tuple[str, ...]:
    """None of the faces was meant; their crops. Raises NothingPending."""
    row = await pending.remove(session, pending_id)
    if row is None:
        raise NothingPending
    return row.files


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


async def _place(session: AsyncSession, picking: Picking, face: FoundFace, now: float) -> NotStored | None:
    row = await pending.get(session, picking.open_id, now)
    if row is not None:
        return await wait(session, _open(row), face)
    person = await links.find(session, picking.question.chat_id, picking.question.subject.name)
    if person is None or person.user_id is None:
        raise NothingPending
    outcome = await enrol.store(session, picking.question.whom, face, now)
    return outcome if isinstance(outcome, NotStored) else None


async def _keep(session: AsyncSession, asked: Open) -> None:
    data = {
        "subject": msgspec.to_builtins(asked.question.subject),
        "faces": msgspec.to_builtins(asked.faces),
        "gathers_until": asked.gathers_until,
    }
    await pending.change(session, asked.id, data, [face.crop for face in asked.faces])


def _subject(row: PendingRow) -> Subject:
    return msgspec.convert(row.data["subject"], Subject)


def _open(row: PendingRow) -> Open:
    faces = msgspec.convert(row.data["faces"], tuple[FoundFace, ...])
    question = Question(row.chat_id, _subject(row), row.user_id)
    return Open(row.id, question, faces, row.data["gathers_until"])


def _picking(row: PendingRow) -> Picking:
    faces = msgspec.convert(row.data["faces"], tuple[FoundFace, ...])
    return Picking(Question(row.chat_id, _subject(row), row.user_id), row.data["open"], faces)
