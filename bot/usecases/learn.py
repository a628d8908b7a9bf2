"""What a correction teaches (the job "learn"): the vectors of what was denied, and the face that was named.

The photo is fetched again, and looked at once for both.
"""

from __future__ import annotations

from collections.abc import Mapping

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
from storage import gallery, negatives, people


class Lesson(msgspec.Struct, frozen=True):
    """What a photo teaches: vectors for "no"s that had none, by their ids, and the face to enrol, if any.

    `model` made the vectors. `why_not`: why the face that was named cannot be enrolled.
    """

    model: str
    vectors: Mapping[int, bytes]
    face: FoundFace | None = None
    why_not: NotStored | DiskFull | OtherModel | None = None


async def study(ports: Ports, at: Spot, known: Description) -> Lesson | None:
    """Look at the photo of an answer again; None where no model can. Raises MLError (BadPhoto: gone)."""
    if known.embedder is None:
        return None
    picture = Picture(at.row.file_id, at.row.file_unique_id)
    async with ports.database.read() as session:
        missing = await negatives.without_vector(session, at.row.chat_id, at.row.file_unique_id)
        is_taught = await _is_taught(session, at)
    async with ports.fetch(picture) as path:
        analysis = await ports.worker.ask(Analyse(photo=str(path), classify=False, crops=not is_taught))
        faces = analysis.faces or ()
        boxes = [face.box for face in faces]
        found = {number: same_face(Box(*box), boxes) for number, box in missing.items()}
        vectors = {number: faces[index].embedding for number, index in found.items() if index is not None}
        lesson = Lesson(known.embedder.id, vectors)
        index = same_face(at.face.box, boxes)
        if is_taught or index is None:
            return lesson
        return await _with_face(ports, at, lesson, faces[index], known)


async def _is_taught(session: AsyncSession, at: Spot) -> bool:
    """Whether there is nobody to enrol: no person told a name, or it is enrolled from this photo already."""
    face = at.face
    if not face.told or face.person_id is None:
        return True
    return bool(await gallery.from_photo(session, face.person_id, at.row.file_unique_id))


async def _with_face(ports: Ports, at: Spot, lesson: Lesson, face: Face, known: Description) -> Lesson:
    name = at.face.name or ""
    if face.quality.problems:
        return msgspec.structs.replace(lesson, why_not=NotStored(name, face.quality.problems[0]))
    try:
        await check(ports, at.row.chat_id, known)
    except (DiskFull, OtherModel) as error:
        return msgspec.structs.replace(lesson, why_not=error)
    picture = Picture(at.row.file_id, at.row.file_unique_id)
    return msgspec.structs.replace(lesson, face=await keep(ports, face, picture, lesson.model))


async def take_in(
    session: AsyncSession, lesson: Lesson, now_said: SeenFace | None, whom: Whom, now: float
) -> NotStored | DiskFull | OtherModel | None:
    """Store what was learnt; what could not be enrolled, and why.

    `now_said`: what the answer says of the face by now. The correction may have been undone, or corrected,
    meanwhile: then the face is not enrolled, and the later change's own lesson follows.
    """
    for negative_id, vector in lesson.vectors.items():
        await negatives.set_vector(session, negative_id, lesson.model, vector)
    if lesson.vectors:
        await catch_up.queue(session, whom.chat_id, now)
    if lesson.why_not is not None or lesson.face is None:
        return lesson.why_not
    names = await people.names(session, whom.chat_id)
    if now_said is None or not now_said.told or names.get(now_said.person_id or 0) != whom.name:
        return None
    outcome = await store(session, whom, lesson.face, now)
    if isinstance(outcome, NotStored) and outcome.reason != "same_picture":
        return outcome
    # It is learnt, or was known already, which needs no telling.
    return None
