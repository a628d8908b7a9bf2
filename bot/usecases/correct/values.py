"""What corrections are about and who makes them, as values, and the ways in which they cannot go on."""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.refresh import recognition_of
from bot.usecases.seen import Recognition, SeenFace
from storage import answers
from storage.answers import AnswerRow


class Outdated(Exception):
    """What is to be corrected is no longer what was said."""


class NotYours(Exception):
    """Somebody else made this correction, and whoever wants to undo it is no admin."""


class NamedTwice(Exception):
    """Two faces of one photo were both said to be the person called `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotTheirs(Exception):
    """Somebody else enrolled this photo of the person called `name`, and whoever asks is no admin."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Spot(msgspec.Struct, frozen=True):
    """A face of an answer: what a correction is about."""

    row: AnswerRow
    recognition: Recognition
    index: int

    @property
    def face(self) -> SeenFace:
        assert self.recognition.faces is not None
        return self.recognition.faces[self.index]

    @property
    def source(self) -> str:
        """The photo's file_unique_id."""
        return self.row.file_unique_id


class Correction(msgspec.Struct, frozen=True):
    """By whom something is corrected, when, for how long it can be undone, and whether they are an admin.

    `digest` is who corrects in the way of `Recognition.author`: from their own photo anybody may teach.
    """

    by: int
    now: float
    undo_s: float
    is_admin: bool = False
    digest: str = ""


class Person(msgspec.Struct, frozen=True):
    """Somebody of the chat's gallery."""

    id: int
    name: str


async def spot(session: AsyncSession, chat_id: int, answer_id: int, index: int) -> Spot:
    """The face of an answer that a button or a reply means. Raises Outdated where it is gone."""
    row = await answers.get(session, answer_id)
    if row is None or row.chat_id != chat_id:
        raise Outdated
    recognition = recognition_of(row)
    if not 0 <= index < len(recognition.faces or ()):
        raise Outdated
    return Spot(row, recognition, index)
