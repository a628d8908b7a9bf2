"""Galleries move to another face model: their stored crops are embedded anew, chat by chat.

A chat changes over in one transaction, so that a restart in the middle leaves every chat on one model or the
other; asking again does the rest. Its "no"s get their vectors by jobs afterwards (`bot.usecases.learn`).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from bot.usecases import learn
from bot.usecases.ports import Ports
from ml.errors import WeightsMissing
from ml.protocol import Box, Description, Embed, StoredCrop
from storage import chats, gallery, negatives
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
    tried: dict[int, bytes | None] = {}
    # The worker is asked between transactions, and people may enrol faces meanwhile.
    while waiting := await _change_over(ports, chat_id, model, tried):
        for start in range(0, len(waiting), CROPS_PER_REQUEST):
            tried |= await _embed(ports, waiting[start : start + CROPS_PER_REQUEST])
    unreadable = sum(vector is None for vector in tried.values())
    return Moved(chat_id, len(tried) - unreadable, unreadable)


async def _change_over(
    ports: Ports, chat_id: int, model: str, tried: Mapping[int, bytes | None]
) -> list[FaceRow]:
    """Put a chat on the model, unless it has faces that were not tried; returns those."""
    async with ports.database.begin() as session:
        faces = await gallery.faces_without(session, chat_id, model)
        waiting = [face for face in faces if face.id not in tried]
        if not waiting:
            vectors = {face_id: vector for face_id, vector in tried.items() if vector is not None}
            await gallery.store_embeddings(session, model, vectors)
            await chats.set_face_model(session, chat_id, model)
            # Crops of denied faces are not kept: their photos are to be looked at again.
            await negatives.drop_other_vectors(session, chat_id, model)
            await learn.queue_denials(session, chat_id, time.time())
        return waiting


async def _embed(ports: Ports, faces: Sequence[FaceRow]) -> dict[int, bytes | None]:
    """Vectors by face; None for a face whose crop cannot be read."""
    crops = tuple(
        StoredCrop(
            path=str(ports.photos.path(face.crop)),
            box=Box(*face.box),
            landmarks=tuple((x, y) for x, y in face.landmarks),
        )
        for face in faces
    )
    embedded = await ports.worker.ask(Embed(crops=crops))
    return {face.id: vector for face, vector in zip(faces, embedded.vectors, strict=True)}
