"""Values that tests of the storage begin with."""

from __future__ import annotations

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from storage.gallery import FaceRow, NewFace, faces_without
from storage.inbox import NewUpdate

CHAT = -42
NOW = 1_000.0
PAYLOAD = b"what somebody wrote"


def new_update(
    update_id: int, lane: str = "read", chat_id: int = CHAT, album: str | None = None
) -> NewUpdate:
    return NewUpdate(update_id, chat_id, 1, lane, PAYLOAD, album)


def vector(*values: float) -> bytes:
    return np.array(values, dtype="<f4").tobytes()


def new_face(crop: str, embedding: bytes = b"", model: str = "m") -> NewFace:
    """A face from a photo of its own."""
    points = ((1.0, 2.0), (3.0, 2.0))
    return NewFace(
        crop=crop,
        box=(0.0, 0.0, 9.0, 9.0),
        landmarks=points,
        quality={"score": 0.9},
        source=f"photo of {crop}",
        model=model,
        vector=embedding,
    )


async def faces_of(session: AsyncSession, person_id: int) -> list[FaceRow]:
    """A person's faces in CHAT, oldest first."""
    faces = await faces_without(session, CHAT, "a model that nothing was embedded with")
    return [face for face in faces if face.person_id == person_id]
