"""A chat's gallery changed: what it was lately told about unknown faces is looked at again, and mended.

Nothing is kept of strangers for it: the photos are fetched again from Telegram, by their file_id. Where one
is gone, its answer stays as it is, but for names that nobody has any more.
"""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import DAY_S
from bot.usecases import overtaken, refresh
from bot.usecases.naming import Before, look_at, named_again
from bot.usecases.ports import Picture, Ports
from bot.usecases.recognise import gallery_is_paused
from bot.usecases.refresh import recognition_of
from bot.usecases.seen import Recognition, SeenFace
from ml.errors import BadPhoto
from ml.protocol import Analyse, Analysis, Description
from storage import answers, chats, jobs, people
from storage.answers import AnswerRow
from storage.jobs import NewJob

KIND = "catch_up"
LOOK_AGAIN = overtaken.LOOK_AGAIN
# Longer ago, an edit is seen by nobody; Telegram itself lets people edit for two days.
LATELY_S = 2 * DAY_S
# Half a minute of one core's work, at some 0.5 s a photo, and at most as many edits as a group takes in two.
MOST_ANSWERS = 40
# Who enrols one photo often enrols several: they are caught up with together.
PATIENCE_S = 1.0


class Mended(msgspec.Struct, frozen=True):
    """What an answer should say by now, by a gallery of that version."""

    recognition: Recognition
    gallery_version: int


async def queue(session: AsyncSession, chat_id: int, now: float, naming: int | None = None) -> None:
    """The chat's gallery changed. Call it in the turn that enrols, merges, renames, forgets, or undoes one.

    `naming`: a person whom faces may no longer resemble enough (a photo of them was removed, a "no" was
    said): the answers that surely name them are looked at as well.
    """
    job = NewJob(chat_id, KIND, str(naming or ""), {"naming": naming})
    await jobs.put(session, job, now, not_before=now + PATIENCE_S)


async def fan_out(session: AsyncSession, chat_id: int, naming: int | None, now: float) -> None:
    """Queue a look at each answer of the last days that may have become wrong."""
    names = await people.names(session, chat_id)
    for row in await answers.recent(session, chat_id, now - LATELY_S, MOST_ANSWERS):
        faces = recognition_of(row).faces or ()
        if any(_may_be_wrong(face, names, naming) for face in faces):
            await overtaken.look_again(session, chat_id, row.id, now)


def _may_be_wrong(face: SeenFace, names: dict[int, str], naming: int | None) -> bool:
    if face.person_id is None:
        return face.is_open
    is_outdated = names.get(face.person_id) != face.name
    return face.is_open or is_outdated or (face.person_id == naming and not face.told)


async def look_again(ports: Ports, row: AnswerRow, known: Description, now: float) -> Mended | None:
    """What an answer should say by now; None where that is what it says. Raises MLError, NetworkError."""
    before = recognition_of(row)
    said = Before(before.faces or (), is_settled=row.created_at < now - LATELY_S)
    analysis = await _analyse(ports, row)
    async with ports.database.read() as session:
        chat = await chats.get(session, row.chat_id)
        if gallery_is_paused(chat.face_model if chat else None, known):
            return None
        look = look_at(row.chat_id, chat, row.file_unique_id, analysis)
        faces = await named_again(session, ports, look, known, said)
    if [_said(face) for face in faces] == [_said(face) for face in before.faces or ()]:
        return None
    recognition = msgspec.structs.replace(before, faces=faces)
    return Mended(recognition, chat.gallery_version if chat else 0)


async def _analyse(ports: Ports, row: AnswerRow) -> Analysis:
    """The photo's faces; none where it is gone, so that names can be brought up to date all the same."""
    try:
        async with ports.fetch(Picture(row.file_id, row.file_unique_id)) as path:
            return await ports.worker.ask(Analyse(photo=str(path), classify=False))
    except BadPhoto:
        return Analysis(width=0, height=0, classification=None, faces=(), embedder=None)


async def mend(session: AsyncSession, before: AnswerRow, mended: Mended, now: float) -> bool:
    """Say it; False where the answer or the gallery changed meanwhile: then it is to be looked at again."""
    row = await answers.get(session, before.id)
    if row is None:
        return True
    is_outdated = await overtaken.has_changed(session, row.chat_id, mended.gallery_version)
    if row.result != before.result or is_outdated:
        return False
    await refresh.change(session, row, mended.recognition, now)
    return True


def _said(face: SeenFace) -> tuple[str, int | None, str | None]:
    return face.tone, face.person_id, face.name
