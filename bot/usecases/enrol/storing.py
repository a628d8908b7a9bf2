"""A face is put into a chat's gallery, and taken back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases import catch_up, consent, refresh
from bot.usecases.enrol import albums, asked
from bot.usecases.enrol.agreeing import agree
from bot.usecases.enrol.copies import is_copy
from bot.usecases.enrol.values import Enrolled, FoundFace, NotStored, OtherModel, Outcome, Whom, new_face
from bot.usecases.progress import Progress, Variety, progress
from bot.usecases.seen import Recognition, SeenFace
from bot.usecases.subjects import Question
from storage import answers, appearances, chats, gallery, people
from storage.answers import NewAnswer
from storage.files import files_in_use
from storage.gallery import Gallery
from storage.likeness import cosines


async def place(
    session: AsyncSession, settings: Settings, whom: Whom, face: FoundFace, now: float
) -> Outcome:
    """Put a face where it is to go: to the question of somebody who is asked, or into the gallery.

    Raises NothingPending, OtherModel, NameTaken.
    """
    if whom.asked is not None:
        return await asked.wait(session, whom, face, now)
    if whom.user is None or face.problem is not None:
        return await store(session, whom, face, now)
    subject = msgspec.structs.replace(whom.user, name=whom.name)
    question = Question(whom.chat_id, subject, whom.by)
    name = await agree(session, settings, question, mention=None, now=now)
    return await store(session, msgspec.structs.replace(whom, name=name), face, now)


async def store(session: AsyncSession, whom: Whom, face: FoundFace, now: float) -> Enrolled | NotStored:
    """Put a face into the chat's gallery under a name. Raises OtherModel.

    Whoever enrols a new person says that this person agreed, which is recorded. What the chat was lately told
    is looked at again.
    """
    if face.problem is not None:
        return NotStored(whom.name, face.problem)
    await _agree_on_model(session, whom.chat_id, face.model)
    person = await people.find(session, whom.chat_id, whom.name)
    is_new = person is None
    if person is None:
        person_id = await people.add(session, whom.chat_id, whom.name, whom.by, now)
        await consent.record_attested(session, person_id, whom.by, now)
        name, photos = whom.name, 0
    else:
        person_id, name, photos = person.id, person.name, person.faces
        if await has_picture(session, person_id, face):
            return NotStored(name, "same_picture")
    face_id = await gallery.enrol(session, person_id, new_face(face), whom.by, now)
    if face_id is None:
        return NotStored(name, "same_picture")
    await catch_up.queue(session, whom.chat_id, now)
    stored = Enrolled(
        person_id, name, photos + 1, face_id, face.crop, face.crop_size, is_new=is_new, model=face.model
    )
    # In a private chat, the group's members could not find it.
    if not whom.privately:
        await _note_photo(session, whom.chat_id, face, stored, now)
    return stored


async def _note_photo(
    session: AsyncSession, chat_id: int, face: FoundFace, stored: Enrolled, now: float
) -> None:
    """Note that the person is in the photo that the face came from, so that it can be found."""
    if face.in_photo is None or not face.message_id:
        return
    seen = SeenFace(box=face.in_photo, tone="sure", person_id=stored.person_id, name=stored.name)
    note = NewAnswer(
        chat_id=chat_id,
        update_id=0,
        message_id=face.message_id,
        file_unique_id=face.source,
        file_id="",
        models=appearances.ENROLMENT,
        gallery_version=0,
        result=msgspec.to_builtins(Recognition(labels=None, sure=False, faces=(seen,))),
    )
    await answers.store(session, note, now)


async def has_picture(session: AsyncSession, person_id: int, face: FoundFace) -> bool:
    """Whether a person has this picture, or it is a copy of one that the person has."""
    faces = await gallery.taught(session, person_id, face.model)
    alike = cosines(face.vector, [known.vector for known in faces])
    return any(
        is_copy(face.model, cosine, face.landmarks, known.landmarks)
        for known, cosine in zip(faces, alike, strict=True)
    )


async def outlook(session: AsyncSession, faces_of: Gallery, enrolled: Enrolled, varied: float) -> Progress:
    """How well a person is known after this enrolment, and what would help most.

    `varied`: as in ml.protocol.EmbedderInfo.
    """
    faces = await gallery.taught(session, enrolled.person_id, enrolled.model)
    spread = await faces_of.spread(session, enrolled.person_id, enrolled.model)
    qualities = [face.quality for face in faces]
    variety = Variety(
        yaws=tuple(quality["yaw"] for quality in qualities if "yaw" in quality),
        lights=tuple(quality["brightness"] for quality in qualities if "brightness" in quality),
        alike=spread.similarity,
    )
    return progress(enrolled.photos, variety, varied)


async def photos_of(session: AsyncSession, chat_id: int, name: str) -> int:
    """How many photos of a person are enrolled."""
    person = await people.find(session, chat_id, name)
    return person.faces if person else 0


async def undo(session: AsyncSession, person_id: int, face_ids: Sequence[int], now: float) -> list[str]:
    """Take faces back, and whoever is left without any; the crops to delete.

    Faces that are gone already are passed over. `person_id`: whose they were when they were enrolled.
    """
    chat_id = await people.home_of(session, person_id)
    faces = await gallery.remove_faces(session, face_ids)
    # A merge may have given them to somebody else since.
    theirs = {person_id, *(face.person_id for face in faces)}
    # What names them goes with them; its message should say so.
    await refresh.unname(session, await people.faceless(session, theirs), now)
    await people.remove_faceless(session, theirs)
    if chat_id is not None:
        await albums.forget_albums(session, chat_id, person_id)
        await catch_up.queue(session, chat_id, now, naming=person_id)
    crops = {face.crop for face in faces}
    return sorted(crops - await files_in_use(session, crops))


async def _agree_on_model(session: AsyncSession, chat_id: int, model: str) -> None:
    chat = await chats.get(session, chat_id)
    current = chat.face_model if chat else None
    if current is None:
        await chats.set_face_model(session, chat_id, model)
    elif current != model:
        raise OtherModel
