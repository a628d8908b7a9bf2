"""Presses of inline buttons: each action of a keyboard, and the presses that are refused."""

from __future__ import annotations

from collections.abc import Callable

from telegram import CallbackQuery, Message, Update

from bot import texts
from bot.context import GlanceContext
from bot.handlers import (
    consent,
    correcting,
    enrol,
    find,
    labelling_menu,
    labels,
    labels_menu,
    mistakes,
    models,
    people,
    people_menu,
    popups,
    privacy,
    roles,
    settings,
    teach,
    training,
    unknown,
)
from bot.handlers.pressing import Action, Declined, Guarded, Press, Routed, Sparing, use
from bot.turn import Turn
from bot.usecases.roles import manages
from storage import buttons
from storage.buttons import Pressed
from storage.errors import AlreadyUsed, ButtonExpired, NotYours, PressRefused, UnknownButton

REFUSALS: dict[type[PressRefused], Callable[[], str]] = {
    NotYours: texts.buttons.not_yours,
    AlreadyUsed: texts.buttons.already_done,
    ButtonExpired: texts.buttons.too_late,
    UnknownButton: texts.buttons.too_late,
}


async def pressed(update: Update, context: GlanceContext) -> None:
    """Find what the token stands for, check who may press, and do it in the same transaction."""
    query = update.callback_query
    assert query is not None
    note = ""
    try:
        await _do(update, context, query)
    except PressRefused as refusal:
        note = REFUSALS[type(refusal)]()
    except Declined as declined:
        note = declined.sentence
    if note:
        # The turn was taken back, and with it the use of the button: another press may still be a good one.
        await context.services.intake.settle_unanswered(context.delivery(update))
    await popups.answer(query, note)


async def _do(update: Update, context: GlanceContext, query: CallbackQuery) -> None:
    await _check_role(query, context)

    async def act(is_admin: bool) -> None:
        async with context.turn(update) as turn:
            message, button = await _use(turn, query)
            press = Press(context, turn, message, query.from_user, button.data, is_admin)
            await _action(button.action)(press)

    if query.message is None:
        raise UnknownButton
    await roles.with_role(context, query.message.chat, query.from_user.id, act)


async def _check_role(query: CallbackQuery, context: GlanceContext) -> None:
    """Ask Telegram, where a button is only for some; Declined. One that nobody knows is left to the turn."""
    message = query.message
    if message is None or not query.data:
        return
    async with context.services.database.read() as session:
        name = await buttons.action_of(session, query.data, message.chat.id)
    if isinstance(ACTIONS.get(name or ""), Guarded):
        role = await roles.role_of(context, message.chat, query.from_user.id)
        if not manages(role):
            raise Declined(texts.groups.admins_only())


def _action(name: str) -> Action:
    found = ACTIONS[name]
    return found.action if isinstance(found, (Guarded, Sparing)) else found


async def _use(turn: Turn, query: CallbackQuery) -> tuple[Message, Pressed]:
    message = query.message
    if not isinstance(message, Message) or not query.data:
        raise UnknownButton
    pressed_button = await buttons.press(
        turn.session, query.data, message.chat_id, query.from_user.id, turn.now
    )
    await use(turn, pressed_button, ACTIONS[pressed_button.action])
    return message, pressed_button


ACTIONS: dict[str, Routed] = {
    **consent.ACTIONS,
    **correcting.ACTIONS,
    **enrol.ACTIONS,
    **find.ACTIONS,
    **labelling_menu.ACTIONS,
    **labels.ACTIONS,
    **labels_menu.ACTIONS,
    **mistakes.ACTIONS,
    **models.ACTIONS,
    **people.ACTIONS,
    **people_menu.ACTIONS,
    **privacy.ACTIONS,
    **roles.ACTIONS,
    **settings.ACTIONS,
    **teach.ACTIONS,
    **training.ACTIONS,
    **unknown.ACTIONS,
}
