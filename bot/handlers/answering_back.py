"""Replies to our answers: `Carol`, `2 is Carol`; and the answer to "what is the name?"."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec
from telegram import Message, Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import basics, roles
from bot.handlers.calling import call, meaning
from bot.handlers.correcting_menu import ABOUT
from bot.handlers.incoming import message_of, presser_of, sender_of
from bot.handlers.pressing import AdminNeeded
from bot.handlers.subjects import USERNAME, name_given
from bot.handlers.wording import said_in
from bot.replies import Reply
from bot.turn import Turn, address_of
from bot.usecases.consent import digest_for
from bot.usecases.correct import Call, Correction, Outdated
from bot.usecases.saying import Circumstances, NameGiven, Verdict, answer_in, names_in, together, verdict
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

        async def take(is_admin: bool) -> None:
            async with context.turn(update) as turn:
                await _take(Said(update, context, turn, is_admin), reply)

        await _with_role(update, context, take)
    elif message.chat.type == "private":
        await basics.not_a_photo(update, context)


async def _with_role(update: Update, context: GlanceContext, act: Callable[[bool], Awaitable[None]]) -> None:
    """Act as whoever wrote may; where that takes an admin and they are none, say so."""
    message = message_of(update)
    try:
        await roles.with_role(context, message.chat, sender_of(update), act)
    except AdminNeeded as needed:
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(needed.sentence))


@dataclass(frozen=True)
class Said:
    """What somebody wrote, in the turn that answers it; `is_admin`: as in `bot.handlers.pressing.Press`."""

    update: Update
    context: GlanceContext
    turn: Turn
    is_admin: bool

    @property
    def message(self) -> Message:
        return message_of(self.update)

    async def answer(self, reply: Reply) -> None:
        await self.turn.reply(address_of(self.message), reply)


async def _take(said: Said, reply: ReplyRow) -> None:
    given = _names_in(said.message)
    faces = await _faces(said, reply) if given else []
    if not faces:
        await _leave(said)
        return
    meant = [[face for face in faces if _means(one, face)] for one in given]
    known = [await people.find(said.turn.session, reply.chat_id, one.name) is not None for one in given]
    is_private = said.message.chat.type == "private"
    verdicts = [
        verdict(one, Circumstances(is_private, len(some), is_known))
        for one, some, is_known in zip(given, meant, known, strict=True)
    ]
    await _follow(said, together(verdicts), given, meant)


async def _follow(
    said: Said, what: Verdict, given: Sequence[NameGiven], meant: Sequence[Sequence[Pointed]]
) -> None:
    """`given`: the names; `meant`: for each the faces it may mean."""
    name, faces = given[0].name, meant[0]
    match what:
        case "call":
            pairs = zip(given, meant, strict=True)
            await _call(
                said, [Call(face.answer_id, face.index, one.name, face.label) for one, (face,) in pairs]
            )
        case "ask":
            name = await _name(said, name)
            await said.answer(views.correcting.is_it_a_name(name, faces[0], presser_of(said.update)))
        case "which" if len(given) > 1:
            await said.answer(Reply(texts.correcting.say_which_photo()))
        case "which":
            name = await _name(said, name)
            await said.answer(views.correcting.which_is(name, faces, presser_of(said.update)))
        case "no_such_number":
            missing = next(one for one, some in zip(given, meant, strict=True) if not some)
            await said.answer(Reply(texts.correcting.no_such_number(_number(missing))))
        case "talk":
            await _leave(said)


def _names_in(message: Message) -> Sequence[NameGiven]:
    """The names that a message gives; in a group one may be a username, which no name can be."""
    text = message.text or ""
    return names_in(text if message.chat.type == "private" else USERNAME.sub(r"\g<username>", text))


async def _name(said: Said, name: str) -> str:
    """As `name_given`, which raises Refused and HasToBeAsked."""
    settings = said.context.services.settings
    return await name_given(said.turn.session, settings, said.message, name, said.turn.now)


async def _leave(said: Said) -> None:
    # In a group it may be talk among people, which is none of our business.
    if said.message.chat.type == "private":
        await said.answer(Reply(texts.correcting.how_to_correct()))


async def _faces(said: Said, reply: ReplyRow) -> list[Pointed]:
    """The faces that a reply may mean: those of the picture it replies to, or all that the words speak of."""
    assert said.message.reply_to_message is not None
    session, shown_by = said.turn.session, said.message.reply_to_message.message_id
    rows = await answers.of_reply(session, reply.id)
    shown = {row.id for row in rows if row.reply_message_id == shown_by}
    faces = faces_of(await said_in(session, reply.id), left_out=True)
    return [face for face in faces if face.answer_id in shown] or faces


def _means(given: NameGiven, face: Pointed) -> bool:
    """Whether a face may be the one that is meant; its label is "2", in an album "3.2", or "" if alone.

    One that was left out is meant by its number alone.
    """
    photo, _, number = face.label.rpartition(".")
    is_number = given.number is None or given.number == int(number or 1)
    is_photo = given.photo is None or given.photo == int(photo or 1)
    return is_number and is_photo and (not face.face.dismissed or given.number is not None)


def _number(given: NameGiven) -> str:
    return f"{given.photo}.{given.number}" if given.photo is not None else str(given.number)


async def answered(update: Update, context: GlanceContext, asked: Asked) -> None:
    """The name that was asked for. Raises BadName, and then goes on waiting."""

    async def take(is_admin: bool) -> None:
        async with context.turn(update) as turn:
            await pending.remove(turn.session, asked.id)
            one = meaning(asked.question.data, answer_in(message_of(update).text or ""))
            await _call(Said(update, context, turn, is_admin), [one])

    await _with_role(update, context, take)


async def _call(said: Said, calls: Sequence[Call]) -> None:
    """The answer may be far up in the chat: a reply says that it was edited, and has the way back."""
    if said.message.sender_chat is not None:
        # Whoever says who somebody is says it with their own name.
        await said.answer(roles.who_are_you(said.update, said.context))
        return
    calls = [msgspec.structs.replace(one, name=await _name(said, one.name)) for one in calls]
    settings, by = said.context.services.settings, sender_of(said.update)
    correction = Correction(by, said.turn.now, settings.undo_s, said.is_admin, digest_for(settings, by))
    try:
        reply = await call(said.turn, said.message.chat_id, calls, correction)
    except Outdated:
        reply = Reply(texts.buttons.too_late())
    await said.answer(reply)


ANSWERED = {ABOUT: answered}
