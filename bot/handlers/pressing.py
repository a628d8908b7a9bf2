"""What a press of a button is, for the modules whose keyboards have them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from telegram import Message, User

from bot.context import GlanceContext
from bot.turn import Address, Turn, address_of


@dataclass(frozen=True)
class Press:
    """A press that was allowed: the message under which it happened, by whom, and the button's data."""

    context: GlanceContext
    turn: Turn
    message: Message
    user: User
    data: dict[str, Any]

    @property
    def user_id(self) -> int:
        return self.user.id

    @property
    def below(self) -> Address:
        """In answer to whoever asked for the buttons, where their message is still known."""
        return address_of(self.message.reply_to_message or self.message)


class Declined(Exception):
    """A press that was allowed and cannot be done; `sentence` says why, and the buttons stay."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Action = Callable[[Press], Awaitable[None]]


@dataclass(frozen=True)
class Guarded:
    """An action for people of a role alone, which Telegram is asked for before the turn is opened.

    Whoever has it not is told so, and the button stays for who has.
    """

    action: Action
    role: Literal["admin"] = "admin"
