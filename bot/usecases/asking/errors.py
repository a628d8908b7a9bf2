"""Why somebody is not asked, or may not answer.

RefusedToAsk
├── Refused            a user said No in this chat
├── AlreadyAsked       they are asked already
├── AuthorRefused      a photo is by somebody who said No
├── HasToBeAsked       a Telegram user is named who was never asked
└── NotTheirs          somebody answers who was not asked
"""

from __future__ import annotations


class RefusedToAsk(Exception):
    """It is about whoever is called `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Refused(RefusedToAsk):
    """The Telegram user called `name` said No in this chat: only they themselves can enrol them again."""


class AlreadyAsked(RefusedToAsk):
    """The user called `name` is asked in this chat already, and has not answered."""


class AuthorRefused(RefusedToAsk):
    """A photo is by `name` ("" where nobody kept it), who said No in this chat: nobody is learnt from it."""


class HasToBeAsked(RefusedToAsk):
    """A face was said to be the Telegram user called `name`, who has to agree first."""


class NotTheirs(RefusedToAsk):
    """Somebody answered for `name`, who was asked."""
