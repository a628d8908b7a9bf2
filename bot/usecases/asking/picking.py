"""What the asker has to say of faces before they wait: which one it is, and whether it is somebody else."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import enrol
from bot.usecases.asking.checking import whom_of
from bot.usecases.asking.values import Open, Picking, Unsure
from bot.usecases.asking.waiting import get, question_of, wait
from bot.usecases.consent import ASKED_PICK
from bot.usecases.enrol import Enrolled, FoundFace, NothingPending, NotStored, Whom
from bot.usecases.enrol.values import kept_faces
from storage import links, pending, people
from storage.pending import NewPending, PendingRow


async def ask_which(
    session: AsyncSession, asked: Open, faces: Sequence[FoundFace], *, now: float, lasts_s: float
) -> int:
    """Remember the faces of a photo until the asker picks one; returns what the buttons refer to."""
    return await _keep(session, Picking(asked.question, asked.id, tuple(faces)), now, now + lasts_s)


async def ask_who(session: AsyncSession, picking: Picking, *, now: float, expires_at: float) -> Unsure | None:
    """Remember faces that all look like one other person until the asker says who it is.

    None where they look like nobody else, or that one is not enrolled any more.
    """
    whom = await whom_of(session, picking.question)
    other = await enrol.other_person(session, whom, picking.faces[0])
    if other is None:
        return None
    other_id, name = other
    kept = msgspec.structs.replace(picking, other=other_id)
    return Unsure(await _keep(session, kept, now, expires_at), whom, name, picking.faces)


async def pick(
    session: AsyncSession, pending_id: int, index: int, now: float
) -> tuple[str, NotStored | Unsure | None, list[str]]:
    """The asker picked a face, which waits from now on; the name, why not, and crops no longer needed.

    Where it looks like somebody else, that is asked first; where they have allowed it meanwhile, it is
    enrolled. Raises NothingPending, OtherModel.
    """
    row = await _taken(session, pending_id)
    picking = _picking(row)
    chosen = picking.faces[index]
    about = msgspec.structs.replace(picking, faces=(chosen,))
    outcome: NotStored | Unsure | None
    outcome = await ask_who(session, about, now=now, expires_at=row.expires_at)
    if outcome is None:
        outcome = await _place(session, picking, chosen, now)
    spared = None if isinstance(outcome, NotStored) else chosen.crop
    return picking.question.subject.name, outcome, [f.crop for f in picking.faces if f.crop != spared]


async def keep_anyway(
    session: AsyncSession, pending_id: int, now: float
) -> tuple[str, list[NotStored], list[str]]:
    """The asker said that it is who they asked about: as `pick`, for all of the faces.

    Raises NothingPending, OtherModel.
    """
    picking = _picking(await _taken(session, pending_id))
    placed = [(face, await _place(session, picking, face, now)) for face in picking.faces]
    refused = [problem for _, problem in placed if problem is not None]
    return picking.question.subject.name, refused, [face.crop for face, problem in placed if problem]


async def give_to_other(
    session: AsyncSession, pending_id: int, now: float
) -> tuple[Whom, list[Enrolled | NotStored], list[str]]:
    """The asker said that it is the other person, who gets the faces; and the crops that are not needed.

    Raises NothingPending, also where that person is gone; OtherModel.
    """
    picking = _picking(await _taken(session, pending_id))
    question = picking.question
    name = (await people.names(session, question.chat_id)).get(picking.other or 0)
    if name is None:
        raise NothingPending
    whom = Whom(question.chat_id, name, question.by)
    outcomes = [await enrol.store(session, whom, face, now) for face in picking.faces]
    stored = {outcome.crop for outcome in outcomes if isinstance(outcome, Enrolled)}
    return whom, outcomes, [face.crop for face in picking.faces if face.crop not in stored]


async def drop_pick(session: AsyncSession, pending_id: int) -> tuple[str, ...]:
    """None of the faces was meant; their crops. Raises NothingPending."""
    return (await _taken(session, pending_id)).files


async def _place(session: AsyncSession, picking: Picking, face: FoundFace, now: float) -> NotStored | None:
    try:
        return await wait(session, await get(session, picking.open_id, now), face)
    except NothingPending:
        person = await links.find(session, picking.question.chat_id, picking.question.subject.name)
        if person is None or person.user_id is None:
            raise
    outcome = await enrol.store(session, picking.question.whom, face, now)
    return outcome if isinstance(outcome, NotStored) else None


async def _taken(session: AsyncSession, pending_id: int) -> PendingRow:
    row = await pending.remove(session, pending_id)
    if row is None:
        raise NothingPending
    return row


async def _keep(session: AsyncSession, picking: Picking, now: float, expires_at: float) -> int:
    question = picking.question
    data = {
        "subject": msgspec.to_builtins(question.subject),
        "open": picking.open_id,
        "faces": msgspec.to_builtins(picking.faces),
        "other": picking.other,
    }
    files = tuple(face.crop for face in picking.faces)
    begun = NewPending(question.chat_id, question.by, ASKED_PICK, data, expires_at, files)
    return await pending.put(session, begun, now)


def _picking(row: PendingRow) -> Picking:
    return Picking(question_of(row), row.data["open"], tuple(kept_faces(row.data)), row.data.get("other"))
