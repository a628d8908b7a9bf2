"""What enrolling works with and comes to, as values, and the ways in which it cannot go on."""

from __future__ import annotations

import base64
from typing import Any, Literal

import msgspec

from bot.usecases.ports import Picture
from bot.usecases.subjects import Subject
from ml.errors import BadPhoto
from ml.protocol import Box, Drawn, Point, Quality, QualityProblem
from storage import gallery
from storage.pending import PendingRow

# Rows of `pending`: photos that are awaited, and faces of which somebody has to say which one it is, or who.
GATHER, PICK, CONFLICT = "enrol", "pick", "conflict"
# And what an album was sent for, of which more photos may come.
ALBUM = "album"
# Housekeeping leaves this note for as long as the data takes DISK_CAP_MB or more.
DISK_FULL_NOTE = "disk_full"


class FoundFace(msgspec.Struct, frozen=True, kw_only=True):
    """A face ready to be enrolled; its crop lies in the photo store under `crop`.

    `looks_like`: the id of another person whom it surely looked like when the photo was studied.
    `message_id`: the message with the photo (0: it is answered elsewhere), and `in_photo` where it is there.
    """

    crop: str
    box: Box
    landmarks: tuple[Point, ...]
    quality: Quality
    model: str
    source: str
    embedding: str
    looks_like: int | None = None
    message_id: int = 0
    in_photo: Box | None = None

    @property
    def crop_size(self) -> tuple[int, int]:
        """Width and height of the crop at most: the face with half its size on each side."""
        return round(2 * self.box.width) + 1, round(2 * self.box.height) + 1

    @property
    def problem(self) -> QualityProblem | None:
        """The worst thing wrong with it, or None."""
        return self.quality.problems[0] if self.quality.problems else None

    @property
    def vector(self) -> bytes:
        """The embedding as little-endian float32 bytes."""
        return base64.b64decode(self.embedding)


class Studied(msgspec.Struct, frozen=True):
    """The faces of one photo, in reading order, and the photo with their numbers where there are several.

    `refused`: why the photo cannot be read, where it cannot. `too_many`: more faces than can be offered.
    """

    picture: Picture
    faces: tuple[FoundFace, ...] = ()
    drawn: Drawn | None = None
    refused: BadPhoto | None = None
    too_many: bool = False


class Whom(msgspec.Struct, frozen=True):
    """Who is taught, to which chat's gallery, by whom.

    `privately`: in the private chat with `by`, for the gallery of a group. `asked`: the open question to a
    Telegram user whose answer the faces wait for. `user`: which Telegram user it is, where they teach
    themselves: they become that person with the first face that is stored.
    """

    chat_id: int
    name: str
    by: int
    privately: bool = False
    asked: int | None = None
    user: Subject | None = None


class Enrolled(msgspec.Struct, frozen=True):
    """A face was stored: whose, how many there are now, and the crop to show, with its sides at most.

    `is_new`: the person was not enrolled before. `model` made the face's vector.
    """

    person_id: int
    name: str
    photos: int
    face_id: int
    crop: str
    crop_size: tuple[int, int]
    is_new: bool = False
    model: str = ""


class Waits(msgspec.Struct, frozen=True):
    """A face waits for the answer of whoever is asked; `photos`: how many do by now."""

    name: str
    photos: int


class NotStored(msgspec.Struct, frozen=True):
    """A face was not stored, and why: the photo, no face, a quality problem, or it is there already."""

    name: str
    reason: QualityProblem | Literal["no_face", "too_many_faces", "same_picture"] | BadPhoto


# What becomes of a face.
Outcome = Enrolled | Waits | NotStored


class DiskFull(Exception):
    """The data has reached DISK_CAP_MB, so that nothing is added to it."""


class OtherModel(Exception):
    """The chat's gallery was made by another face model; enrolling waits until it is re-embedded."""


class NothingPending(Exception):
    """What a button was about is no longer waiting, or the question that a face was to wait for is over."""


def new_face(face: FoundFace) -> gallery.NewFace:
    """The storage's view of a found face."""
    return gallery.NewFace(
        crop=face.crop,
        box=msgspec.structs.astuple(face.box),
        landmarks=face.landmarks,
        quality=msgspec.to_builtins(face.quality),
        source=face.source,
        model=face.model,
        vector=face.vector,
    )


def kept_faces(data: dict[str, Any]) -> list[FoundFace]:
    """The faces that a pending row's data keeps under `faces`."""
    return [msgspec.convert(face, FoundFace) for face in data["faces"]]


def whom_data(whom: Whom) -> dict[str, Any]:
    """What a pending row's data keeps of who is taught; the row itself has the chat, and who began it."""
    data: dict[str, Any] = {"name": whom.name, "privately": whom.privately}
    if whom.asked is not None:
        data["asked"] = whom.asked
    if whom.user is not None:
        data["user"] = msgspec.to_builtins(whom.user)
    return data


def kept_whom(row: PendingRow) -> Whom:
    """Who is taught, as `whom_data` keeps it."""
    user = row.data.get("user")
    return Whom(
        row.chat_id,
        row.data["name"],
        row.user_id,
        row.data.get("privately", False),
        row.data.get("asked"),
        msgspec.convert(user, Subject) if user is not None else None,
    )
