"""Questions that are answered with a text ("What is the new name?"), and who takes the answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from telegram import Message, Update
from telegram.ext import ApplicationHandlerStop

from bot.context import GlanceContext
from bot.handlers import answering_back, labelling_menu, labels_menu, people_menu, teach, unknown
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.roles import who_are_you
from bot.turn import address_of
from storage import questions
from storage.questions import Asked

Answered = Callable[[Update, GlanceContext, Asked], Awaitable[None]]

# What asked, and the function that takes the answer and ends the question.
ANSWERED: dict[str, Answered] = {
    **answering_back.ANSWERED,
    **labelling_menu.ANSWERED,
    **labels_menu.ANSWERED,
    **people_menu.ANSWERED,
    **teach.ANSWERED,
    **unknown.ANSWERED,
}


async def answered(update: Update, context: GlanceContext) -> None:
    """Take a text as the answer to what its sender was asked; where they were not, it is for the others.

    An answer in the name of a chat is taken once whoever was asked says that it is theirs.
    """
    message = message_of(update)
    is_private = message.chat.type == "private"
    if message.reply_to_message is None and not is_private:
        return
    if message.sender_chat is not None:
        await _ask_who(update, context)
        return
    async with context.services.database.read() as session:
        asked = await questions.waiting(
            session, message.chat_id, sender_of(update), _replied_to(message), time.time()
        )
    if asked is not None:
        await ANSWERED[asked.question.about](update, context, asked)
        raise ApplicationHandlerStop


async def _ask_who(update: Update, context: GlanceContext) -> None:
    message, now = message_of(update), time.time()
    async with context.services.database.read() as session:
        asked = await questions.asked_by(session, message.chat_id, _replied_to(message) or 0, now)
    if asked is None:
        return
    async with context.turn(update) as turn:
        await turn.reply(address_of(message), who_are_you(update, context, asked.question.user_id))
    raise ApplicationHandlerStop


def _replied_to(message: Message) -> int | None:
    return message.reply_to_message.message_id if message.reply_to_message else None
