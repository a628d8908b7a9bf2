"""Telegram users, as those who act and as those who are to be recognised."""

from __future__ import annotations

import msgspec


class User(msgspec.Struct, frozen=True):
    """A Telegram user who acts; `username` and `last_name` are "" where they have none."""

    id: int
    username: str = ""
    first_name: str = ""
    last_name: str = ""


class Subject(msgspec.Struct, frozen=True):
    """Who is to be recognised, and what to call them.

    Telegram says no id for a plain @username: `username` stands for it until they press, and where the asker
    gave no name for `name` as well (`is_nameless`). `called`: their first name in Telegram, where it is
    known. `person_id`: who of the gallery they are, as the asker said.
    """

    name: str
    user_id: int | None = None
    username: str = ""
    called: str = ""
    person_id: int | None = None
    is_nameless: bool = False

    @property
    def address(self) -> str:
        """What everybody in the chat calls them."""
        return self.called or (f"@{self.username}" if self.username else self.name)

    def is_meant(self, user: User) -> bool:
        """Whether this user is who was asked."""
        if self.user_id is not None:
            return user.id == self.user_id
        return bool(self.username) and user.username.casefold() == self.username.casefold()

    def is_same(self, other: Subject) -> bool:
        """Whether two subjects are one user, so far as is known."""
        if self.user_id is not None:
            return other.user_id == self.user_id
        return other.user_id is None and other.username.casefold() == self.username.casefold()


class Question(msgspec.Struct, frozen=True):
    """Whom to recognise, in which chat, and who wants to enrol them."""

    chat_id: int
    subject: Subject
    by: int
