"""An answer is corrected: yes, no, somebody else, nobody. Anybody in the chat may; the records keep who did.

Each function works inside the caller's transaction and returns the crops that may no longer be needed. What
needs the photo itself (the vector of a "no", the crop of a "yes") is left to the job "learn", and what is
said is right before it ran: a "no" holds for that face of that photo at once.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import catch_up, refresh
from bot.usecases.consent import record_attested
from bot.usecases.names import parse_name
from bot.usecases.refresh import recognition_of
from bot.usecases.seen import Recognition, SeenFace, same_face, unknown
from ml.protocol import Box
from storage import answers, gallery, jobs, negatives, people
from storage.answers import AnswerRow
from storage.jobs import NewJob
from storage.negatives import NewNegative

LEARN = "learn"


class Outdated(Exception):
    """What is to be corrected is no longer what was said."""


class Spot(msgspec.Struct, frozen=True):
    """A face of an answer: what a correction is about."""

    row: AnswerRow
    recognition: Recognition
    index: int

    @property
    def face(self) -> SeenFace:
        assert self.recognition.faces is not None
        return self.recognition.faces[self.index]


class Correction(msgspec.Struct, frozen=True):
    """By whom something is corrected, and when."""

    by: int
    now: float


class Person(msgspec.Struct, frozen=True):
    """Somebody of the chat's gallery."""

    id: int
    name: str


async def spot(session: AsyncSession, chat_id: int, answer_id: int, index: int) -> Spot:
    """The face of an answer that a button or a reply means. Raises Outdated where it is gone."""
    row = await answers.get(session, answer_id)
    if row is None or row.chat_id != chat_id:
        raise Outdated
    recognition = recognition_of(row)
    if not 0 <= index < len(recognition.faces or ()):
        raise Outdated
    return Spot(row, recognition, index)


async def deny(session: AsyncSession, at: Spot, person_id: int, correction: Correction) -> list[str]:
    """No: this face is not that person, and never will be called so. Raises Outdated."""
    if at.face.person_id != person_id:
        raise Outdated
    crops = await _take_away(session, at, correction)
    await _say(session, at, unknown(at.face), correction)
    await catch_up.queue(session, at.row.chat_id, correction.now, naming=person_id)
    return crops


async def dismiss(session: AsyncSession, at: Spot, correction: Correction) -> list[str]:
    """Not a face, or nobody to speak of: it is left out of the answer."""
    crops = await _take_away(session, at, correction) if at.face.person_id is not None else []
    await _say(session, at, msgspec.structs.replace(unknown(at.face), dismissed=True), correction)
    return crops


async def confirm(session: AsyncSession, at: Spot, person_id: int, correction: Correction) -> list[str]:
    """Yes: this face is the person that it was taken for. Raises Outdated."""
    if at.face.person_id != person_id:
        raise Outdated
    return await attribute(session, at, await _person(session, at.row.chat_id, person_id), correction)


async def call(
    session: AsyncSession, at: Spot, name: str, correction: Correction
) -> tuple[Person, list[str]]:
    """This face is whoever has that name; somebody new, if nobody has. Raises BadName, Outdated."""
    name = parse_name(name)
    found = await people.find(session, at.row.chat_id, name)
    if found is not None:
        person = Person(found.id, found.name)
    else:
        added = await people.add(session, at.row.chat_id, name, correction.by, correction.now)
        await record_attested(session, added, correction.by, correction.now)
        person = Person(added, name)
    return person, await attribute(session, at, person, correction)


async def call_known(session: AsyncSession, at: Spot, person_id: int, correction: Correction) -> list[str]:
    """This face is that person of the chat. Raises Outdated where there is no such person any more."""
    return await attribute(session, at, await _person(session, at.row.chat_id, person_id), correction)


async def attribute(session: AsyncSession, at: Spot, person: Person, correction: Correction) -> list[str]:
    """This face is that person: learnt from, and no other face of the photo is them."""
    crops: list[str] = []
    wrong = at.face.person_id
    if wrong not in {None, person.id}:
        crops = await _take_away(session, at, correction, right=person.id)
    await _lift(session, at, person.id)
    sure = msgspec.structs.replace(
        at.face, tone="sure", person_id=person.id, name=person.name, told=True, dismissed=False
    )
    if wrong != person.id:
        sure = msgspec.structs.replace(sure, similarity=None)
    await _say(session, at, sure, correction)
    if wrong not in {None, person.id}:
        await catch_up.queue(session, at.row.chat_id, correction.now, naming=wrong)
    return crops


async def _person(session: AsyncSession, chat_id: int, person_id: int) -> Person:
    name = (await people.names(session, chat_id)).get(person_id)
    if name is None:
        raise Outdated
    return Person(person_id, name)


async def _take_away(
    session: AsyncSession, at: Spot, correction: Correction, right: int | None = None
) -> list[str]:
    """The face is not whom it was taken for: a "no"; what was enrolled of it goes, or to who is `right`."""
    wrong = at.face.person_id
    if wrong is None or wrong not in await people.names(session, at.row.chat_id):
        return []
    if await denial(session, at, wrong) is None:
        edges = at.face.box
        box = (edges.left, edges.top, edges.right, edges.bottom)
        await negatives.add(
            session, NewNegative(wrong, at.row.file_unique_id, box), correction.by, correction.now
        )
    enrolled = await gallery.from_photo(session, wrong, at.row.file_unique_id)
    if right is not None and not await gallery.from_photo(session, right, at.row.file_unique_id):
        await gallery.give(session, enrolled, right)
        return []
    return [face.crop for face in await gallery.remove_faces(session, enrolled)]


async def _lift(session: AsyncSession, at: Spot, person_id: int) -> None:
    denied = await denial(session, at, person_id)
    if denied is not None:
        await negatives.remove(session, person_id, at.row.file_unique_id, denied)


async def denial(session: AsyncSession, at: Spot, person_id: int) -> tuple[float, ...] | None:
    """The box of the "no" to this face being that person; None where nobody said it."""
    denied = await negatives.of_photo(session, at.row.chat_id, at.row.file_unique_id)
    boxes = [denial.box for denial in denied if denial.person_id == person_id]
    found = same_face(at.face.box, [Box(*box) for box in boxes])
    return None if found is None else boxes[found]


async def _say(session: AsyncSession, at: Spot, face: SeenFace, correction: Correction) -> None:
    others = {index: _other(other, face) for index, other in enumerate(at.recognition.faces or ())}
    await restate(session, at, {**others, at.index: face}, correction)


async def restate(
    session: AsyncSession, at: Spot, changed: Mapping[int, SeenFace], correction: Correction
) -> None:
    """The answer says this of these faces from now on, and the photo is looked at for what it teaches."""
    faces = tuple(changed.get(index, face) for index, face in enumerate(at.recognition.faces or ()))
    recognition = msgspec.structs.replace(at.recognition, faces=faces)
    await refresh.change(session, at.row, recognition, correction.now)
    data = {"answer": at.row.id, "face": at.index, "by": correction.by}
    key = f"{at.row.id}:{at.index}"
    await jobs.put(session, NewJob(at.row.chat_id, LEARN, key, data), correction.now)


def _other(other: SeenFace, face: SeenFace) -> SeenFace:
    """Another face of the photo: nobody is in a photo twice."""
    is_same = face.person_id is not None and other.person_id == face.person_id
    return unknown(other) if is_same else other
