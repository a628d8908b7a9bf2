"""A correction in words, and the way back: the answer, the gallery and the "no"s become what they were.

Each function works inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import catch_up, correct, refresh
from bot.usecases.correct import Correction, Outdated, Person, Spot
from bot.usecases.refresh import recognition_of
from bot.usecases.seen import SeenFace, unknown
from storage import answers, cards, deletion, gallery, negatives, people
from storage.negatives import NewNegative

# The edges of a box: left, top, right, bottom, in pixels of the upright photo.
Edges = tuple[float, ...]


class WayBack(msgspec.Struct, frozen=True):
    """What `retract` takes to undo a correction of face `face` of answer `answer`, which is `person` since.

    `is_new`: nobody was called so before. `before`: what was said of this face, and of another that was taken
    for the same person, by their indices. `wrong`: whom it was taken for; `moved`: the faces that they had of
    the photo, `had`: those that `person` had. `is_denied`: a "no" was made for `wrong`. `lifted`: the box of
    a "no" to `person` that was taken back.
    """

    answer: int
    face: int
    person: int
    is_new: bool
    before: tuple[tuple[int, SeenFace], ...]
    wrong: int | None
    moved: tuple[int, ...]
    had: tuple[int, ...]
    is_denied: bool
    lifted: Edges | None


class Called(msgspec.Struct, frozen=True):
    """What a correction in words did; `crops` may no longer be needed, `way_back` is JSON."""

    person: Person
    is_new: bool
    crops: list[str]
    way_back: dict[str, Any]


async def call(session: AsyncSession, at: Spot, name: str, correction: Correction) -> Called:
    """`correct.call`, with the way back. Raises BadName, Outdated."""
    source, wrong = at.row.file_unique_id, at.face.person_id
    known = await people.find(session, at.row.chat_id, name)
    had = await gallery.from_photo(session, known.id, source) if known else []
    moved = await gallery.from_photo(session, wrong, source) if wrong is not None else []
    lifted = await correct.denial(session, at, known.id) if known else None
    was_denied = wrong is not None and await correct.denial(session, at, wrong) is not None
    person, crops = await correct.call(session, at, name, correction)
    is_other = wrong not in {None, person.id}
    way_back = WayBack(
        answer=at.row.id,
        face=at.index,
        person=person.id,
        is_new=known is None,
        before=tuple(_touched(at, person.id)),
        wrong=wrong if is_other else None,
        moved=tuple(moved) if is_other else (),
        had=tuple(had),
        is_denied=is_other and not was_denied,
        lifted=lifted,
    )
    return Called(person, known is None, crops, msgspec.to_builtins(way_back))


def _touched(at: Spot, person_id: int) -> Iterator[tuple[int, SeenFace]]:
    for index, face in enumerate(at.recognition.faces or ()):
        if index == at.index or face.person_id == person_id:
            yield index, face


async def retract(
    session: AsyncSession, chat_id: int, way_back: dict[str, Any], correction: Correction
) -> list[str]:
    """Undo a correction; the crops to delete. Raises Outdated where it was corrected again, or forgotten."""
    back = msgspec.convert(way_back, WayBack)
    at = await correct.spot(session, chat_id, back.answer, back.face)
    names = await people.names(session, chat_id)
    if at.face.person_id != back.person or not at.face.told or back.person not in names:
        raise Outdated
    crops = await _return_faces(session, at, back, names)
    await _return_denials(session, at, back, names, correction)
    await correct.restate(session, at, dict(_as_before(at, back, names)), correction)
    if back.is_new:
        crops += await _remove_unless_needed(session, chat_id, back.person, correction.now)
    await catch_up.queue(session, chat_id, correction.now, naming=back.person)
    return crops


async def _return_faces(session: AsyncSession, at: Spot, back: WayBack, names: dict[int, str]) -> list[str]:
    """What was enrolled of the photo goes, or back to whom it was taken from."""
    source = at.row.file_unique_id
    taught = set(await gallery.from_photo(session, back.person, source)) - set(back.had)
    if back.wrong in names:
        theirs = taught & set(back.moved)
        if theirs and not await gallery.from_photo(session, back.wrong, source):
            await gallery.give(session, theirs, back.wrong)
            taught -= theirs
    return [face.crop for face in await gallery.remove_faces(session, taught)]


async def _return_denials(
    session: AsyncSession, at: Spot, back: WayBack, names: dict[int, str], correction: Correction
) -> None:
    source = at.row.file_unique_id
    if back.is_denied and back.wrong in names:
        denied = await correct.denial(session, at, back.wrong)
        if denied is not None:
            await negatives.remove(session, back.wrong, source, denied)
    if back.lifted is not None:
        left, top, right, bottom = back.lifted
        denial = NewNegative(back.person, source, (left, top, right, bottom))
        await negatives.add(session, denial, correction.by, correction.now)


def _as_before(at: Spot, back: WayBack, names: dict[int, str]) -> Iterator[tuple[int, SeenFace]]:
    """What was said, but for names that nobody has any more, and for faces of which more is known by now."""
    faces = at.recognition.faces or ()
    changing = [index for index, _ in back.before if index == at.index or faces[index].is_open]
    # Nobody is in a photo twice.
    taken = {face.person_id for index, face in enumerate(faces) if index not in changing}
    free = {person_id: name for person_id, name in names.items() if person_id not in taken}
    for index, face in back.before:
        if index in changing:
            is_nobody = face.person_id is not None and free.get(face.person_id) != face.name
            yield index, unknown(face) if is_nobody else face


async def _remove_unless_needed(session: AsyncSession, chat_id: int, person_id: int, now: float) -> list[str]:
    """Whoever was made by the correction goes, unless there is more of them by now; the crops to delete."""
    card = await cards.card(session, chat_id, person_id)
    rows = await answers.naming(session, [person_id])
    is_told = any(
        face.told and face.person_id == person_id for row in rows for face in recognition_of(row).faces or ()
    )
    if card.faces or card.user_id is not None or is_told:
        return []
    for row in rows:
        # What names them goes with them; its message should say so.
        recognition = recognition_of(row)
        faces = tuple(
            unknown(face) if face.person_id == person_id else face for face in recognition.faces or ()
        )
        await refresh.change(session, row, msgspec.structs.replace(recognition, faces=faces), now)
    return await deletion.remove_people(session, [person_id])
