"""A photo is sent: what is in it, and who.

The same photo in the same chat is answered from what was said before, as long as the models and the gallery
are what they were. No embedding of a face outlives the function that named it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import quota
from bot.usecases.identity import UNKNOWN, Identity, name_faces
from bot.usecases.ports import Picture, Ports
from ml.errors import BadPhoto, MissingWeights
from ml.protocol import Analyse, Analysis, Box, Description, Draw, Drawn, Label, Mark, Tone
from storage import answers, chats, people


class SeenFace(msgspec.Struct, frozen=True, kw_only=True):
    """A face in an answer: where, and who it was taken for."""

    box: Box
    tone: Tone
    person_id: int | None = None
    name: str | None = None
    similarity: float | None = None


class Recognition(msgspec.Struct, frozen=True, kw_only=True):
    """What is said about one photo; `None` for what no model could be asked."""

    labels: tuple[Label, ...] | None
    sure: bool
    faces: tuple[SeenFace, ...] | None
    missing: tuple[MissingWeights, ...] = ()
    troubles: tuple[str, ...] = ()
    names_paused: bool = False


class Asked(msgspec.Struct, frozen=True):
    """A photo to be recognised: for whom, and whether its handler died on it before."""

    chat_id: int
    user_id: int
    picture: Picture
    attempts: int = 1

    @property
    def sender(self) -> quota.Sender:
        return quota.Sender(self.user_id, self.chat_id)


class Told(msgspec.Struct, frozen=True):
    """The outcome: what to say, and the picture to show; `file_id` where Telegram already has it."""

    picture: Picture
    recognition: Recognition
    drawn: Drawn | None = None
    file_id: str | None = None
    models: str = ""
    gallery_version: int = 0
    from_memory: bool = False


class Unreadable(msgspec.Struct, frozen=True):
    """A photo that cannot be read, and why: an answer like any other, and no loss to its album."""

    refusal: BadPhoto


async def recognise(ports: Ports, asked: Asked, known: Description) -> Told | Unreadable:
    """Answer from memory, or fetch, analyse, match and draw. Raises MLError, QuotaExceeded, StorageError."""
    models = models_key(known)
    remembered = await _remembered(ports, asked, models)
    if remembered is not None:
        return remembered
    await quota.check(ports, asked.sender, time.time())
    try:
        return await _look(ports, asked, known, models)
    except BadPhoto as refusal:
        return Unreadable(refusal)


async def _look(ports: Ports, asked: Asked, known: Description, models: str) -> Told:
    async with ports.fetch(asked.picture) as path:
        analysis = await ports.worker.ask(Analyse(photo=str(path)), alone=asked.attempts > 1)
        async with ports.database.read() as session:
            chat = await chats.get(session, asked.chat_id)
            paused = gallery_is_paused(chat.face_model if chat else None, known)
            faces = (
                None
                if analysis.faces is None
                else await _name(session, ports, asked.chat_id, analysis, known)
            )
        drawn = await _draw(ports, path, faces or ())
    recognition = Recognition(
        labels=analysis.classification.labels if analysis.classification else None,
        sure=bool(analysis.classification and analysis.classification.sure),
        faces=faces,
        missing=known.missing,
        troubles=known.troubles,
        names_paused=paused and bool(faces),
    )
    version = chat.gallery_version if chat else 0
    return Told(asked.picture, recognition, drawn, models=models, gallery_version=version)


async def remember(session: AsyncSession, asked: Asked, told: Told, update_id: int, message_id: int) -> int:
    """Store what was said, in the caller's transaction; returns the answer's id."""
    return await answers.store(
        session,
        answers.NewAnswer(
            chat_id=asked.chat_id,
            update_id=update_id,
            message_id=message_id,
            file_unique_id=told.picture.file_unique_id,
            file_id=told.picture.file_id,
            models=told.models,
            gallery_version=told.gallery_version,
            result=msgspec.to_builtins(told.recognition),
        ),
        now=time.time(),
    )


async def _remembered(ports: Ports, asked: Asked, models: str) -> Told | None:
    async with ports.database.read() as session:
        chat = await chats.get(session, asked.chat_id)
        if chat is None:
            return None
        row = await answers.same_photo(
            session, asked.chat_id, asked.picture.file_unique_id, models, chat.gallery_version
        )
    if row is None:
        return None
    recognition = msgspec.convert(row.result, Recognition)
    if recognition.faces and not row.picture_file_id:
        return None
    if recognition.missing or recognition.troubles:
        return None  # what was missing then may be there now
    return Told(
        asked.picture,
        recognition,
        file_id=row.picture_file_id,
        models=models,
        gallery_version=chat.gallery_version,
        from_memory=True,
    )


async def _name(
    session: AsyncSession, ports: Ports, chat_id: int, analysis: Analysis, known: Description
) -> tuple[SeenFace, ...] | None:
    if analysis.faces is None:
        return None
    identities: Sequence[Identity] = [UNKNOWN] * len(analysis.faces)
    if known.embedder is not None and analysis.embedder == known.embedder.id and analysis.faces:
        candidates = await ports.gallery.nearest(
            session,
            chat_id,
            known.embedder.id,
            known.embedder.metric,
            [f.embedding for f in analysis.faces],
            k=5,
        )
        identities = name_faces(candidates, known.embedder.thresholds)
    names = await people.names(session, chat_id)
    return tuple(
        SeenFace(
            box=face.box,
            tone=identity.band,
            person_id=identity.person_id,
            name=names.get(identity.person_id) if identity.person_id is not None else None,
            similarity=identity.similarity,
        )
        for face, identity in zip(analysis.faces, identities, strict=True)
    )


async def _draw(ports: Ports, path: Path, faces: Sequence[SeenFace]) -> Drawn | None:
    if not faces:
        return None
    marks = tuple(
        Mark(box=face.box, number=number, text=caption(face), tone=face.tone)
        for number, face in enumerate(faces, start=1)
    )
    return await ports.worker.ask(Draw(photo=str(path), marks=marks, target=f"{path}.drawn.jpg"))


def caption(face: SeenFace) -> str:
    """The words on a face's box."""
    if face.name is None:
        return ""
    return face.name if face.tone == "sure" else f"{face.name}?"


def models_key(known: Description) -> str:
    """What an answer depends on besides the photo and the gallery."""
    return "+".join(model.id for model in (known.classifier, known.embedder) if model is not None)


def gallery_is_paused(face_model: str | None, known: Description) -> bool:
    """Whether a chat's gallery was made by another model than the one in use, so that nobody can be named."""
    return face_model is not None and (known.embedder is None or known.embedder.id != face_model)
