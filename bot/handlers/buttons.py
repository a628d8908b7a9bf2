"""Presses of inline buttons: each action of a keyboard, and the presses that are refused."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.error import TelegramError

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers.enrol import shown_crop
from bot.turn import Turn, address_of
from bot.usecases import enrol, people
from bot.usecases.enrol import Enrolled
from storage import buttons
from storage.buttons import Pressed
from storage.errors import AlreadyUsed, ButtonExpired, NotYours, PressRefused, UnknownButton

log = logging.getLogger(__name__)

REFUSALS: dict[type[PressRefused], str] = {
    NotYours: texts.NOT_YOURS,
    AlreadyUsed: texts.ALREADY_DONE,
    ButtonExpired: texts.TOO_LATE,
    UnknownButton: texts.TOO_LATE,
}


@dataclass(frozen=True)
class Press:
    """A press that was allowed: the message under which it happened, by whom, and the button's data."""

    context: GlanceContext
    turn: Turn
    message: Message
    user_id: int
    data: dict[str, Any]


class Declined(Exception):
    """A press that was allowed and cannot be done; `sentence` says why, and the buttons stay."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Action = Callable[[Press], Awaitable[None]]


async def pressed(update: Update, context: GlanceContext) -> None:
    """Find what the token stands for, check who may press, and do it in the same transaction."""
    query = update.callback_query
    assert query is not None
    note = ""
    try:
        async with context.turn(update) as turn:
            message, button = await _use(turn, query)
            await ACTIONS[button.action](Press(context, turn, message, query.from_user.id, button.data))
    except PressRefused as refusal:
        note = REFUSALS[type(refusal)]
    except Declined as declined:
        note = declined.sentence
    if note:
        # The turn was taken back, and with it the use of the button: another press may still be a good one.
        await context.services.intake.settle_unanswered(context.delivery(update))
    await _answer(query, note)


async def _use(turn: Turn, query: CallbackQuery) -> tuple[Message, Pressed]:
    message = query.message
    if not isinstance(message, Message) or not query.data:
        raise UnknownButton
    pressed_button = await buttons.press(
        turn.session, query.data, message.chat_id, query.from_user.id, turn.now
    )
    return message, pressed_button


async def _answer(query: CallbackQuery, note: str) -> None:
    try:
        await query.answer(note or None, show_alert=bool(note))
    except TelegramError as error:
        # "Query is too old" after a restart, or no network: the press itself is done and stored.
        log.info("a button press could not be answered: %s", error)


async def _pick(press: Press) -> None:
    turn, services = press.turn, press.context.services
    index: int = press.data["face"]
    outcome, unused = await enrol.pick(turn.session, press.data["pending"], index, turn.now)
    if not isinstance(outcome, Enrolled):
        raise Declined(views.not_stored(outcome))
    turn.crops_to_delete += unused
    await turn.revise(press.message, texts.picked(outcome.name, index + 1))
    crop = shown_crop(services, outcome)
    reply = views.enrolled(outcome, crop, press.user_id, services.settings.undo_s)
    await turn.reply(address_of(press.message), reply)


async def _drop_pick(press: Press) -> None:
    press.turn.crops_to_delete += await enrol.drop_pending(press.turn.session, press.data["pending"])
    await press.turn.revise(press.message, texts.CANCELLED)


async def _undo_enrol(press: Press) -> None:
    faces: list[int] = press.data["faces"]
    press.turn.crops_to_delete += await enrol.undo(press.turn.session, press.data["person"], faces)
    await press.turn.revise(press.message, texts.undone_enrol(len(faces)))


async def _undo_rename(press: Press) -> None:
    await people.rename_back(press.turn.session, press.data["person"], press.data["name"])
    await press.turn.revise(press.message, texts.UNDONE)


async def _undo_forget(press: Press) -> None:
    name = await people.restore(press.turn.session, press.data["person"])
    await press.turn.revise(press.message, texts.restored(name))


ACTIONS: dict[str, Action] = {
    "pick": _pick,
    "drop_pick": _drop_pick,
    "undo_enrol": _undo_enrol,
    "undo_rename": _undo_rename,
    "undo_forget": _undo_forget,
}
