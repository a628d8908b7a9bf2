"""The slow part of labelling, without a transaction: a photo is fetched and kept, without its metadata."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.usecases.enrol.values import DISK_FULL_NOTE, DiskFull
from bot.usecases.labels.values import KeptPhoto
from bot.usecases.naming import look_at, named
from bot.usecases.ports import Picture, Ports
from ml.errors import BadPhoto
from ml.protocol import Analyse, Description, Keep
from storage import chats, notes

# Networks look at some 300 pixels of the shorter side; what is kept leaves room for larger ones, and to look
# at it.
LONGEST_PX = 1024


async def check(ports: Ports) -> None:
    """Before photos are kept. Raises DiskFull."""
    async with ports.database.read() as session:
        if await notes.get(session, DISK_FULL_NOTE) is not None:
            raise DiskFull


async def keep(
    ports: Ports, chat_id: int, picture: Picture, known: Description, *, attempts: int = 1
) -> KeptPhoto:
    """Keep a photo, and see who is in it. Raises MLError, FilesUnavailable."""
    try:
        return await _keep(ports, chat_id, picture, known, alone=attempts > 1)
    except BadPhoto as refusal:
        # One unreadable photo must not lose the others of its album.
        return KeptPhoto(picture, refused=refusal)


async def _keep(
    ports: Ports, chat_id: int, picture: Picture, known: Description, *, alone: bool
) -> KeptPhoto:
    async with ports.fetch(picture) as path:
        copy = Path(f"{path}.kept.jpg")
        try:
            request = Keep(photo=str(path), target=str(copy), longest_px=LONGEST_PX)
            await ports.worker.ask(request, alone=alone)
            people = await _people_in(ports, chat_id, picture, known, path) if known.embedder else ()
            return KeptPhoto(picture, await ports.labelled.add(copy), people)
        finally:
            await asyncio.to_thread(copy.unlink, missing_ok=True)


async def _people_in(
    ports: Ports, chat_id: int, picture: Picture, known: Description, path: Path
) -> tuple[int, ...]:
    """Who may be in a photo: it goes with any of them."""
    analysis = await ports.worker.ask(Analyse(photo=str(path), classify=False))
    async with ports.database.read() as session:
        chat = await chats.get(session, chat_id)
        look = look_at(chat_id, chat, picture.file_unique_id, analysis)
        faces = await named(session, ports, look, known)
    return tuple({face.person_id for face in faces if face.is_named and face.person_id is not None})
