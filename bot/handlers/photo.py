"""Photos: answered with what is in them and who, or taken as photos of somebody who is being enrolled."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from telegram import Chat, Message, Update

from bot import languages, texts, views
from bot.context import GlanceContext
from bot.handlers import enrol, folding, labels
from bot.handlers.incoming import message_of, messages_of, picture_in, pictures_of, sender_of
from bot.handlers.signs import busy
from bot.handlers.subjects import author_of
from bot.handlers.teaching import teach
from bot.handlers.wording import said_in
from bot.replies import Reply
from bot.turn import Turn, address_of
from bot.usecases import quota, refresh, tagging
from bot.usecases.consent import digest_for
from bot.usecases.enrol import LATE_S
from bot.usecases.mentions import mentions
from bot.usecases.overtaken import Overtaken
from bot.usecases.quota import QuotaExceeded
from bot.usecases.recognise import Asked, Said, Told, recognise, remember
from ml.errors import MLError
from storage import answers, replies
from storage.replies import NewReply, ReplyRow

T = TypeVar("T")

log = logging.getLogger(__name__)


async def sent(update: Update, context: GlanceContext) -> None:
    """A photo without a command of ours: part of an enrolment under way, else to be recognised in private."""
    message = message_of(update)
    lesson = await enrol.lesson_of(update, context)
    if lesson is not None:
        await teach(update, context, lesson)
    elif (label := await labels.under_way(update, context)) is not None:
        await labels.take(update, context, label)
    elif message.chat.type == "private" or await _is_late(message, context):
        await _recognise(update, context)
    elif await tagging.is_on(context.services.ports, message.chat_id):
        await _tag(update, context)


async def who(update: Update, context: GlanceContext) -> None:
    """/who, as a caption or as a reply to a photo."""
    if pictures_of(update, context):
        await _recognise(update, context)
        return
    async with context.turn(update) as turn:
        await turn.reply(address_of(message_of(update)), Reply(texts.photos.reply_to_a_photo()))


async def _is_late(message: Message, context: GlanceContext) -> bool:
    """Whether the album of a photo was answered before it came."""
    if message.media_group_id is None:
        return False
    async with context.services.database.read() as session:
        since = time.time() - LATE_S
        return await replies.to_album(session, message.chat_id, message.media_group_id, since) is not None


async def _recognise(update: Update, context: GlanceContext) -> None:
    message = message_of(update)
    while True:
        async with busy(context.bot, address_of(message)):
            asked, told = await _look(update, context)
        with suppress(Overtaken):
            async with context.turn(update, _drawn(told)) as turn:
                await _count(turn, asked, told)
                await _answer(turn, message, asked, told)
            return


async def _tag(update: Update, context: GlanceContext) -> None:
    """Nobody asked: only somebody who is known is worth an answer, and there is no sign of the work."""
    is_over = False
    while not is_over:
        try:
            asked, told = await _look(update, context)
        except (QuotaExceeded, MLError) as error:
            log.info("a photo that nobody asked about is passed over: %r", error)
            return
        with suppress(Overtaken):
            async with context.turn(update, _drawn(told)) as turn:
                await _count(turn, asked, told)
                unused = _drawn(told)
                if tagging.is_worth_saying(one.recognition for one in told):
                    unused = await _answer_unasked(turn, message_of(update), asked, told)
                turn.crops_to_delete += unused
            is_over = True


async def _answer_unasked(
    turn: Turn, message: Message, asked: Sequence[Asked], told: Sequence[Told]
) -> list[str]:
    """In a reply of its own, or with others that wait; the pictures that are not shown."""
    said = views.photos.unasked(told)
    if not await folding.has_room(turn, message, sum(map(views.photos.has_picture, said))):
        if await folding.fold(turn, message, asked, told):
            return _drawn(told)
        said = [views.photos.in_words(one) for one in told]
    await _answer(turn, message, asked, said, unasked=True)
    return sorted(set(_drawn(told)) - set(_drawn(said)))


def _drawn(told: Sequence[Told]) -> list[str]:
    """The pictures that were drawn for what is told."""
    return [str(one.drawn.path) for one in told if one.drawn is not None]


async def _look(update: Update, context: GlanceContext) -> tuple[list[Asked], list[Told]]:
    asked, services = _asked(update, context), context.services
    known = await services.worker.ready()
    # Together, so that the worker sees the whole album and works on it in batches.
    return asked, await all_of([recognise(services.ports, one, known) for one in asked])


def _asked(update: Update, context: GlanceContext) -> list[Asked]:
    message, attempts = message_of(update), context.delivery(update).attempts
    shown = [one for one in messages_of(update, context) if picture_in(one)] or [message]
    return [
        Asked(message.chat_id, sender_of(update), picture, attempts, _author(one, context))
        for picture, one in zip(pictures_of(update, context), shown, strict=True)
    ]


def _author(message: Message, context: GlanceContext) -> str:
    """As `Recognition.author`. Nobody can be asked in a private chat, and nobody has said No there."""
    author = author_of(message) if message.chat.type != Chat.PRIVATE else None
    return digest_for(context.services.settings, author.id) if author is not None else ""


async def _count(turn: Turn, asked: Sequence[Asked], told: Sequence[Told]) -> None:
    looked_at = [one for one in told if not one.from_memory]
    await quota.count(turn.session, asked[0].sender, len(looked_at), turn.now)


async def _answer(
    turn: Turn, message: Message, asked: Sequence[Asked], told: Sequence[Told], *, unasked: bool = False
) -> None:
    """In a reply of its own, or as a late part of the reply to its album."""
    album, since = message.media_group_id, turn.now - LATE_S
    earlier = await replies.to_album(turn.session, message.chat_id, album, since) if album else None
    if earlier is not None:
        await _fold_in(turn, message, earlier, (asked, told))
        return
    reply_id = await replies.store(turn.session, _reply_to(message, asked[0].user_id), turn.now)
    said = Said(turn.update_id or 0, message.message_id, reply_id)
    ids = await remember(turn.session, asked, told, said)
    keyboard = views.correcting.keyboard(await said_in(turn.session, reply_id))
    reply = views.photos.answer(told, await mentions(turn.session, message.chat_id), keyboard)
    to = address_of(message)
    coalesce = folding.key(to, reply_id) if unasked else None
    await turn.reply(to, reply, reply_id=reply_id, answer_ids=_shown(told, ids), coalesce=coalesce)


async def _fold_in(
    turn: Turn, message: Message, earlier: ReplyRow, late: tuple[Sequence[Asked], Sequence[Told]]
) -> None:
    """The album's words are edited; a picture comes as a reply to its photo, for an album takes no more."""
    asked, told = late
    before = await answers.of_reply(turn.session, earlier.id)
    said = Said(turn.update_id or 0, message.message_id, earlier.id, position=len(before) + 1)
    ids = await remember(turn.session, asked, told, said)
    await refresh.queue(turn.session, message.chat_id, earlier.id, turn.now)
    pictures = views.photos.answer(told).pictures
    if pictures:
        await turn.reply(address_of(message), Reply("", pictures=pictures), answer_ids=_shown(told, ids))


def _reply_to(message: Message, asked_by: int) -> NewReply:
    to = address_of(message)
    return NewReply(
        chat_id=to.chat_id,
        thread_id=to.thread_id,
        asked_by=asked_by,
        asked_message_id=message.message_id,
        album=message.media_group_id,
        language=languages.current(),
    )


def _shown(told: Sequence[Told], ids: Sequence[int]) -> list[int]:
    """The answers that the reply's pictures show, in their order; without pictures, all of them."""
    with_picture = [
        answer_id for one, answer_id in zip(told, ids, strict=True) if views.photos.has_picture(one)
    ]
    return with_picture or list(ids)


async def all_of(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of all, in order; where one fails, the others are finished first and not left behind."""
    results = await asyncio.gather(*work, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
