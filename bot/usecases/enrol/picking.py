"""What has to be asked before a face is placed: which of several it is, and whether it is somebody else.

The faces wait in a row of `pending` until the asker presses, for PENDING_FACE_S and no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases.enrol.comparing import other_person
from bot.usecases.enrol.storing import place
from bot.usecases.enrol.values import (
    CONFLICT,
    PICK,
    FoundFace,
    NothingPending,
    NotStored,
    OtherModel,
    Outcome,
    Whom,
    kept_faces,
    kept_whom,
    whom_data,
)
from storage import pending, people
from storage.pending import NewPending, PendingRow


class LooksLike(msgspec.Struct, frozen=True):
    """Faces that are of `whom` look like `other`, who is enrolled; nothing is stored yet."""

    pending_id: int
    whom: Whom
    other: str
    faces: tuple[FoundFace, ...]


class Waiting(msgspec.Struct, frozen=True):
    """Faces that wait until one of them is picked."""

    whom: Whom
    faces: tuple[FoundFace, ...]
    expires_at: float


class Placed(msgspec.Struct, frozen=True):
    """What became of faces, what has to be said of the others first, and the crops that nothing needs."""

    outcomes: tuple[Outcome, ...]
    unsure: tuple[LooksLike, ...]
    unused: tuple[str, ...]


class Decided(msgspec.Struct, frozen=True):
    """Whose the faces are, as the asker said; what became of them, and the crops that nothing needs."""

    whom: Whom
    outcomes: tuple[Outcome, ...]
    unused: tuple[str, ...]


async def place_all(
    session: AsyncSession,
    settings: Settings,
    whom: Whom,
    faces: Sequence[FoundFace | NotStored],
    now: float,
) -> Placed:
    """Place one face of each photo, or ask about it: those that look like one other person are one question.

    What is no face is passed on in its place. Raises as `place` does.
    """
    outcomes: list[Outcome] = []
    alike: dict[int, list[FoundFace]] = {}
    unused = []
    for face in faces:
        other = await other_person(session, whom, face) if isinstance(face, FoundFace) else None
        if isinstance(face, NotStored):
            outcomes.append(face)
        elif other is not None:
            alike.setdefault(other[0], []).append(face)
        else:
            outcomes.append(await place(session, settings, whom, face, now))
            unused += [face.crop] if isinstance(outcomes[-1], NotStored) else []
    expires_at = now + settings.pending_face_s
    unsure = [await ask_who(session, whom, same, now=now, expires_at=expires_at) for same in alike.values()]
    return Placed(tuple(outcomes), tuple(unsure), tuple(unused))


async def ask_which(
    session: AsyncSession, whom: Whom, faces: Sequence[FoundFace], *, now: float, lasts_s: float
) -> int:
    """Remember the faces of a photo until one is picked; returns what the buttons refer to."""
    return await pending.put(session, _waiting_row(PICK, whom, faces, {}, now + lasts_s), now)


async def ask_who(
    session: AsyncSession, whom: Whom, faces: Sequence[FoundFace], *, now: float, expires_at: float
) -> LooksLike:
    """Remember faces that all look like one other person, until it is said who they are."""
    other = await other_person(session, whom, faces[0])
    assert other is not None, "whoever asks has looked"
    other_id, name = other
    row = _waiting_row(CONFLICT, whom, faces, {"other": other_id}, expires_at)
    return LooksLike(await pending.put(session, row, now), whom, name, tuple(faces))


async def waiting(session: AsyncSession, pending_id: int, now: float) -> Waiting:
    """The faces that wait to be picked. Raises NothingPending."""
    row = await _row(session, pending_id, now)
    return Waiting(kept_whom(row), tuple(kept_faces(row.data)), row.expires_at)


async def pick(
    session: AsyncSession, settings: Settings, pending_id: int, index: int, now: float
) -> tuple[Outcome | LooksLike, list[str]]:
    """Place the face that was picked, or ask who it is; returns the crops that are no longer needed.

    Raises NothingPending, also for a face that waited while the chat's gallery moved to another model: its
    vector means nothing there, and only the photo itself could be looked at again. Raises NameTaken.
    """
    row = await _row(session, pending_id, now)
    whom, faces = kept_whom(row), kept_faces(row.data)
    chosen = faces[index]
    outcome: Outcome | LooksLike
    if await other_person(session, whom, chosen) is not None:
        outcome = await ask_who(session, whom, [chosen], now=now, expires_at=row.expires_at)
    else:
        outcome = await _place(session, settings, whom, chosen, now)
    await pending.remove(session, pending_id)
    spared = None if isinstance(outcome, NotStored) else chosen.crop
    return outcome, [face.crop for face in faces if face.crop != spared]


async def decide(
    session: AsyncSession, settings: Settings, pending_id: int, now: float, *, is_other: bool
) -> Decided:
    """Place the faces that looked like somebody else: as who was meant, or as that other person.

    Raises NothingPending, NameTaken.
    """
    row = await _row(session, pending_id, now)
    whom = kept_whom(row)
    if is_other:
        name = (await people.names(session, whom.chat_id)).get(row.data["other"])
        if name is None:
            raise NothingPending
        whom = Whom(whom.chat_id, name, whom.by, whom.privately)
    faces = kept_faces(row.data)
    outcomes = [await _place(session, settings, whom, face, now) for face in faces]
    await pending.remove(session, pending_id)
    refused = [
        face.crop for face, outcome in zip(faces, outcomes, strict=True) if isinstance(outcome, NotStored)
    ]
    return Decided(whom, tuple(outcomes), tuple(refused))


async def drop_pending(session: AsyncSession, pending_id: int) -> tuple[str, ...]:
    """Forget the faces that waited; returns their crops. Raises NothingPending."""
    row = await pending.remove(session, pending_id)
    if row is None:
        raise NothingPending
    return row.files


async def _place(
    session: AsyncSession, settings: Settings, whom: Whom, face: FoundFace, now: float
) -> Outcome:
    try:
        return await place(session, settings, whom, face, now)
    except OtherModel as error:
        raise NothingPending from error


def _waiting_row(
    kind: str, whom: Whom, faces: Sequence[FoundFace], about: dict[str, Any], expires_at: float
) -> NewPending:
    data = {**whom_data(whom), "faces": msgspec.to_builtins(faces), **about}
    return NewPending(whom.chat_id, whom.by, kind, data, expires_at, tuple(face.crop for face in faces))


async def _row(session: AsyncSession, pending_id: int, now: float) -> PendingRow:
    row = await pending.get(session, pending_id, now)
    if row is None:
        raise NothingPending
    return row
