"""One face of an answer is corrected: yes, no, somebody else, nobody.

What needs the photo itself (the vector of a "no", the crop of a "yes") is left to the job "learn", and what
is said is right before it ran: a "no" holds for that face of that photo at once. The other faces of the photo
are looked at again afterwards, by what the gallery knows by now (`bot.usecases.catch_up`).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import catch_up, overtaken, refresh
from bot.usecases.asking import check_author
from bot.usecases.consent import record_attested
from bot.usecases.correct.taking import lift, remove_enrolled, take_away
from bot.usecases.correct.values import Correction, Outdated, Person, Spot
from bot.usecases.names import parse_name
from bot.usecases.seen import SeenFace, unknown, up_to_date
from storage import jobs, people
from storage.jobs import NewJob

LEARN = "learn"


async def deny(session: AsyncSession, at: Spot, person_id: int, correction: Correction) -> None:
    """No: this face is not that person, and never will be called so. Raises Outdated, NotTheirs."""
    if at.face.person_id != person_id:
        raise Outdated
    await take_away(session, at, correction)
    await _say(session, at, unknown(at.face), correction)
    await catch_up.queue(session, at.row.chat_id, correction.now, naming=person_id)


async def dismiss(session: AsyncSession, at: Spot, correction: Correction) -> None:
    """Not a face, or nobody to speak of: it is left out of the answer. Raises NotTheirs."""
    if at.face.person_id is not None:
        await take_away(session, at, correction)
    await _say(session, at, msgspec.structs.replace(unknown(at.face), dismissed=True), correction)


async def bring_back(session: AsyncSession, at: Spot, correction: Correction) -> None:
    """It is a face after all: somebody unknown, until it is looked at again. Raises Outdated."""
    if not at.face.dismissed:
        raise Outdated
    await _say(session, at, msgspec.structs.replace(unknown(at.face), dismissed=False), correction)


async def confirm(session: AsyncSession, at: Spot, person_id: int, correction: Correction) -> None:
    """Yes: this face is the person that it was taken for. Raises Outdated."""
    if at.face.person_id != person_id:
        raise Outdated
    await call_known(session, at, person_id, correction)


async def call(session: AsyncSession, at: Spot, name: str, correction: Correction) -> Person:
    """This face is whoever has that name; somebody new, if nobody has.

    Raises BadName, NotTheirs, AuthorRefused.
    """
    name = parse_name(name)
    found = await people.find(session, at.row.chat_id, name)
    if found is not None:
        person = Person(found.id, found.name)
    else:
        added = await people.add(session, at.row.chat_id, name, correction.by, correction.now)
        await record_attested(session, added, correction.by, correction.now)
        person = Person(added, name)
    await _attribute(session, at, person, correction)
    return person


async def call_known(session: AsyncSession, at: Spot, person_id: int, correction: Correction) -> None:
    """This face is that person of the chat. Raises NotTheirs, and Outdated where there is no such person."""
    name = (await people.names(session, at.row.chat_id)).get(person_id)
    if name is None:
        raise Outdated
    await _attribute(session, at, Person(person_id, name), correction)


async def _attribute(session: AsyncSession, at: Spot, person: Person, correction: Correction) -> None:
    """This face is that person: learnt from, and no other face of the photo is them. Raises AuthorRefused."""
    await check_author(session, at.row.chat_id, at.recognition.author, correction.digest)
    wrong = at.face.person_id
    others = [face for index, face in enumerate(at.recognition.faces or ()) if index != at.index]
    if any(face.told and face.person_id == person.id for face in others):
        # What was enrolled of the photo is that other face.
        await remove_enrolled(session, at, person.id, correction)
    if wrong not in {None, person.id}:
        await take_away(session, at, correction, right=person.id)
    await lift(session, at, person.id)
    sure = msgspec.structs.replace(
        at.face, tone="sure", person_id=person.id, name=person.name, told=True, dismissed=False
    )
    if wrong != person.id:
        sure = msgspec.structs.replace(sure, similarity=None)
    await _say(session, at, sure, correction)
    if wrong not in {None, person.id}:
        await catch_up.queue(session, at.row.chat_id, correction.now, naming=wrong)


async def _say(session: AsyncSession, at: Spot, face: SeenFace, correction: Correction) -> None:
    others = {index: _other(other, face) for index, other in enumerate(at.recognition.faces or ())}
    await restate(session, at, {**others, at.index: face}, correction)


async def restate(
    session: AsyncSession, at: Spot, changed: Mapping[int, SeenFace], correction: Correction
) -> None:
    """The answer says this of these faces from now on, and calls everybody as they are called by now.

    The photo is looked at for what the correction teaches, and for who the other faces are by now.
    """
    chat_id = at.row.chat_id
    names = await people.names(session, chat_id)
    said = enumerate(at.recognition.faces or ())
    faces = tuple(up_to_date(changed.get(index, face), names) for index, face in said)
    recognition = msgspec.structs.replace(at.recognition, faces=faces)
    await refresh.change(session, at.row, recognition, correction.now)
    data = {"answer": at.row.id, "face": at.index, "by": correction.by}
    await jobs.put(session, NewJob(chat_id, LEARN, f"{at.row.id}:{at.index}", data), correction.now)
    await overtaken.look_again(session, chat_id, at.row.id, correction.now)


def _other(other: SeenFace, face: SeenFace) -> SeenFace:
    """Another face of the photo: nobody is in a photo twice."""
    is_same = face.person_id is not None and other.person_id == face.person_id
    return unknown(other) if is_same else other
