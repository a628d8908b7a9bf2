"""The enrolled faces of one photo, whole: what taking them out of a gallery and putting them back needs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.crops import read
from storage.gallery import COLUMNS, FaceRow
from storage.people import names
from storage.schema import CHATS, EMBEDDINGS, FACES, PEOPLE
from storage.versions import bump_gallery


class WholeFace(FaceRow, frozen=True, kw_only=True):
    """An enrolled face; `vectors`: little-endian float32 bytes by the models that made them."""

    vectors: dict[str, bytes]


async def of_photo(session: AsyncSession, chat_id: int, source: str) -> list[WholeFace]:
    """The faces that a chat's people have of one photo (its file_unique_id), by their ids."""
    theirs = select(*COLUMNS).join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
    same = (PEOPLE.c.chat_id == chat_id, FACES.c.source == source)
    rows = (await session.execute(theirs.where(*same).order_by(FACES.c.id))).all()
    made = select(EMBEDDINGS.c.face_id, EMBEDDINGS.c.model, EMBEDDINGS.c.vector)
    vectors: dict[int, dict[str, bytes]] = {row.id: {} for row in rows}
    for face_id, model, vector in await session.execute(made.where(EMBEDDINGS.c.face_id.in_(vectors))):
        vectors[face_id][model] = vector
    return [WholeFace(**msgspec.structs.asdict(read(FaceRow, row)), vectors=vectors[row.id]) for row in rows]


async def put_back(
    session: AsyncSession, chat_id: int, faces: Sequence[WholeFace], model: str | None
) -> None:
    """Puts faces back that were removed, but those whose person is gone, or has that photo again.

    `model`: the chat's face model then, which it has again with them where it was let go meanwhile.
    """
    living = await names(session, chat_id)
    returned = False
    for face in faces:
        same = or_(FACES.c.crop == face.crop, FACES.c.source == face.source)
        known = select(FACES.c.id).where(FACES.c.person_id == face.person_id, same).limit(1)
        if face.person_id in living and await session.scalar(known) is None:
            await _insert(session, face)
            returned = True
    if returned:
        let_go = (CHATS.c.id == chat_id, CHATS.c.face_model.is_(None))
        await session.execute(update(CHATS).where(*let_go).values(face_model=model))
    await bump_gallery(session, chat_id)


async def _insert(session: AsyncSession, face: WholeFace) -> None:
    row = msgspec.structs.asdict(face)
    vectors = row.pop("vectors")
    await session.execute(insert(FACES).values(row))
    rows = [{"face_id": face.id, "model": model, "vector": vector} for model, vector in vectors.items()]
    await session.execute(insert(EMBEDDINGS).values(rows))
