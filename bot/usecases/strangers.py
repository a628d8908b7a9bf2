"""Faces that nobody enrolled are remembered for a while, where a chat switched it on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.ports import Ports
from bot.usecases.seen import SeenFace
from ml.protocol import Analysis
from storage import chats, strangers
from storage.strangers import NewStranger


class Kept(msgspec.Struct, frozen=True):
    """The strangers of one photo, their crops in the photo store, until a time."""

    faces: tuple[NewStranger, ...]
    until: float


async def are_kept(ports: Ports, chat_id: int) -> bool:
    """Whether the chat switched it on: only then may crops be made of whoever is in a photo."""
    async with ports.database.read() as session:
        chat = await chats.get(session, chat_id)
    return chat is not None and chat.strangers


async def keep(
    ports: Ports, analysis: Analysis, seen: Sequence[SeenFace], source: str, now: float
) -> Kept | None:
    """Keep the crops of a photo's strangers, while the photo is there; `source`: its file_unique_id.

    None where there is nobody to remember: everybody is known, or no vector or crop was made.
    """
    if analysis.embedder is None:
        return None
    faces = []
    for index, (face, said) in enumerate(zip(analysis.faces or (), seen, strict=True)):
        if said.person_id is not None or face.crop is None or "not_a_face" in face.quality.problems:
            continue
        crop = await ports.photos.add(Path(face.crop.path))
        faces.append(
            NewStranger(
                face=index,
                crop=crop,
                box=msgspec.structs.astuple(face.crop.box),
                landmarks=face.crop.landmarks,
                quality=msgspec.to_builtins(face.quality),
                source=source,
                model=analysis.embedder,
                vector=face.embedding,
            )
        )
    return Kept(tuple(faces), now + ports.settings.strangers_s) if faces else None


async def remember(session: AsyncSession, chat_id: int, answer_id: int, kept: Kept) -> None:
    """Store them with the answer they are part of, unless the chat switched it off meanwhile."""
    chat = await chats.get(session, chat_id)
    if chat is not None and chat.strangers:
        await strangers.add(session, chat_id, answer_id, kept.faces, kept.until)
