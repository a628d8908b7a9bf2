"""Whom else the faces look like that are to be enrolled."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.enrol.values import FoundFace, Whom
from bot.usecases.identity import CANDIDATES, conflict
from bot.usecases.ports import Ports
from ml.protocol import EmbedderInfo
from storage import people
from storage.gallery import Gallery


async def resembled(
    ports: Ports, whom: Whom, faces: Sequence[FoundFace], embedder: EmbedderInfo
) -> list[FoundFace]:
    """The faces, each with the other enrolled person whom it surely looks like."""
    async with ports.database.read() as session:
        return await compared(session, ports.gallery, whom, faces, embedder)


async def compared(
    session: AsyncSession, gallery: Gallery, whom: Whom, faces: Sequence[FoundFace], embedder: EmbedderInfo
) -> list[FoundFace]:
    """As `resembled`, within the caller's transaction; the embedder has to be the one of the faces."""
    person = await people.find(session, whom.chat_id, whom.name)
    vectors = [face.vector for face in faces]
    nearest = await gallery.nearest(session, whom.chat_id, embedder.id, embedder.metric, vectors, CANDIDATES)
    others = [
        conflict(candidates, embedder.thresholds, person.id if person else None) for candidates in nearest
    ]
    return [
        msgspec.structs.replace(face, looks_like=other.person_id if other else None)
        for face, other in zip(faces, others, strict=True)
    ]


async def other_person(session: AsyncSession, whom: Whom, face: FoundFace) -> tuple[int, str] | None:
    """Id and name of the other person whom a face looks like, if they are still enrolled and another one."""
    if face.looks_like is None or face.problem is not None:
        return None
    person = await people.find(session, whom.chat_id, whom.name)
    if person is not None and person.id == face.looks_like:
        return None
    name = (await people.names(session, whom.chat_id)).get(face.looks_like)
    return (face.looks_like, name) if name is not None else None
