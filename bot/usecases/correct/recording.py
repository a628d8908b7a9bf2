"""What a correction changes is kept for some minutes, so that it can be undone.

A record is a row of `pending` (kind "correction") of whoever corrected. It has the enrolled faces that the
correction removed, whose crops it keeps, and goes with any of the people it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.correct.values import Correction, Spot, spot
from bot.usecases.seen import SeenFace
from storage import chats, negatives, pending, people, photo_faces
from storage.pending import NewPending
from storage.photo_faces import WholeFace

KIND = "correction"


class Denied(msgspec.Struct, frozen=True):
    """A "no": a box (pixels of the upright photo) is not that person."""

    person: int
    box: tuple[float, float, float, float]


class Owned(msgspec.Struct, frozen=True):
    """An enrolled face, by its id, and whose it was; or a person alone (`face` is 0)."""

    person: int
    face: int = 0


class Photo(msgspec.Struct, frozen=True):
    """One photo's part of a correction: of the faces `about` (indices) of its answer.

    `before` and `after`: what was said of each face that changed. `had`: the enrolled faces of the photo
    before; of these, `removed` are gone, and `moved` somebody else's. `denied` are new "no"s, `lifted` those
    that were taken back.
    """

    answer: int
    about: tuple[int, ...]
    before: tuple[tuple[int, SeenFace], ...]
    after: tuple[tuple[int, SeenFace], ...]
    had: tuple[int, ...]
    removed: tuple[WholeFace, ...]
    moved: tuple[Owned, ...]
    denied: tuple[Denied, ...]
    lifted: tuple[Denied, ...]

    @property
    def named(self) -> set[int]:
        """Whom the correction found in the photo."""
        return {face.person_id for _, face in self.after if face.told and face.person_id is not None}


class Record(msgspec.Struct, frozen=True):
    """A correction of a reply's answers. `added`: who was nobody before.

    `model`: the gallery's then; None where it had none yet.
    """

    reply: int
    photos: tuple[Photo, ...]
    added: tuple[Owned, ...]
    model: str | None


class State(msgspec.Struct, frozen=True):
    """What there is of a photo at one moment."""

    faces: tuple[SeenFace, ...]
    enrolled: tuple[WholeFace, ...]
    denials: tuple[Denied, ...]


class Before(msgspec.Struct, frozen=True):
    """How things are before a correction of these faces; `states` by the answers' ids."""

    chat_id: int
    spots: tuple[Spot, ...]
    states: Mapping[int, State]
    people: frozenset[int]
    model: str | None


async def look(session: AsyncSession, chat_id: int, spots: Sequence[Spot]) -> Before:
    """Look at what a correction of these faces, of one reply, is going to change."""
    states = {at.row.id: await _state(session, at) for at in spots}
    known = frozenset(await people.names(session, chat_id))
    chat = await chats.get(session, chat_id)
    return Before(chat_id, tuple(spots), states, known, chat.face_model if chat else None)


async def _state(session: AsyncSession, at: Spot) -> State:
    chat_id, source = at.row.chat_id, at.source
    return State(
        at.recognition.faces or (),
        tuple(await photo_faces.of_photo(session, chat_id, source)),
        tuple(
            Denied(denial.person_id, (denial.box[0], denial.box[1], denial.box[2], denial.box[3]))
            for denial in await negatives.of_photo(session, chat_id, source)
        ),
    )


async def record(session: AsyncSession, before: Before, correction: Correction) -> int:
    """Keep what undoes a correction, once it is done; the id of its record."""
    photos = [await _photo(session, before, answer_id) for answer_id in before.states]
    added = sorted(set(await people.names(session, before.chat_id)) - before.people)
    kept = Record(before.spots[0].row.reply_id or 0, tuple(photos), tuple(map(Owned, added)), before.model)
    crops = tuple(face.crop for photo in photos for face in photo.removed)
    expires_at = correction.now + correction.undo_s
    row = NewPending(before.chat_id, correction.by, KIND, msgspec.to_builtins(kept), expires_at, crops)
    return await pending.put(session, row, correction.now)


async def _photo(session: AsyncSession, before: Before, answer_id: int) -> Photo:
    about = tuple(at.index for at in before.spots if at.row.id == answer_id)
    old = before.states[answer_id]
    now = await _state(session, await spot(session, before.chat_id, answer_id, about[0]))
    pairs = enumerate(zip(old.faces, now.faces, strict=True))
    changed = [(index, was, face) for index, (was, face) in pairs if index in about or was != face]
    owners = {face.id: face.person_id for face in now.enrolled}
    return Photo(
        answer=answer_id,
        about=about,
        before=tuple((index, was) for index, was, _ in changed),
        after=tuple((index, face) for index, _, face in changed),
        had=tuple(face.id for face in old.enrolled),
        removed=tuple(face for face in old.enrolled if face.id not in owners),
        moved=tuple(
            Owned(face.person_id, face.id)
            for face in old.enrolled
            if owners.get(face.id, face.person_id) != face.person_id
        ),
        denied=tuple(denied for denied in now.denials if denied not in old.denials),
        lifted=tuple(denied for denied in old.denials if denied not in now.denials),
    )


def removed_from(data: dict[str, Any], person_ids: Collection[int]) -> list[WholeFace]:
    """The faces of these people that a correction removed; `data`: its record's."""
    photos = msgspec.convert(data, Record).photos
    return [face for photo in photos for face in photo.removed if face.person_id in person_ids]


async def last_record(session: AsyncSession, reply_id: int, now: float) -> int | None:
    """The record of the latest correction of a reply, as long as it can be undone."""
    row = await pending.latest_with(session, KIND, ("reply", reply_id), now)
    return row.id if row is not None else None
