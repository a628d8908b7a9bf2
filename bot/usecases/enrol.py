"""A face is taught: from a photo to a person of the chat's gallery.

`study` does the slow part (fetching, the worker) without a transaction; `store` and `pick` do the rest inside
the caller's. Faces that wait to be picked are kept for PENDING_FACE_S and no longer.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.ports import Picture, Ports
from bot.usecases.recognise import gallery_is_paused
from ml.errors import BadPhoto, WeightsMissing
from ml.protocol import Analyse, Box, Description, Draw, Drawn, Face, Mark, Point, Quality, QualityProblem
from storage import chats, gallery, notes, pending, people
from storage.files import crops_in_use
from storage.pending import NewPending, PendingRow

# Three photos are what the identity thresholds were measured with (benchmarks/identity.py).
READY_PHOTOS = 3
# Housekeeping leaves this note for as long as the data takes DISK_CAP_MB or more.
DISK_FULL_NOTE = "disk_full"
# Beyond this many faces a keyboard is no longer something to choose from.
MAX_CHOICES = 24


class FoundFace(msgspec.Struct, frozen=True, kw_only=True):
    """A face ready to be enrolled; its crop lies in the photo store under `crop`."""

    crop: str
    box: Box
    landmarks: tuple[Point, ...]
    quality: Quality
    model: str
    source: str
    embedding: str

    @property
    def crop_size(self) -> tuple[int, int]:
        """Width and height of the crop at most: the face with half its size on each side."""
        return round(2 * self.box.width) + 1, round(2 * self.box.height) + 1

    @property
    def problem(self) -> QualityProblem | None:
        """The worst thing wrong with it, or None."""
        return self.quality.problems[0] if self.quality.problems else None


class Studied(msgspec.Struct, frozen=True):
    """The faces of one photo, in reading order, and the photo with their numbers where there are several.

    `refused`: why the photo cannot be read, where it cannot. `too_many`: more faces than can be offered.
    """

    picture: Picture
    faces: tuple[FoundFace, ...] = ()
    drawn: Drawn | None = None
    refused: BadPhoto | None = None
    too_many: bool = False


class Enrolled(msgspec.Struct, frozen=True):
    """A face was stored: whose, how many there are now, and the crop to show, with its sides at most."""

    person_id: int
    name: str
    photos: int
    face_id: int
    crop: str
    crop_size: tuple[int, int]


class NotStored(msgspec.Struct, frozen=True):
    """A face was not stored, and why: the photo, no face, a quality problem, or it is there already."""

    name: str
    reason: QualityProblem | Literal["no_face", "too_many_faces", "same_picture"] | BadPhoto


class DiskFull(Exception):
    """The data has reached DISK_CAP_MB, so that nothing is added to it."""


class OtherModel(Exception):
    """The chat's gallery was made by another face model; enrolling waits until it is re-embedded."""


class NothingPending(Exception):
    """What a button was about is no longer waiting."""


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
        if len(faces) > MAX_CHOICES:
            return Studied(picture, too_many=True)
        drawn = await _number(ports, path, faces) if len(faces) > 1 else None
        found = [await _keep(ports, face, picture, model) for face in faces]
    return Studied(picture, tuple(found), drawn)


async def store(session: AsyncSession, whom: Whom, face: FoundFace, now: float) -> Enrolled | NotStored:
    """Put a face into the chat's gallery under a name. Raises OtherModel."""
    if face.problem is not None:
        return NotStored(whom.name, face.problem)
    await _agree_on_model(session, whom.chat_id, face.model)
    person = await people.find(session, whom.chat_id, whom.name)
    if person is None:
        person_id = await people.add(session, whom.chat_id, whom.name, whom.by, now)
        person = people.PersonRow(person_id, whom.name, faces=0)
    face_id = await gallery.enrol(session, person.id, new_face(face), whom.by, now)
    if face_id is None:
        return NotStored(person.name, "same_picture")
    return Enrolled(person.id, person.name, person.faces + 1, face_id, face.crop, face.crop_size)


class Whom(msgspec.Struct, frozen=True):
    """Who is taught, in which chat, by whom."""

    chat_id: int
    name: str
    by: int


async def ask_which(
    session: AsyncSession, whom: Whom, faces: Sequence[FoundFace], *, now: float, lasts_s: float
) -> int:
    """Remember the faces of a photo until one is picked; returns what the buttons refer to."""
    begun = NewPending(
        chat_id=whom.chat_id,
        user_id=whom.by,
        kind="pick",
        data={"name": whom.name, "faces": [msgspec.to_builtins(face) for face in faces]},
        expires_at=now + lasts_s,
        files=tuple(face.crop for face in faces),
    )
    return await pending.put(session, begun, now)


async def await_photos(session: AsyncSession, whom: Whom, *, now: float, lasts_s: float) -> None:
    """From now on this person's photos in this chat are photos of somebody; replaces what was begun."""
    await pending.remove_mine(session, whom.chat_id, whom.by, "enrol")
    begun = NewPending(whom.chat_id, whom.by, "enrol", {"name": whom.name}, now + lasts_s)
    await pending.put(session, begun, now)


async def photos_of(session: AsyncSession, chat_id: int, name: str) -> int:
    """How many photos of a person are enrolled."""
    person = await people.find(session, chat_id, name)
    return person.faces if person else 0


async def drop_everything(session: AsyncSession, chat_id: int, user_id: int) -> list[PendingRow]:
    """Forget whatever this person began in this chat; returns it, with the crops to delete."""
    dropped = await pending.remove_mine(session, chat_id, user_id, "enrol")
    return dropped + await pending.remove_mine(session, chat_id, user_id, "pick")


async def pick(
    session: AsyncSession, pending_id: int, index: int, now: float
) -> tuple[Enrolled | NotStored, list[str]]:
    """Enrol the face that was picked; returns the crops that are no longer needed.

    Raises NothingPending, also for a face that waited while the chat's gallery moved to another model: its
    vector means nothing there, and only the photo itself could be looked at again.
    """
    row = await pending.get(session, pending_id, now)
    if row is None:
        raise NothingPending
    faces = [msgspec.convert(face, FoundFace) for face in row.data["faces"]]
    chosen = faces[index]
    try:
        outcome = await store(session, Whom(row.chat_id, row.data["name"], row.user_id), chosen, now)
    except OtherModel as error:
        raise NothingPending from error
    await pending.remove(session, pending_id)
    spared = chosen.crop if isinstance(outcome, Enrolled) else None
    return outcome, [face.crop for face in faces if face.crop != spared]


async def drop_pending(session: AsyncSession, pending_id: int) -> tuple[str, ...]:
    """Forget the faces that waited; returns their crops. Raises NothingPending."""
    row = await pending.remove(session, pending_id)
    if row is None:
        raise NothingPending
    return row.files


async def undo(session: AsyncSession, person_id: int, face_ids: Sequence[int]) -> list[str]:
    """Take faces back, and whoever is left without any; the crops to delete.

    Faces that are gone already are passed over. `person_id`: whose they were when they were enrolled.
    """
    faces = await gallery.remove_faces(session, face_ids)
    # A merge may have given them to somebody else since.
    await people.remove_faceless(session, {person_id, *(face.person_id for face in faces)})
    crops = {face.crop for face in faces}
    return sorted(crops - await crops_in_use(session, crops))


async def _agree_on_model(session: AsyncSession, chat_id: int, model: str) -> None:
    chat = await chats.get(session, chat_id)
    current = chat.face_model if chat else None
    if current is None:
        await chats.set_face_model(session, chat_id, model)
    elif current != model:
        raise OtherModel


async def _keep(ports: Ports, face: Face, picture: Picture, model: str) -> FoundFace:
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
    )


async def _number(ports: Ports, path: Path, faces: Sequence[Face]) -> Drawn:
    marks = tuple(Mark(box=face.box, number=number) for number, face in enumerate(faces, start=1))
    return await ports.worker.ask(Draw(photo=str(path), marks=marks, target=f"{path}.faces.jpg"))


def new_face(face: FoundFace) -> gallery.NewFace:
    """The storage's view of a found face."""
    return gallery.NewFace(
        crop=face.crop,
        box=msgspec.structs.astuple(face.box),
        landmarks=face.landmarks,
        quality=msgspec.to_builtins(face.quality),
        source=face.source,
        embedding=base64.b64decode(face.embedding),
        model=face.model,
    )
