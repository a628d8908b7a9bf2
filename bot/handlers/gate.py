"""Who may come in at all; runs before every other handler."""

from __future__ import annotations

import time

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Chat, Update
from telegram.ext import ApplicationHandlerStop

from bot import texts
from bot.context import GlanceContext
from bot.handlers import group, popups
from bot.handlers.incoming import sender_of
from bot.handlers.matching import command_in
from bot.handlers.privacy import MY_DATA
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import access, enrol
from storage import buttons

# What concerns nobody but whoever asks or presses. Whom a group recognises must be able to say no and to
# leave, also where the bot answers them nothing else.
ABOUT_ONESELF = frozenset({"mydata", "forgetme", "privacy"})
OWN_ANSWERS = frozenset({"allow", "refuse", "forget_me", "keep_me"})


async def check(update: object, context: GlanceContext) -> None:
    """Let the update through, or answer for it: an invitation taken up, or a refusal (silent in groups)."""
    if not isinstance(update, Update) or update.effective_chat is None:
        raise ApplicationHandlerStop
    settings = context.services.settings
    if settings.access == "open" or update.my_chat_member is not None:
        return
    user_id, chat = sender_of(update), update.effective_chat
    token = _invitation_in(update)
    async with context.services.database.read() as session:
        allowed = await access.may_use(session, settings, user_id, chat.id)
        if not allowed and settings.access == "invite" and chat.type == "private":
            # Their group was let in, and it is the group that is taught.
            allowed = await enrol.is_guest(session, user_id, token, time.time())
        if not allowed and await _is_about_oneself(session, update, chat.id):
            return
    if allowed and token is None:
        return
    if token is not None and settings.access == "invite" and not allowed:
        await _accept(update, context, token)
    elif not allowed:
        await _refuse(update, context)
    else:
        return
    raise ApplicationHandlerStop


async def _is_about_oneself(session: AsyncSession, update: Update, chat_id: int) -> bool:
    if update.callback_query is not None:
        action = await buttons.action_of(session, update.callback_query.data or "", chat_id)
        return action in OWN_ANSWERS
    command = command_in(update.message) if update.message and update.message.text else None
    if command is None:
        return False
    return command.name in ABOUT_ONESELF or (command.name, command.arguments) == ("start", MY_DATA)


def _invitation_in(update: Update) -> str | None:
    """The parameter of a deep link: `/start <token>`; in a group, where it names us, `/start@us <token>`."""
    command = command_in(update.message) if update.message and update.message.text else None
    return command.arguments if command and command.name == "start" and command.arguments else None


async def _accept(update: Update, context: GlanceContext, token: str) -> None:
    message = update.message
    assert message is not None
    in_group = message.chat.type != Chat.PRIVATE
    sees_all = in_group and await group.sees_everything(context, message.chat)
    async with context.turn(update) as turn:
        to = address_of(message)
        if not await access.accept(turn.session, token, message.chat_id, time.time()):
            await turn.reply(to, Reply(texts.access.bad_invitation()))
        elif in_group:
            await group.greet(turn, to, sees_all)
        else:
            await turn.reply(to, Reply(texts.access.invited()))


async def _refuse(update: Update, context: GlanceContext) -> None:
    if update.callback_query is not None:
        await popups.answer(update.callback_query, texts.access.not_let_in())
    async with context.turn(update) as turn:
        if update.message is not None and update.message.chat.type == Chat.PRIVATE:
            await turn.reply(address_of(update.message), Reply(texts.access.not_let_in()))
