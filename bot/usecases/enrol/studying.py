"""The slow part of enrolling, without a transaction: a photo is fetched, and its faces are found and kept."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from bot.usecases.enrol.values import DISK_FULL_NOTE, DiskFull, FoundFace, OtherModel, Studied
from bot.usecases.ports import Picture, Ports
from bot.usecases.recognise import gallery_is_paused
from ml.errors import BadPhoto, WeightsMissing
from ml.protocol import Analyse, Description, Draw, Drawn, Face, Mark
from storage import chats, notes

# All of them are kept in one row until one is picked: about 3 KB each, most of it the vector. In a photo of
# more, the numbers on the boxes can no longer be read.
MOST_FACES = 60


async def check(ports: Ports, chat_id: int, known: Description) -> None:
    """Before crops are made: raises DiskFull, OtherModel or WeightsMissing where none could be enrolled."""
    if known.embedder is None:
        raise WeightsMissing(known.missing)
    async with ports.database.read() as session:
        chat = await chats.get(session, chat_id)
        if await notes.get(session, DISK_FULL_NOTE) is not None:
            raise DiskFull
    if gallery_is_paused(chat.face_model if chat else None, known):
        raise OtherModel


async def study(ports: Ports, picture: Picture, known: Description, *, attempts: int = 1) -> Studied:
    """Find the faces of a photo and keep their crops. Raises MLError (WeightsMissing without an embedder)."""
    if known.embedder is None:
        raise WeightsMissing(known.missing)
    try:
        return await _study(ports, picture, known.embedder.id, attempts)
    except BadPhoto as refusal:
        # One unreadable photo must not lose the others of its album.
        return Studied(picture, refused=refusal)


async def _study(ports: Ports, picture: Picture, model: str, attempts: int) -> Studied:
    async with ports.fetch(picture) as path:
        request = Analyse(photo=str(path), classify=False, crops=True)
        analysis = await ports.worker.ask(request, alone=attempts > 1)
        faces = analysis.faces or ()
        if len(faces) > MOST_FACES:
            return Studied(picture, too_many=True)
        drawn = await _number(ports, path, faces) if len(faces) > 1 else None
        found = [await keep(ports, face, picture, model) for face in faces]
    return Studied(picture, tuple(found), drawn)


async def keep(ports: Ports, face: Face, picture: Picture, model: str) -> FoundFace:
    """A face of an analysis with crops, ready to be enrolled: its crop is moved into the photo store.

    Raises FilesUnavailable.
    """
    assert face.crop is not None
    sha256 = await ports.photos.add(Path(face.crop.path))
    return FoundFace(
        crop=sha256,
        box=face.crop.box,
        landmarks=face.crop.landmarks,
        quality=face.quality,
        model=model,
        source=picture.file_unique_id,
        embedding=base64.b64encode(face.embedding).decode(),
        message_id=picture.message_id,
        in_photo=face.box,
    )


async def _number(ports: Ports, path: Path, faces: Sequence[Face]) -> Drawn:
    marks = tuple(Mark(box=face.box, number=number) for number, face in enumerate(faces, start=1))
    return await ports.worker.ask(Draw(photo=str(path), marks=marks, target=f"{path}.faces.jpg"))
