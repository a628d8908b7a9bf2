"""/teach: recent photos that are most worth a label, one by one."""

from __future__ import annotations

from telegram import Update

from bot import texts, views
from bot.context import GlanceContext
from bot.edits import Edit
from bot.handlers import label_photo
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.pressing import Declined, Press, Routed
from bot.handlers.roles import people_only
from bot.replies import Reply
from bot.turn import Address, Turn, address_of
from bot.usecases.labels import asking, parse_label
from bot.usecases.refresh import recognition_of
from storage import answers, labels, pending, questions
from storage.answers import AnswerRow
from storage.questions import Asked, Question

ABOUT = "teach_new"


@people_only
async def teach(update: Update, context: GlanceContext) -> None:
    """/teach"""
    message, by = message_of(update), sender_of(update)
    async with context.turn(update) as turn:
        lasts_s = context.services.settings.enrol_s
        row = await asking.begin(turn.session, message.chat_id, by, now=turn.now, lasts_s=lasts_s)
        if row is None:
            await turn.reply(address_of(message), Reply(texts.teaching.nothing_to_ask()))
            return
        queue = await asking.current(turn.session, message.chat_id, by, turn.now)
        await _ask(turn, address_of(message), row, len(queue.answers) - 1 if queue else 0, by)


async def _ask(turn: Turn, to: Address, row: AnswerRow, left: int, by: int) -> None:
    rows = await labels.listing(turn.session, row.chat_id)
    await turn.reply(to, views.teach.question(row, recognition_of(row), rows, left, by))


async def _label(press: Press) -> None:
    turn, chat_id = press.turn, press.message.chat_id
    row = await _asked_about(press)
    label = await labels.get(turn.session, chat_id, press.data["label"])
    await label_photo.queue(turn.session, row, label.id, press.user_id, turn.now)
    await _next(press, texts.teaching.labelled(label.name), labelled=True)


async def _skip(press: Press) -> None:
    await _asked_about(press)
    await _next(press, texts.teaching.skipped(), labelled=False)


async def _stop(press: Press) -> None:
    left = await asking.stop(press.turn.session, press.message.chat_id, press.user_id, press.turn.now)
    await press.turn.revise(press.message, texts.teaching.stopped(left.labelled if left else 0))


async def _page(press: Press) -> None:
    await _show_labels(press, await _asked_about(press), press.data["page"])


async def _new(press: Press) -> None:
    """New label…: a reply has its name."""
    turn, message = press.turn, press.message
    row = await _asked_about(press)
    hint = texts.labels.hint_label()
    prompt = await turn.reply(address_of(message), Reply(texts.teaching.reply_with_the_label(), hint=hint))
    question = Question(message.chat_id, press.user_id, ABOUT, {"answer": row.id})
    lasts_s = press.context.services.settings.enrol_s
    await questions.ask(turn.session, question, prompt, turn.now, lasts_s)
    await _show_labels(press, row, 0)


async def _show_labels(press: Press, row: AnswerRow, page: int) -> None:
    rows = views.labelling.ordered(
        await labels.listing(press.turn.session, press.message.chat_id), recognition_of(row)
    )
    keyboard = views.teach.keyboard(row.id, rows, page, press.user_id)
    await press.turn.edit(press.message.chat_id, Edit(press.message.message_id, keyboard=keyboard))


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
        await _go_on(turn, address_of(message), by, labelled=True)


async def _asked_about(press: Press) -> AnswerRow:
    """The photo that a button is about, if it is the one that is asked about."""
    turn = press.turn
    queue = await asking.current(turn.session, press.message.chat_id, press.user_id, turn.now)
    row = await answers.get(turn.session, press.data["answer"])
    if queue is None or row is None or not queue.answers or queue.answers[0] != row.id:
        raise Declined(texts.buttons.too_late())
    return row


async def _next(press: Press, said: str, *, labelled: bool) -> None:
    await press.turn.revise(press.message, said)
    await _go_on(press.turn, press.below, press.user_id, labelled=labelled)


async def _go_on(turn: Turn, to: Address, by: int, *, labelled: bool) -> None:
    found = await asking.go_on(turn.session, to.chat_id, by, labelled=labelled, now=turn.now)
    if found is None:
        return
    row, left = found
    if row is None:
        await turn.reply(to, Reply(texts.teaching.stopped(left.labelled)))
    else:
        await _ask(turn, to, row, len(left.answers) - 1, by)


ACTIONS: dict[str, Routed] = {
    "teach_label": _label,
    "teach_skip": _skip,
    "teach_stop": _stop,
    "teach_page": _page,
    "teach_new": _new,
}
ANSWERED = {ABOUT: named}
