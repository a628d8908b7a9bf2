"""Asking a Telegram user, as values."""

from __future__ import annotations

import msgspec

from bot.usecases.enrol import Enrolled, FoundFace, LooksLike, NotStored, Whom


class NotTheirs(Exception):
    """Somebody answered who was not asked; `name` is who was."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class AlreadyAsked(Exception):
    """The same user is asked in this chat already, and has not answered; `name` is what they are called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class AuthorRefused(Exception):
    """A photo is by somebody who said No in this chat: nobody is learnt from it; `name` is its author's."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class User(msgspec.Struct, frozen=True):
    """A Telegram user who acts; `username` is "" where they have none."""

    id: int
    username: str = ""


class Subject(msgspec.Struct, frozen=True):
    """Who is asked, and what to call them.

    Telegram says no id for a plain @username: `username` stands for it until they press. `called`: their
    first name in Telegram, where it is known. `person_id`: who of the gallery they are, as the asker said.
    """

    name: str
    user_id: int | None = None
    username: str = ""
    called: str = ""
    person_id: int | None = None

    @property
    def address(self) -> str:
        """What everybody in the chat calls them."""
        return self.called or (f"@{self.username}" if self.username else self.name)

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
    """Faces of which the asker says which one is meant, or who they are; for the question `open_id`.

    `other`: the id of the other person whom they all surely look like, where that is asked.
    """

    question: Question
    open_id: int
    faces: tuple[FoundFace, ...]
    other: int | None = None


class Unsure(msgspec.Struct, frozen=True):
    """Faces that are to wait for `whom` look like `other`, who is enrolled; the asker is to say who it is."""

    pending_id: int
    whom: Whom
    other: str
    faces: tuple[FoundFace, ...]


class Allowed(msgspec.Struct, frozen=True):
    """They agreed: what became of the faces that waited.

    `unsure`: what the asker is to be asked about those that look like somebody who was enrolled meanwhile.
    """

    outcomes: tuple[Enrolled | NotStored, ...] = ()
    unsure: tuple[LooksLike, ...] = ()
