"""Galleries move to another face model: their stored crops are embedded anew, chat by chat.

A chat changes over in one transaction, so that a restart in the middle leaves every chat on one model or the
other; asking again does the rest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import msgspec

from bot.usecases.ports import Ports
from ml.errors import WeightsMissing
from ml.protocol import Box, Description, Embed, StoredCrop
from storage import chats, gallery
from storage.gallery import FaceRow

# The note that says which face model galleries are kept on; without it, the one most of them have.
FACE_MODEL_NOTE = "face_model"
# One request of this many crops stays far below a request's time limit with either model.
CROPS_PER_REQUEST = 16


class Moved(msgspec.Struct, frozen=True):
    """One chat's gallery is on the new model; `unreadable` faces had no crop that could be embedded."""

    chat_id: int
    faces: int
    unreadable: int


async def reembed(ports: Ports, known: Description) -> AsyncIterator[Moved]:
    """Move every gallery that is on another model to the one in use. Raises WeightsMissing, WorkerFailed."""
    if known.embedder is None:
        raise WeightsMissing(known.missing)
    async with ports.database.read() as session:
        chat_ids = await chats.on_other_model(session, known.embedder.id)
    for chat_id in chat_ids:
        yield await _move(ports, chat_id, known.embedder.id)


async def _move(ports: Ports, chat_id: int, model: str) -> Moved:
    async with ports.database.read() as session:
        faces = await gallery.faces_without(session, chat_id, model)
    vectors: dict[int, bytes] = {}
    for start in range(0, len(faces), CROPS_PER_REQUEST):
        vectors |= await _embed(ports, faces[start : start + CROPS_PER_REQUEST])
    async with ports.database.begin() as session:
        await gallery.store_embeddings(session, model, vectors)
        await chats.set_face_model(session, chat_id, model)
    return Moved(chat_id, len(vectors), len(faces) - len(vectors))


async def _embed(ports: Ports, faces: Sequence[FaceRow]) -> dict[int, bytes]:
    crops = tuple(
        StoredCrop(
            path=str(ports.photos.path(face.crop)),
            box=Box(*face.box),
            landmarks=tuple((x, y) for x, y in face.landmarks),
        )
        for face in faces
    )
    embedded = await ports.worker.ask(Embed(crops=crops))
    return {
        face.id: vector for face, vector in zip(faces, embedded.vectors, strict=True) if vector is not None
    }
