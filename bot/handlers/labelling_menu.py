"""The buttons under an answer with which its photo gets a label of the chat's, or loses it."""

from __future__ import annotations

from telegram import Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import label_photo
from bot.handlers.correcting_menu import close, offer
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.pressing import Declined, Press, Routed, Sparing
from bot.handlers.wording import said_in
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases.labels import parse_label
from bot.views.correcting import Said
from bot.views.labelling import Photo
from storage import answers, examples, labels, pending, questions
from storage.answers import AnswerRow
from storage.questions import Asked, Question

# What asks for a new label (`storage.questions`).
ABOUT = "label_new"


async def _row(press: Press) -> AnswerRow:
    """The answer that a button is about."""
    row = await answers.get(press.turn.session, press.data["answer"])
    if row is None or row.reply_id is None or row.chat_id != press.message.chat_id:
        raise Declined(texts.buttons.too_late())
    return row


async def _pointed(press: Press) -> tuple[Said, Photo]:
    row = await _row(press)
    said = await said_in(press.turn.session, row.reply_id or 0)
    photo = next((photo for photo in said.photos if photo.answer_id == row.id), None)
    if photo is None:
        raise Declined(texts.buttons.too_late())
    return said, photo


async def _which(press: Press) -> None:
    said = await said_in(press.turn.session, press.data["reply"])
    rows = views.labelling.numbers(said.reply_id, said.photos)
    await offer(press, said, lambda: Reply(texts.teaching.which_photo(), views.correcting.keyboard_of(rows)))


async def _menu(press: Press) -> None:
    said, photo = await _pointed(press)
    listed = views.labelling.ordered(
        await labels.listing(press.turn.session, press.message.chat_id), photo.seen
    )
    rows = views.labelling.menu(said.reply_id, photo, listed, press.data["page"])
    await offer(press, said, lambda: Reply(texts.teaching.which_label(), views.correcting.keyboard_of(rows)))


async def _is(press: Press) -> None:
    """The photo gets a label, once it is fetched again."""
    row = await _row(press)
    await labels.get(press.turn.session, row.chat_id, press.data["label"])
    await label_photo.queue(press.turn.session, row, press.data["label"], press.user_id, press.turn.now)
    await close(press, await said_in(press.turn.session, row.reply_id or 0))


async def _none(press: Press) -> None:
    turn, row = press.turn, await _row(press)
    example = await examples.of_file(turn.session, row.chat_id, row.file_unique_id)
    if example is not None:
        turn.crops_to_delete += await examples.remove(turn.session, row.chat_id, [example.id])
    await close(press, await said_in(turn.session, row.reply_id or 0))


async def _new(press: Press) -> None:
    """New label…: a question, which a reply answers, in groups with privacy mode on as well."""
    turn, message = press.turn, press.message
    row = await _row(press)
    asks = texts.teaching.reply_with_the_label()
    is_group = message.chat.type != "private"
    text = f"{texts.names.mention(press.user_id, press.user.first_name)}: {asks}" if is_group else asks
    prompt = await turn.reply(address_of(message), Reply(text, hint=texts.labels.hint_label()))
    question = Question(message.chat_id, press.user_id, ABOUT, {"answer": row.id})
    await questions.ask(turn.session, question, prompt, turn.now, press.context.services.settings.enrol_s)
    await close(press, await said_in(turn.session, row.reply_id or 0))


async def named(update: Update, context: GlanceContext, asked: Asked) -> None:
    """The new label that was asked for. Raises BadLabel, and then goes on waiting."""
    message, by = message_of(update), sender_of(update)
    name = parse_label(message.text or "")
    async with context.turn(update) as turn:
        await pending.remove(turn.session, asked.id)
        if not await label_photo.queue_named(turn, asked.question.data["answer"], name, by):
            await turn.reply(address_of(message), Reply(texts.buttons.too_late()))
            return
        await turn.reply(address_of(message), Reply(texts.teaching.labelled(name)))


ACTIONS: dict[str, Routed] = {
    "label_which": Sparing(_which),
    "label_menu": Sparing(_menu),
    "label_is": Sparing(_is),
    "label_none": Sparing(_none),
    "label_new": Sparing(_new),
}
ANSWERED = {ABOUT: named}
