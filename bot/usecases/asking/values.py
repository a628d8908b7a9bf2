"""Asking a Telegram user, as values."""

from __future__ import annotations

import msgspec

from bot.usecases.enrol import Enrolled, FoundFace, NotStored, Whom


class NotTheirs(Exception):
    """Somebody answered who was not asked; `name` is who was."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class User(msgspec.Struct, frozen=True):
    """A Telegram user who acts; `username` is "" where they have none."""

    id: int
    username: str = ""


class Subject(msgspec.Struct, frozen=True):
    """Who is asked, and what to call them.

    Telegram says no id for a plain @username: `username` stands for it until they press.
    """

    name: str
    user_id: int | None = None
    username: str = ""

    def is_meant(self, user: User) -> bool:
        """Whether this user is who was asked."""
        if self.user_id is not None:
            return user.id == self.user_id
        return bool(self.username) and user.username.casefold() == self.username.casefold()


class Question(msgspec.Struct, frozen=True):
    """Whom to ask, in which chat, and who wants to enrol them."""

    chat_id: int
    subject: Subject
    by: int

    @property
    def whom(self) -> Whom:
        """Who is taught once they allowed it."""
        return Whom(self.chat_id, self.subject.name, self.by)


class Open(msgspec.Struct, frozen=True):
    """A question that waits for its answer, with its faces; `gathers_until`: more photos are awaited."""

    id: int
    question: Question
    faces: tuple[FoundFace, ...] = ()
    gathers_until: float = 0.0


class Picking(msgspec.Struct, frozen=True):
    """Faces of one photo, of which the asker says which one is meant; for the question `open_id`."""

    question: Question
    open_id: int
    faces: tuple[FoundFace, ...]


class Allowed(msgspec.Struct, frozen=True):
    """They agreed: who they are here, and what became of the faces that waited.

    `gathers`: photos of them were awaited, and still are.
    """

    person_id: int
    name: str
    outcomes: tuple[Enrolled | NotStored, ...] = ()
    gathers: bool = False
