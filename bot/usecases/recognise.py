"""A photo is sent: what is in it, and who.

The same photo in the same chat is answered from what was said before, as long as the models and the gallery
are what they were. No embedding of a face outlives the function that named it, but where the chat switched
remembering strangers on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import overtaken, own, quota, strangers
from bot.usecases.naming import look_at, named
from bot.usecases.ports import Picture, Ports
from bot.usecases.seen import Recognition, SeenFace
from ml.errors import BadPhoto
from ml.protocol import Analyse, Description, Draw, Drawn, Mark, Refused
from storage import answers, chats


class Asked(msgspec.Struct, frozen=True):
    """A photo to be recognised: for whom, and whether its handler died on it before.

    `author`: who sent it (`bot.usecases.seen.Recognition`).
    """

    chat_id: int
    user_id: int
    picture: Picture
    attempts: int = 1
    author: str = ""

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
    strangers: strangers.Kept | None = None


class Said(msgspec.Struct, frozen=True):
    """Where photos were answered: by which update, to which message, in which of our replies.

    `position`: that of the first of these photos in the reply.
    """

    update_id: int
    message_id: int
    reply_id: int
    position: int = 1


async def recognise(ports: Ports, asked: Asked, known: Description) -> Told:
    """Answer from memory, or fetch, analyse, match and draw; a photo that cannot be read says so.

    Raises MLError, QuotaExceeded, StorageError.
    """
    models = models_key(known)
    remembered = await _remembered(ports, asked, models)
    if remembered is not None:
        return remembered
    await quota.check(ports, asked.sender, time.time())
    try:
        return await _look(ports, asked, known, models)
    except BadPhoto as bad:
        # An answer like any other, and no loss to its album.
        refused = Refused(reason=bad.reason, actual=bad.actual, limit=bad.limit)
        return Told(asked.picture, Recognition(labels=None, sure=False, faces=None, refused=refused))


async def _look(ports: Ports, asked: Asked, known: Description, models: str) -> Told:
    keeps = await strangers.are_kept(ports, asked.chat_id)
    async with ports.database.read() as session:
        taught = await own.in_use(session, asked.chat_id)
    async with ports.fetch(asked.picture) as path:
        request = Analyse(photo=str(path), crops=keeps, own=taught.model.file if taught else "")
        analysis = await ports.worker.ask(request, alone=asked.attempts > 1)
        async with ports.database.read() as session:
            chat = await chats.get(session, asked.chat_id)
            look = look_at(asked.chat_id, chat, asked.picture.file_unique_id, analysis)
            faces = None if analysis.faces is None else await named(session, ports, look, known)
        drawn = await draw(ports, path, faces or ())
        source = asked.picture.file_unique_id
        kept = await strangers.keep(ports, analysis, faces or (), source, time.time()) if keeps else None
    recognition = Recognition(
        labels=analysis.classification.labels if analysis.classification else None,
        sure=bool(analysis.classification and analysis.classification.sure),
        faces=faces,
        own=own.seen(taught, analysis.own) if taught and analysis.own else None,
        missing=known.missing,
        troubles=known.troubles,
        names_paused=gallery_is_paused(chat.face_model if chat else None, known) and bool(faces),
    )
    version = chat.gallery_version if chat else 0
    return Told(asked.picture, recognition, drawn, models=models, gallery_version=version, strangers=kept)


async def remember(
    session: AsyncSession, asked: Sequence[Asked], told: Sequence[Told], said: Said
) -> list[int]:
    """Store what was said of each photo, in the caller's transaction; the answers' ids.

    Where the gallery changed since the photo was compared with it, it is looked at again afterwards. Raises
    Overtaken where it was named after somebody who is gone: then nothing of it may be said or stored.
    """
    ids = []
    for position, (one, answer) in enumerate(zip(asked, told, strict=True), start=said.position):
        is_late = await _is_late(session, one.chat_id, answer)
        new = _new_answer(one, answer, said, position)
        ids.append(await answers.store(session, new, now=time.time()))
        if answer.strangers is not None:
            await strangers.remember(session, one.chat_id, ids[-1], answer.strangers)
        if is_late:
            await overtaken.look_again(session, one.chat_id, ids[-1], time.time())
    return ids


async def _is_late(session: AsyncSession, chat_id: int, told: Told) -> bool:
    """Whether the gallery changed since a photo's faces were compared with it. Raises Overtaken."""
    if not told.recognition.faces or not await overtaken.has_changed(session, chat_id, told.gallery_version):
        return False
    await overtaken.check(session, chat_id, told.recognition)
    return True


def _new_answer(asked: Asked, told: Told, said: Said, position: int) -> answers.NewAnswer:
    return answers.NewAnswer(
        chat_id=asked.chat_id,
        update_id=said.update_id,
        message_id=told.picture.message_id or said.message_id,
        file_unique_id=told.picture.file_unique_id,
        file_id=told.picture.file_id,
        models=told.models,
        gallery_version=told.gallery_version,
        result=msgspec.to_builtins(msgspec.structs.replace(told.recognition, author=asked.author)),
        reply_id=said.reply_id,
        position=position,
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
    if recognition.refused or (recognition.shown and not row.picture_file_id):
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


async def draw(ports: Ports, path: Path, faces: Sequence[SeenFace]) -> Drawn | None:
    """A fetched photo with its faces' boxes, numbers and names; None where it has none. Raises MLError.

    Where every face was dismissed the photo is drawn all the same, with nothing on it: an answer that had
    boxes must lose them.
    """
    if not faces:
        return None
    marks = tuple(
        Mark(box=face.box, number=number, text=caption(face), tone=face.tone)
        for number, face in enumerate(faces, start=1)
        if not face.dismissed
    )
    return await ports.worker.ask(Draw(photo=str(path), marks=marks, target=f"{path}.drawn.jpg"))


def caption(face: SeenFace) -> str:
    """The words on a face's box."""
    if not face.is_named or face.name is None:
        return ""
    return face.name if face.tone == "sure" else f"{face.name}?"


def models_key(known: Description) -> str:
    """What an answer depends on besides the photo and the gallery."""
    return "+".join(model.id for model in (known.classifier, known.embedder) if model is not None)


def gallery_is_paused(face_model: str | None, known: Description) -> bool:
    """Whether a chat's gallery was made by another model than the one in use, so that nobody can be named."""
    return face_model is not None and (known.embedder is None or known.embedder.id != face_model)
