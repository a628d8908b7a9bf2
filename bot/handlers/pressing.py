"""What a press of a button is, for the modules whose keyboards have them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from telegram import Message, User

from bot.context import GlanceContext
from bot.turn import Address, Turn, address_of
from storage import buttons
from storage.buttons import Pressed


@dataclass(frozen=True)
class Press:
    """A press that was allowed: the message under which it happened, by whom, and the button's data.

    `is_admin`: Telegram was asked, and says so; else it was not asked, or says no.
    """

    context: GlanceContext
    turn: Turn
    message: Message
    user: User
    data: dict[str, Any]
    is_admin: bool = False

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


class AdminNeeded(Declined):
    """What only an admin may do: where whoever acts is one, it is to be tried again as such."""


Action = Callable[[Press], Awaitable[None]]
# What a press uses up: all buttons of its keyboard, those about the same face, its own, or none, where it
# only shows something and another press of the keyboard is as good as before.
Uses = Literal["keyboard", "face", "itself", "nothing"]
# What buttons about a face carry (`bot.views.correcting.Pointed.data`).
FACE = ("answer", "face")


@dataclass(frozen=True)
class Guarded:
    """An action for people of a role alone, which Telegram is asked for before the turn is opened.

    Whoever has it not is told so, and the button stays for who has.
    """

    action: Action
    role: Literal["admin"] = "admin"
    uses: Uses = "keyboard"


@dataclass(frozen=True)
class Sparing:
    """An action for anybody that leaves other buttons of its keyboard as good as they were."""

    action: Action
    uses: Uses = "nothing"


Routed = Action | Guarded | Sparing


async def use(turn: Turn, pressed: Pressed, action: Routed) -> None:
    """Use up what the action of a pressed button uses up."""
    uses = action.uses if isinstance(action, (Guarded, Sparing)) else "keyboard"
    match uses:
        case "keyboard":
            await buttons.use_up(turn.session, pressed, turn.now)
        case "face":
            await buttons.use_up(turn.session, pressed, turn.now, same=FACE)
        case "itself":
            await buttons.use_one_up(turn.session, pressed, turn.now)
        case "nothing":
            return
