"""What has to be asked before a face is stored: which of several it is, and whether it is somebody else.

The faces wait in a row of `pending` until the asker presses, for PENDING_FACE_S and no longer.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.enrol.storing import store
from bot.usecases.enrol.values import (
    Enrolled,
    FoundFace,
    NothingPending,
    NotStored,
    OtherModel,
    Whom,
    kept_faces,
)
from bot.usecases.identity import CANDIDATES, conflict
from bot.usecases.ports import Ports
from ml.protocol import EmbedderInfo
from storage import pending, people
from storage.gallery import Gallery
from storage.pending import NewPending, PendingRow

PICK, CONFLICT = "pick", "conflict"


class LooksLike(msgspec.Struct, frozen=True):
    """Faces that are to be enrolled as `name` look like `other`, who is enrolled; nothing is stored yet."""

    pending_id: int
    whom: Whom
    other: str
    faces: tuple[FoundFace, ...]


class Waiting(msgspec.Struct, frozen=True):
    """Faces that wait until one of them is picked."""

    whom: Whom
    faces: tuple[FoundFace, ...]
    expires_at: float


async def resembled(
    ports: Ports, whom: Whom, faces: Sequence[FoundFace], embedder: EmbedderInfo
) -> list[FoundFace]:
    """The faces, each with the other enrolled person whom it surely looks like."""
    async with ports.database.read() as session:
        return await compared(session, ports.gallery, whom, faces, embedder)


async def compared(
    session: AsyncSession, gallery: Gallery, whom: Whom, faces: Sequence[FoundFace], embedder: EmbedderInfo
) -> list[FoundFace]:
    """As `resembled`, within the caller's transaction; the embedder has to be the one of the faces."""
    person = await people.find(session, whom.chat_id, whom.name)
    vectors = [face.vector for face in faces]
    nearest = await gallery.nearest(session, whom.chat_id, embedder.id, embedder.metric, vectors, CANDIDATES)
    others = [
        conflict(candidates, embedder.thresholds, person.id if person else None) for candidates in nearest
    ]
    return [
        msgspec.structs.replace(face, looks_like=other.person_id if other else None)
        for face, other in zip(faces, others, strict=True)
    ]


async def other_person(session: AsyncSession, whom: Whom, face: FoundFace) -> tuple[int, str] | None:
    """Id and name of the other person whom a face looks like, if they are still enrolled and another one."""
    if face.looks_like is None or face.problem is not None:
        return None
    person = await people.find(session, whom.chat_id, whom.name)
    if person is not None and person.id == face.looks_like:
        return None
    name = (await people.names(session, whom.chat_id)).get(face.looks_like)
    return (face.looks_like, name) if name is not None else None


async def ask_which(
    session: AsyncSession, whom: Whom, faces: Sequence[FoundFace], *, now: float, lasts_s: float
) -> int:
    """Remember the faces of a photo until one is picked; returns what the buttons refer to."""
    return await _keep(session, PICK, whom, faces, {}, now=now, expires_at=now + lasts_s)


async def ask_who(
    session: AsyncSession,
    whom: Whom,
    faces: Sequence[FoundFace],
    *,
    now: float,
    expires_at: float,
) -> LooksLike:
    """Remember faces that all look like one other person, until it is said who they are."""
    other = await other_person(session, whom, faces[0])
    assert other is not None, "whoever asks has looked"
    other_id, name = other
    pending_id = await _keep(
        session, CONFLICT, whom, faces, {"other": other_id}, now=now, expires_at=expires_at
    )
    return LooksLike(pending_id, whom, name, tuple(faces))


async def waiting(session: AsyncSession, pending_id: int, now: float) -> Waiting:
    """The faces that wait to be picked. Raises NothingPending."""
    row = await _row(session, pending_id, now)
    return Waiting(_whom(row), tuple(kept_faces(row.data)), row.expires_at)


async def pick(
    session: AsyncSession, pending_id: int, index: int, now: float
) -> tuple[Enrolled | NotStored | LooksLike, list[str]]:
    """Enrol the face that was picked, or ask who it is; returns the crops that are no longer needed.

    Raises NothingPending, also for a face that waited while the chat's gallery moved to another model: its
    vector means nothing there, and only the photo itself could be looked at again.
    """
    row = await _row(session, pending_id, now)
    whom, faces = _whom(row), kept_faces(row.data)
    chosen = faces[index]
    outcome: Enrolled | NotStored | LooksLike
    if await other_person(session, whom, chosen) is not None:
        outcome = await ask_who(session, whom, [chosen], now=now, expires_at=row.expires_at)
    else:
        outcome = await _store(session, whom, chosen, now)
    await pending.remove(session, pending_id)
    spared = None if isinstance(outcome, NotStored) else chosen.crop
    return outcome, [face.crop for face in faces if face.crop != spared]


async def decide(
    session: AsyncSession, pending_id: int, now: float, *, is_other: bool
) -> tuple[list[Enrolled | NotStored], list[str]]:
    """Enrol the faces that looked like somebody else: as the one asked for, or as that other person.

    Returns what became of each, and the crops that are no longer needed. Raises NothingPending.
    """
    row = await _row(session, pending_id, now)
    whom = _whom(row)
    if is_other:
        name = (await people.names(session, whom.chat_id)).get(row.data["other"])
        if name is None:
            raise NothingPending
        whom = msgspec.structs.replace(whom, name=name)
    faces = kept_faces(row.data)
    outcomes = [await _store(session, whom, face, now) for face in faces]
    await pending.remove(session, pending_id)
    stored = {outcome.crop for outcome in outcomes if isinstance(outcome, Enrolled)}
    return outcomes, [face.crop for face in faces if face.crop not in stored]


async def drop_pending(session: AsyncSession, pending_id: int) -> tuple[str, ...]:
    """Forget the faces that waited; returns their crops. Raises NothingPending."""
    row = await pending.remove(session, pending_id)
    if row is None:
        raise NothingPending
    return row.files


async def _store(session: AsyncSession, whom: Whom, face: FoundFace, now: float) -> Enrolled | NotStored:
    try:
        return await store(session, whom, face, now)
    except OtherModel as error:
        raise NothingPending from error


async def _keep(
    session: AsyncSession,
    kind: str,
    whom: Whom,
    faces: Sequence[FoundFace],
    about: dict[str, int],
    *,
    now: float,
    expires_at: float,
) -> int:
    data = {"name": whom.name, "privately": whom.privately, "faces": msgspec.to_builtins(faces), **about}
    files = tuple(face.crop for face in faces)
    return await pending.put(session, NewPending(whom.chat_id, whom.by, kind, data, expires_at, files), now)


async def _row(session: AsyncSession, pending_id: int, now: float) -> PendingRow:
    row = await pending.get(session, pending_id, now)
    if row is None:
        raise NothingPending
    return row


def _whom(row: PendingRow) -> Whom:
    return Whom(row.chat_id, row.data["name"], row.user_id, row.data.get("privately", False))
