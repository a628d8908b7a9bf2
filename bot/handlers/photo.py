"""Photos: answered with what is in them and who, or taken as photos of somebody who is being enrolled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from telegram import Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import enrol
from bot.handlers.incoming import message_of, pictures_of, sender_of
from bot.handlers.signs import busy
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import quota
from bot.usecases.recognise import Asked, Unreadable, recognise, remember
from storage import pending

T = TypeVar("T")


async def sent(update: Update, context: GlanceContext) -> None:
    """A photo without a command of ours: part of an enrolment under way, else to be recognised in private."""
    message = message_of(update)
    async with context.services.database.read() as session:
        gathering = await pending.mine(session, message.chat_id, sender_of(update), "enrol", time.time())
    if gathering is not None:
        await enrol.teach(update, context, gathering.data["name"], gathering.id)
    elif message.chat.type == "private":
        await _recognise(update, context)


async def who(update: Update, context: GlanceContext) -> None:
    """/who, as a caption or as a reply to a photo."""
    if pictures_of(update, context):
        await _recognise(update, context)
        return
    async with context.turn(update) as turn:
        await turn.reply(address_of(message_of(update)), Reply(texts.REPLY_TO_A_PHOTO))


async def _recognise(update: Update, context: GlanceContext) -> None:
    message, services = message_of(update), context.services
    attempts = context.delivery(update).attempts
    pictures = pictures_of(update, context)
    asked = [Asked(message.chat_id, sender_of(update), picture, attempts) for picture in pictures]
    async with busy(context.bot, address_of(message)):
        known = await services.worker.ready()
        # Together, so that the worker sees the whole album and works on it in batches.
        told = await all_of([recognise(services.ports, one, known) for one in asked])
    async with context.turn(update) as turn:
        ids = [
            await remember(turn.session, one, answer, update.update_id, message.message_id)
            for one, answer in zip(asked, told, strict=True)
            if not isinstance(answer, Unreadable)
        ]
        looked_at = [one for one in told if isinstance(one, Unreadable) or not one.from_memory]
        await quota.count(turn.session, asked[0].sender, len(looked_at), turn.now)
        reply = views.photo(told[0]) if len(told) == 1 else views.album(told)
        await turn.reply(address_of(message), reply, answer_id=ids[0] if len(told) == len(ids) == 1 else None)


async def all_of(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of all, in order; where one fails, the others are finished first and not left behind."""
    results = await asyncio.gather(*work, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
