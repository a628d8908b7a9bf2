"""What a correction teaches: the vectors of what was denied, and the face that was named.

The photo is fetched again, and looked at once for both (the job "learn"), or for the vectors alone (the job
"learn_denials"): those that were made by another model mean nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import catch_up
from bot.usecases.correct import Spot
from bot.usecases.enrol import NotStored, Whom, check, store
from bot.usecases.enrol.studying import keep
from bot.usecases.enrol.values import DiskFull, FoundFace, OtherModel
from bot.usecases.ports import Picture, Ports
from bot.usecases.seen import SeenFace, same_face
from ml.protocol import Analyse, Box, Description, Face
from storage import answers, gallery, jobs, negatives, people
from storage.answers import AnswerRow
from storage.jobs import NewJob

DENIALS = "learn_denials"


class Lesson(msgspec.Struct, frozen=True):
    """What a photo teaches: vectors for "no"s that had none, by their ids, and the face to enrol, if any.

    `model` made the vectors. `why_not`: why the face that was named cannot be enrolled.
    """

    model: str
    vectors: Mapping[int, bytes]
    face: FoundFace | None = None
    why_not: NotStored | DiskFull | OtherModel | None = None


async def queue_denials(session: AsyncSession, chat_id: int, now: float) -> None:
    """Have the "no"s of a chat that have no vector get one, where their photo was answered and is still kept.

    The others go on holding for their face of their photo.
    """
    for source in await negatives.photos_without_vector(session, chat_id):
        row = await answers.latest_to(session, chat_id, source)
        if row is not None:
            await jobs.put(session, NewJob(chat_id, DENIALS, source, {"answer": row.id}), now)


async def study(ports: Ports, at: Spot, known: Description) -> Lesson | None:
    """Look at the photo of an answer again; None where no model can. Raises MLError (BadPhoto: gone)."""
    if known.embedder is None:
        return None
    async with ports.database.read() as session:
        missing = await negatives.without_vector(session, at.row.chat_id, at.source)
        is_taught = await _is_taught(session, at)
    async with ports.fetch(_picture(at.row)) as path:
        analysis = await ports.worker.ask(Analyse(photo=str(path), classify=False, crops=not is_taught))
        faces = analysis.faces or ()
        lesson = Lesson(known.embedder.id, _vectors(missing, faces))
        index = same_face(at.face.box, [face.box for face in faces])
        if is_taught or index is None:
            return lesson
        return await _with_face(ports, at, lesson, faces[index], known)


async def study_denials(ports: Ports, row: AnswerRow, known: Description) -> Lesson | None:
    """The same for the "no"s alone."""
    if known.embedder is None:
        return None
    async with ports.database.read() as session:
        missing = await negatives.without_vector(session, row.chat_id, row.file_unique_id)
    async with ports.fetch(_picture(row)) as path:
        analysis = await ports.worker.ask(Analyse(photo=str(path), classify=False))
    return Lesson(known.embedder.id, _vectors(missing, analysis.faces or ()))


def _picture(row: AnswerRow) -> Picture:
    return Picture(row.file_id, row.file_unique_id)


def _vectors(missing: Mapping[int, tuple[float, ...]], faces: Sequence[Face]) -> dict[int, bytes]:
    """The vectors of the faces that "no"s are about, by the ids of these; `missing`: their boxes."""
    boxes = [face.box for face in faces]
    found = {number: same_face(Box(*box), boxes) for number, box in missing.items()}
    return {number: faces[index].embedding for number, index in found.items() if index is not None}


async def _is_taught(session: AsyncSession, at: Spot) -> bool:
    """Whether there is nobody to enrol: no person told a name, or it is enrolled from this photo already."""
    face = at.face
    if not face.told or face.person_id is None:
        return True
    return bool(await gallery.from_photo(session, face.person_id, at.source))


async def _with_face(ports: Ports, at: Spot, lesson: Lesson, face: Face, known: Description) -> Lesson:
    name = at.face.name or ""
    if face.quality.problems:
        return msgspec.structs.replace(lesson, why_not=NotStored(name, face.quality.problems[0]))
    try:
        await check(ports, at.row.chat_id, known)
    except (DiskFull, OtherModel) as error:
        return msgspec.structs.replace(lesson, why_not=error)
    return msgspec.structs.replace(lesson, face=await keep(ports, face, _picture(at.row), lesson.model))


async def take_in(
    session: AsyncSession, lesson: Lesson, now_said: SeenFace | None, whom: Whom, now: float
) -> NotStored | DiskFull | OtherModel | None:
    """Store what was learnt; what could not be enrolled, and why.

    `now_said`: what the answer says of the face by now, which decides whose it is: they may have been renamed
    or merged meanwhile. Where nobody says any more who it is, the face is not enrolled.
    """
    await take_in_denials(session, whom.chat_id, lesson, now)
    if lesson.why_not is not None or lesson.face is None:
        return lesson.why_not
    name = (await people.names(session, whom.chat_id)).get(_told(now_said) or 0)
    if name is None:
        return None
    outcome = await store(session, msgspec.structs.replace(whom, name=name), lesson.face, now)
    if isinstance(outcome, NotStored) and outcome.reason != "same_picture":
        return outcome
    # It is learnt, or was known already, which needs no telling.
    return None


def _told(face: SeenFace | None) -> int | None:
    """Who a face is, where somebody said so."""
    return face.person_id if face is not None and face.told else None


async def take_in_denials(session: AsyncSession, chat_id: int, lesson: Lesson, now: float) -> None:
    """Store the vectors of "no"s; what was lately said is looked at again."""
    for negative_id, vector in lesson.vectors.items():
        await negatives.set_vector(session, negative_id, lesson.model, vector)
    if lesson.vectors:
        await catch_up.queue(session, chat_id, now)
