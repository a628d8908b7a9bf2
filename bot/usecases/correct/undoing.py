"""A correction is undone: the answers, the gallery and the "no"s become what they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import catch_up, refresh
from bot.usecases.correct.faces import restate
from bot.usecases.correct.recording import KIND, Photo, Record
from bot.usecases.correct.values import Correction, NotYours, Outdated, Spot, spot
from bot.usecases.refresh import recognition_of
from bot.usecases.seen import SeenFace, unknown
from storage import answers, cards, deletion, gallery, negatives, pending, people, photo_faces
from storage.negatives import NewNegative
from storage.pending import PendingRow


async def undo(session: AsyncSession, chat_id: int, record_id: int, correction: Correction) -> list[str]:
    """Undo a correction; the crops that may no longer be needed.

    Raises NotYours, and Outdated where it was corrected again, where somebody was forgotten, or later.
    """
    row = await pending.get(session, record_id, correction.now)
    if row is None or row.kind != KIND or row.chat_id != chat_id:
        raise Outdated
    if row.user_id != correction.by and not correction.is_admin:
        raise NotYours
    kept = msgspec.convert(row.data, Record)
    crops = await _undo(session, row, kept, correction)
    await pending.remove(session, row.id)
    return [*crops, *row.files]


async def _undo(session: AsyncSession, row: PendingRow, kept: Record, correction: Correction) -> list[str]:
    names = await people.names(session, row.chat_id)
    crops: list[str] = []
    for photo in kept.photos:
        at = await spot(session, row.chat_id, photo.answer, photo.about[0])
        _check(at, photo, names)
        crops += await _return_faces(session, at, photo, names)
        await photo_faces.put_back(session, row.chat_id, photo.removed, kept.model)
        await _return_denials(session, at, photo, correction)
        await restate(session, at, dict(_as_before(at, photo)), correction)
    for person in kept.added:
        crops += await _remove_unless_needed(session, row.chat_id, person.person, correction.now)
    for person_id in {None, *(person_id for photo in kept.photos for person_id in photo.named)}:
        await catch_up.queue(session, row.chat_id, correction.now, naming=person_id)
    return crops


def _check(at: Spot, photo: Photo, names: Mapping[int, str]) -> None:
    """Raises Outdated where a person has said something else since, or whoever was named is gone."""
    faces, after = at.recognition.faces or (), dict(photo.after)
    if any(_is_said_since(faces[index], after[index]) for index in photo.about):
        raise Outdated
    if not photo.named <= set(names):
        raise Outdated


def _is_said_since(face: SeenFace, after: SeenFace) -> bool:
    """Whether a person has said something about a face since; what the networks made of it does not count."""
    is_other = face.told and face.person_id != after.person_id
    return is_other or (face.told, face.dismissed) != (after.told, after.dismissed)


async def _return_faces(session: AsyncSession, at: Spot, photo: Photo, names: Mapping[int, str]) -> list[str]:
    """What was learnt since goes, and what was moved goes back, or as well; the crops."""
    now = await photo_faces.of_photo(session, at.row.chat_id, at.source)
    moved = {owned.face: owned.person for owned in photo.moved}
    theirs = {face.id for face in now if face.person_id in photo.named}
    gone = {face_id for face_id in theirs if face_id not in photo.had}
    for face_id in theirs & set(moved):
        person_id = moved[face_id]
        if person_id in names and not await gallery.from_photo(session, person_id, at.source):
            await gallery.give(session, [face_id], person_id)
        else:
            gone.add(face_id)
    return [face.crop for face in await gallery.remove_faces(session, gone)]


async def _return_denials(session: AsyncSession, at: Spot, photo: Photo, correction: Correction) -> None:
    names = await people.names(session, at.row.chat_id)
    for denied in photo.denied:
        if denied.person in names:
            await negatives.remove(session, denied.person, at.source, denied.box)
    for lifted in photo.lifted:
        if lifted.person in names:
            no = NewNegative(lifted.person, at.source, lifted.box)
            await negatives.add(session, no, correction.by, correction.now)


def _as_before(at: Spot, photo: Photo) -> Iterator[tuple[int, SeenFace]]:
    """What was said, but for faces of which a person has said more since. Nobody is in a photo twice."""
    faces, after = at.recognition.faces or (), dict(photo.after)
    changing = [index for index, _ in photo.before if not _is_said_since(faces[index], after[index])]
    taken = {face.person_id for index, face in enumerate(faces) if index not in changing}
    for index, face in photo.before:
        if index in changing:
            is_taken = face.person_id is not None and face.person_id in taken
            yield index, unknown(face) if is_taken else face


async def _remove_unless_needed(session: AsyncSession, chat_id: int, person_id: int, now: float) -> list[str]:
    """Whoever was made by the correction goes, unless there is more of them by now; the crops to delete."""
    card = await cards.card(session, chat_id, person_id)
    rows = await answers.naming(session, [person_id])
    is_told = any(
        face.told and face.person_id == person_id for row in rows for face in recognition_of(row).faces or ()
    )
    if card.faces or card.user_id is not None or is_told:
        return []
    # What names them goes with them; its message should say so.
    await refresh.unname(session, [person_id], now)
    return await deletion.remove_people(session, [person_id])
