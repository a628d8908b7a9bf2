"""Replies to our answers: `Carol`, `2 is Carol`; and the answer to "what is the name?"."""

from __future__ import annotations

from typing import Any

from telegram import Message, Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import basics
from bot.handlers.calling import Named, call
from bot.handlers.correcting import ABOUT, said_in
from bot.handlers.incoming import message_of, presser_of, sender_of
from bot.replies import Reply
from bot.turn import Turn, address_of
from bot.usecases.correct import Outdated
from bot.usecases.saying import Circumstances, NameGiven, name_in, verdict
from bot.views.correcting import Pointed, faces_of
from storage import answers, pending, people, replies
from storage.questions import Asked
from storage.replies import ReplyRow


async def replied(update: Update, context: GlanceContext) -> None:
    """A text in reply to a message of ours: a correction, where that message answers a photo."""
    message = message_of(update)
    assert message.reply_to_message is not None
    async with context.services.database.read() as session:
        reply = await replies.by_message(session, message.chat_id, message.reply_to_message.message_id)
    if reply is not None:
        async with context.turn(update) as turn:
            await _take(update, context, turn, reply)
    elif message.chat.type == "private":
        await basics.not_a_photo(update, context)


async def _take(update: Update, context: GlanceContext, turn: Turn, reply: ReplyRow) -> None:
    message = message_of(update)
    given = name_in(message.text or "")
    faces = await _faces(turn, message, reply) if given is not None else []
    if given is None or not faces:
        await _leave(turn, message)
        return
    meant = [face for face in faces if _means(given, face)]
    is_known = await people.find(turn.session, reply.chat_id, given.name) is not None
    match verdict(given, Circumstances(message.chat.type == "private", len(meant), is_known)):
        case "call":
            await _call(update, context, turn, meant[0].data, given.name)
        case "ask":
            question = views.correcting.is_it_a_name(given.name, meant[0], presser_of(update))
            await turn.reply(address_of(message), question)
        case "which":
            question = views.correcting.which_is(given.name, meant, presser_of(update))
            await turn.reply(address_of(message), question)
        case "no_such_number":
            await turn.reply(address_of(message), Reply(texts.correcting.no_such_number(_number(given))))
        case "talk":
            await _leave(turn, message)


async def _leave(turn: Turn, message: Message) -> None:
    # In a group it may be talk among people, which is none of our business.
    if message.chat.type == "private":
        await turn.reply(address_of(message), Reply(texts.correcting.how_to_correct()))


async def _faces(turn: Turn, message: Message, reply: ReplyRow) -> list[Pointed]:
    """The faces that a reply may mean: those of the picture it replies to, or all that the words speak of."""
    assert message.reply_to_message is not None
    rows = await answers.of_reply(turn.session, reply.id)
    shown = {row.id for row in rows if row.reply_message_id == message.reply_to_message.message_id}
    faces = faces_of(await said_in(turn.session, reply.id))
    return [face for face in faces if face.answer_id in shown] or faces


def _means(given: NameGiven, face: Pointed) -> bool:
    """Whether a face may be the one that is meant; its label is "2", in an album "3.2", or "" if alone."""
    photo, _, number = face.label.rpartition(".")
    is_number = given.number is None or given.number == int(number or 1)
    return is_number and (given.photo is None or given.photo == int(photo or 1))


def _number(given: NameGiven) -> str:
    return f"{given.photo}.{given.number}" if given.photo is not None else str(given.number)


async def answered(update: Update, context: GlanceContext, asked: Asked) -> None:
    """The name that was asked for. Raises BadName, and then goes on waiting."""
    async with context.turn(update) as turn:
        await pending.remove(turn.session, asked.id)
        await _call(update, context, turn, asked.question.data, message_of(update).text or "")


async def _call(update: Update, context: GlanceContext, turn: Turn, face: dict[str, Any], name: str) -> None:
    """The answer may be far up in the chat: a reply says that it was edited, and has the way back."""
    message = message_of(update)
    named = Named(name, sender_of(update), presser_of(update))
    try:
        reply = await call(turn, message.chat_id, face, named, context.services.settings.undo_s)
    except Outdated:
        reply = Reply(texts.buttons.too_late())
    await turn.reply(address_of(message), reply)


ANSWERED = {ABOUT: answered}
