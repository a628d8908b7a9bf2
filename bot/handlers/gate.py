"""Who may come in at all; runs before every other handler."""

from __future__ import annotations

import time

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot import texts
from bot.commands import parse
from bot.context import GlanceContext
from bot.handlers.incoming import sender_of
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import access


async def check(update: object, context: GlanceContext) -> None:
    """Let the update through, or answer for it: an invitation taken up, or a refusal (silent in groups)."""
    if not isinstance(update, Update) or update.effective_chat is None:
        raise ApplicationHandlerStop
    settings = context.services.settings
    if settings.access == "open" or update.my_chat_member is not None:
        return
    user_id, chat = sender_of(update), update.effective_chat
    async with context.services.database.read() as session:
        allowed = await access.may_use(session, settings, user_id, chat.id)
    token = _invitation_in(update)
    if allowed and token is None:
        return
    if token is not None and settings.access == "invite" and not allowed:
        await _accept(update, context, token)
    elif not allowed:
        await _refuse(update, context)
    else:
        return
    raise ApplicationHandlerStop


def _invitation_in(update: Update) -> str | None:
    """The parameter of a deep link: `/start <token>`."""
    command = parse(update.message.text) if update.message else None
    return command.arguments if command and command.name == "start" and command.arguments else None


async def _accept(update: Update, context: GlanceContext, token: str) -> None:
    assert update.effective_chat is not None
    assert update.message is not None
    async with context.turn(update) as turn:
        accepted = await access.accept(turn.session, token, update.effective_chat.id, time.time())
        await turn.reply(
            address_of(update.message), Reply(texts.INVITED if accepted else texts.BAD_INVITATION)
        )


async def _refuse(update: Update, context: GlanceContext) -> None:
    if update.callback_query is not None:
        await update.callback_query.answer(texts.NOT_LET_IN, show_alert=True)
    async with context.turn(update) as turn:
        if update.message is not None and update.message.chat.type == "private":
            await turn.reply(address_of(update.message), Reply(texts.NOT_LET_IN))
