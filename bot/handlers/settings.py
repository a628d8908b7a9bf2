"""/settings: what the admins of a chat can set, in one message that is edited as they go."""

from __future__ import annotations

from telegram import Update

from bot import views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.pressing import Guarded, Press, Routed
from bot.handlers.roles import admins_only
from bot.languages import language_of, speaking
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import chat_settings as usecase


@admins_only
async def settings(update: Update, context: GlanceContext) -> None:
    """/settings"""
    message = message_of(update)
    async with context.turn(update) as turn:
        chat = await usecase.read(turn.session, message.chat_id, context.services.settings)
        await turn.reply(address_of(message), views.settings.overview(chat, sender_of(update)))


async def _read(press: Press) -> usecase.ChatSettings:
    installation = press.context.services.settings
    return await usecase.read(press.turn.session, press.message.chat_id, installation)


async def _show(press: Press, reply: Reply) -> None:
    await press.turn.revise(press.message, reply.text, reply.keyboard)


async def _open(press: Press) -> None:
    installation, key = press.context.services.settings, press.data["key"]
    choices = usecase.choices(key, installation)
    view = views.settings.one(await _read(press), key, choices, installation.strangers_s, press.user_id)
    await _show(press, view)


async def _set(press: Press) -> None:
    """Set it, and say so in the language that is spoken from now on."""
    turn, data = press.turn, press.data
    changed = await usecase.change(
        turn.session,
        press.message.chat_id,
        usecase.Change(data["key"], data["value"]),
        press.context.services.settings,
        turn.now,
    )
    turn.crops_to_delete += changed.crops
    with speaking(language_of(changed.now.language, press.user.language_code)):
        await _show(press, views.settings.overview(changed.now, press.user_id))


async def _back(press: Press) -> None:
    await _show(press, views.settings.overview(await _read(press), press.user_id))


async def _done(press: Press) -> None:
    await press.turn.revise(press.message, views.settings.closed(await _read(press)))


ACTIONS: dict[str, Routed] = {
    "settings_open": Guarded(_open),
    "settings_set": Guarded(_set),
    "settings_back": Guarded(_back),
    "settings_done": Guarded(_done),
}
