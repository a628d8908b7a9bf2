"""What is said about a photo, as values, and which of two looks' faces are the same. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from ml.errors import MissingWeights
from ml.protocol import Box, Label, Refused, Tone

# Two looks at one photo find the same face in boxes that differ by a few pixels; two faces side by side
# hardly overlap. PASCAL VOC's measure of "the same object" (doi:10.1007/s11263-009-0275-4).
SAME_FACE = 0.5


class SeenFace(msgspec.Struct, frozen=True, kw_only=True):
    """A face in an answer: where, and who it was taken for.

    `nearest`: ids of the people it resembles, nearest first, whoever they are: the order to offer them in.
    `told`: a person said so, and not the networks. `dismissed`: a person said that it is nobody's face.
    """

    box: Box
    tone: Tone
    person_id: int | None = None
    name: str | None = None
    similarity: float | None = None
    nearest: tuple[int, ...] = ()
    told: bool = False
    dismissed: bool = False

    @property
    def is_named(self) -> bool:
        """Whether somebody's name is said, surely or with a maybe."""
        return self.name is not None and self.tone != "unknown" and not self.dismissed

    @property
    def is_open(self) -> bool:
        """Whether it could still turn out to be somebody: unknown or maybe, and nobody told who it is."""
        return self.tone != "sure" and not self.told and not self.dismissed


class OwnGuess(msgspec.Struct, frozen=True):
    """One of the chat's labels, with its probability."""

    label_id: int
    name: str
    probability: float


class OwnSeen(msgspec.Struct, frozen=True):
    """What the model `version` says of a photo, likeliest first; `is_none`: none of its labels.

    `novelty`: how unlike all that it learnt the photo is; 1.0 is where "none of them" begins.
    """

    version: int
    guesses: tuple[OwnGuess, ...]
    is_none: bool
    novelty: float


class Recognition(msgspec.Struct, frozen=True, kw_only=True):
    """What is said about one photo; `None` for what no model could be asked.

    `refused`: why the photo could not be read, where it could not; then there is nothing else. `author`: who
    sent the photo to a group, as a No of theirs would be kept (`bot.usecases.consent.digest_for`), else "".
    """

    labels: tuple[Label, ...] | None
    sure: bool
    faces: tuple[SeenFace, ...] | None
    own: OwnSeen | None = None
    missing: tuple[MissingWeights, ...] = ()
    troubles: tuple[str, ...] = ()
    names_paused: bool = False
    refused: Refused | None = None
    author: str = ""

    @property
    def shown(self) -> tuple[SeenFace, ...]:
        """The faces that are spoken of."""
        return tuple(face for face in self.faces or () if not face.dismissed)


def unknown(face: SeenFace) -> SeenFace:
    """The face, as somebody unknown."""
    return msgspec.structs.replace(
        face, tone="unknown", person_id=None, name=None, similarity=None, told=False
    )


def up_to_date(face: SeenFace, names: Mapping[int, str]) -> SeenFace:
    """The face with its person's name of today (`names`: by their ids); unknown where they are gone."""
    if face.person_id is None:
        return face
    name = names.get(face.person_id)
    return unknown(face) if name is None else msgspec.structs.replace(face, name=name)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0..1."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (one.width * one.height + other.width * other.height - both)


def same_face(box: Box, boxes: Sequence[Box]) -> int | None:
    """The index of the box that overlaps most with a box, if they are of the same face."""
    best = max(range(len(boxes)), key=lambda index: overlap(box, boxes[index]), default=None)
    return best if best is not None and overlap(box, boxes[best]) >= SAME_FACE else None
