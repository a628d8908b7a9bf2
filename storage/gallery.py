"""The faces of a chat's gallery. Finding the people whom a face resembles is in storage.nearest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage import appearances
from storage.crops import NewFace, StoredFace, read
from storage.nearest import Candidate, Gallery
from storage.people import chat_of
from storage.schema import EMBEDDINGS, FACES, PEOPLE
from storage.versions import bump_gallery, release_model

__all__ = [
    "Candidate",
    "FaceRow",
    "Gallery",
    "NewFace",
    "TaughtFace",
    "enrol",
    "faces_without",
    "from_photo",
    "give",
    "remove_faces",
    "store_embeddings",
    "taught",
]


class FaceRow(StoredFace, frozen=True, kw_only=True):
    """An enrolled face."""

    person_id: int
    enrolled_by: int
    enrolled_at: float


class TaughtFace(msgspec.Struct, frozen=True):
    """What a face of a person taught: its landmarks, quality, and vector under one model."""

    landmarks: tuple[tuple[float, float], ...]
    quality: dict[str, Any]
    vector: bytes


COLUMNS = (
    FACES.c.id,
    FACES.c.person_id,
    FACES.c.crop,
    FACES.c.box,
    FACES.c.landmarks,
    FACES.c.quality,
    FACES.c.source,
    FACES.c.enrolled_by,
    FACES.c.enrolled_at,
)


async def enrol(session: AsyncSession, person_id: int, face: NewFace, by: int, now: float) -> int | None:
    """Adds a face to a living person and returns its id; None where the person has that crop or photo.

    Raises NotFound.
    """
    chat_id = await chat_of(session, person_id)
    same = or_(FACES.c.crop == face.crop, FACES.c.source == face.source)
    known = select(FACES.c.id).where(FACES.c.person_id == person_id, same).limit(1)
    if await session.scalar(known) is not None:
        return None
    row = {"person_id": person_id, **face.columns(), "enrolled_by": by, "enrolled_at": now}
    face_id = (await session.execute(insert(FACES).values(row).returning(FACES.c.id))).scalar_one()
    vector = {"face_id": face_id, "model": face.model, "vector": face.vector}
    await session.execute(insert(EMBEDDINGS).values(vector))
    await bump_gallery(session, chat_id)
    return face_id


async def taught(session: AsyncSession, person_id: int, model: str) -> list[TaughtFace]:
    """A person's faces that have a vector under this model, oldest first."""
    statement = (
        select(FACES.c.landmarks, FACES.c.quality, EMBEDDINGS.c.vector)
        .join(EMBEDDINGS, EMBEDDINGS.c.face_id == FACES.c.id)
        .where(FACES.c.person_id == person_id, EMBEDDINGS.c.model == model)
        .order_by(FACES.c.id)
    )
    return [
        TaughtFace(tuple((x, y) for x, y in landmarks), quality, vector)
        for landmarks, quality, vector in await session.execute(statement)
    ]


async def from_photo(session: AsyncSession, person_id: int, source: str) -> list[int]:
    """The ids of a person's faces that were cut from one photo (its file_unique_id)."""
    same = (FACES.c.person_id == person_id, FACES.c.source == source)
    return list(await session.scalars(select(FACES.c.id).where(*same)))


async def give(session: AsyncSession, face_ids: Collection[int], person_id: int) -> None:
    """Gives faces to another living person of the chat, who has none of that photo. Raises NotFound."""
    chat_id = await chat_of(session, person_id)
    await session.execute(update(FACES).where(FACES.c.id.in_(face_ids)).values(person_id=person_id))
    await bump_gallery(session, chat_id)


async def remove_faces(session: AsyncSession, face_ids: Collection[int]) -> list[FaceRow]:
    """Removes faces, and returns those that were there, whoever has them by now.

    What notes where they came from goes with them.
    """
    statement = delete(FACES).where(FACES.c.id.in_(face_ids)).returning(*COLUMNS)
    faces = [read(FaceRow, row) for row in await session.execute(statement)]
    for face in faces:
        await appearances.forget_enrolment(session, face.person_id, face.source)
    whose = select(PEOPLE.c.chat_id).where(PEOPLE.c.id.in_({face.person_id for face in faces}))
    chat_ids = set(await session.scalars(whose))
    await release_model(session, chat_ids)
    for chat_id in chat_ids:
        await bump_gallery(session, chat_id)
    return faces


async def faces_without(session: AsyncSession, chat_id: int, model: str) -> list[FaceRow]:
    """The faces of a chat that have no embedding under a model yet, oldest first.

    Those of forgotten people as well: who is brought back should be recognised again.
    """
    embedded = select(EMBEDDINGS.c.face_id).where(EMBEDDINGS.c.model == model)
    statement = (
        select(*COLUMNS)
        .join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
        .where(PEOPLE.c.chat_id == chat_id, FACES.c.id.not_in(embedded))
        .order_by(FACES.c.id)
    )
    return [read(FaceRow, row) for row in await session.execute(statement)]


async def store_embeddings(session: AsyncSession, model: str, vectors: Mapping[int, bytes]) -> None:
    """Stores faces' vectors (little-endian float32 bytes) under a model; faces that are gone are left out."""
    chats = select(FACES.c.id, PEOPLE.c.chat_id).join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
    found = dict((await session.execute(chats.where(FACES.c.id.in_(vectors)))).all())
    if not found:
        return
    rows = [{"face_id": face_id, "model": model, "vector": vectors[face_id]} for face_id in found]
    statement = sqlite.insert(EMBEDDINGS).values(rows)
    newer = {"vector": statement.excluded.vector}
    await session.execute(statement.on_conflict_do_update(index_elements=["face_id", "model"], set_=newer))
    for chat_id in set(found.values()):
        await bump_gallery(session, chat_id)
