"""Replies to our answers: `Carol`, `2 is Carol`; and the answer to "what is the name?"."""

from __future__ import annotations

from typing import Any

import msgspec
from telegram import Message, Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import basics
from bot.handlers.correcting import ABOUT, said_in
from bot.handlers.incoming import message_of, sender_of
from bot.replies import Reply
from bot.turn import Turn, address_of
from bot.usecases import correct
from bot.usecases.correct import Correction, Outdated
from bot.usecases.saying import NameGiven, looks_like_a_name, name_in
from bot.views.correcting import Pointed, faces_of
from storage import answers, outbox, pending, people, replies
from storage.outbox import Send
from storage.questions import Asked
from storage.replies import ReplyRow

DONE = "👍"


async def replied(update: Update, context: GlanceContext) -> None:
    """A text in reply to a message of ours: a correction, where that message answers a photo."""
    message = message_of(update)
    assert message.reply_to_message is not None
    async with context.services.database.read() as session:
        reply = await replies.by_message(session, message.chat_id, message.reply_to_message.message_id)
    if reply is not None:
        async with context.turn(update) as turn:
            await _take(turn, message, sender_of(update), reply)
    elif message.chat.type == "private":
        await basics.not_a_photo(update, context)


async def _take(turn: Turn, message: Message, by: int, reply: ReplyRow) -> None:
    given = name_in(message.text or "")
    faces = await _faces(turn, message, reply)
    if given is None or not faces or not await _is_a_name(turn, reply.chat_id, given):
        # In a group it may be talk among people, which is none of our business.
        if message.chat.type == "private":
            await turn.reply(address_of(message), Reply(texts.correcting.how_to_correct()))
        return
    meant = [face for face in faces if _means(given, face)]
    if not meant:
        await turn.reply(address_of(message), Reply(texts.correcting.no_such_number(_number(given))))
    elif len(meant) > 1:
        await turn.reply(address_of(message), views.correcting.which_is(given.name, meant))
    else:
        await _call(turn, message, (meant[0].answer_id, meant[0].index), Named(given.name, by))


class Named(msgspec.Struct, frozen=True):
    """A name, and who gave it."""

    name: str
    by: int


async def _faces(turn: Turn, message: Message, reply: ReplyRow) -> list[Pointed]:
    """The faces that a reply may mean: those of the picture it replies to, or all that the words speak of."""
    assert message.reply_to_message is not None
    rows = await answers.of_reply(turn.session, reply.id)
    shown = {row.id for row in rows if row.reply_message_id == message.reply_to_message.message_id}
    faces = faces_of(await said_in(turn.session, reply.id))
    return [face for face in faces if face.answer_id in shown] or faces


async def _is_a_name(turn: Turn, chat_id: int, given: NameGiven) -> bool:
    if given.is_sure or looks_like_a_name(given.name):
        return True
    return await people.find(turn.session, chat_id, given.name) is not None


def _means(given: NameGiven, face: Pointed) -> bool:
    """Whether a face may be the one that is meant; its label is "2", in an album "3.2", or "" if alone."""
    photo, _, number = face.label.rpartition(".")
    is_number = given.number is None or given.number == int(number or 1)
    return is_number and (given.photo is None or given.photo == int(photo or 1))


def _number(given: NameGiven) -> str:
    return f"{given.photo}.{given.number}" if given.photo is not None else str(given.number)


async def answered(update: Update, context: GlanceContext, asked: Asked) -> None:
    """The name that was asked for. Raises BadName, and then goes on waiting."""
    message = message_of(update)
    async with context.turn(update) as turn:
        await pending.remove(turn.session, asked.id)
        data: dict[str, Any] = asked.question.data
        named = Named(message.text or "", sender_of(update))
        await _call(turn, message, (data["answer"], data["face"]), named)


async def _call(turn: Turn, message: Message, where: tuple[int, int], named: Named) -> None:
    try:
        spot = await correct.spot(turn.session, message.chat_id, *where)
        correction = Correction(named.by, turn.now)
        _, crops = await correct.call(turn.session, spot, named.name, correction)
    except Outdated:
        await turn.reply(address_of(message), Reply(texts.buttons.too_late()))
        return
    turn.crops_to_delete += crops
    await _acknowledge(turn, message)


async def _acknowledge(turn: Turn, message: Message) -> None:
    """The edit may be far up in the chat: a reaction says that it was made."""
    reaction = {"message_id": message.message_id, "reaction": [{"type": "emoji", "emoji": DONE}]}
    payload = {"chat_id": message.chat_id, **reaction}
    send = Send(message.chat_id, "setMessageReaction", payload, update_id=turn.update_id)
    await outbox.put(turn.session, send, turn.now)


ANSWERED = {ABOUT: answered}
