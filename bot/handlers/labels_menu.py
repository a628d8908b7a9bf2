"""The menu under /labels: turning its pages, and what can be done about one label."""

from __future__ import annotations

from telegram import Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.pressing import Guarded, Press, Routed
from bot.handlers.roles import require_admin
from bot.replies import Keyboard, Reply, Shown
from bot.turn import address_of
from bot.usecases import labels as usecase
from bot.usecases.labels import Page, Renamed
from bot.views.labels import MENU_S
from storage import examples, labels, pending, questions
from storage.labels import LabelRow
from storage.questions import Asked, Question

ABOUT = "new_label"
# An album's.
MOST_SHOWN = 10


async def _show(press: Press, reply: Reply) -> None:
    await press.turn.revise(press.message, reply.text, reply.keyboard)


async def _label(press: Press) -> LabelRow:
    return await labels.get(press.turn.session, press.message.chat_id, press.data["label"])


async def _labels(press: Press, number: int) -> Page:
    return await usecase.page(press.turn.session, press.message.chat_id, number)


def _undo(action: str, data: dict[str, object], context: GlanceContext, by: int) -> Keyboard:
    return views.common.undo_keyboard(action, data, by, context.services.settings.undo_s)


async def _page(press: Press) -> None:
    await _show(press, views.labels.listing(await _labels(press, press.data["page"]), press.user_id))


async def _choose(press: Press) -> None:
    await _show(press, views.labels.choose(await _labels(press, press.data["page"]), press.user_id))


async def _open(press: Press) -> None:
    await _show(press, views.labels.label(await _label(press), press.data["page"], press.user_id))


async def _rename(press: Press) -> None:
    """Ask for the new name; `renamed` takes the answer."""
    row = await _label(press)
    prompt = await press.turn.reply(
        press.below, Reply(texts.labels.new_name_of(row.name), hint=texts.labels.hint_label())
    )
    question = Question(press.message.chat_id, press.user_id, ABOUT, {"label": row.id})
    await questions.ask(press.turn.session, question, prompt, press.turn.now, MENU_S)
    await _open(press)


async def renamed(update: Update, context: GlanceContext, asked: Asked) -> None:
    """The new name that was asked for; whoever is no admin any more is told so."""
    if not await require_admin(update, context):
        return
    message = message_of(update)
    async with context.turn(update) as turn:
        outcome = await usecase.rename(
            turn.session, message.chat_id, asked.question.data["label"], message.text or ""
        )
        await pending.remove(turn.session, asked.id)
        await turn.reply(address_of(message), _said_renamed(outcome, context, sender_of(update)))


def _said_renamed(outcome: Renamed, context: GlanceContext, by: int) -> Reply:
    data: dict[str, object] = {"label": outcome.label_id, "name": outcome.old}
    return Reply(
        texts.labels.renamed(outcome.old, outcome.new), _undo("undo_label_rename", data, context, by)
    )


async def _merge(press: Press) -> None:
    row, others = await _label(press), await _labels(press, press.data["list"])
    await _show(press, views.labels.same_as(row, others, press.data["page"], press.user_id))


async def _merge_into(press: Press) -> None:
    turn, source, target = press.turn, press.data["label"], press.data["target"]
    joined = await usecase.merge(turn.session, press.message.chat_id, source, target, turn.now)
    text = texts.labels.merged(joined.source, joined.target.name, joined.target.photos)
    undo = _undo("undo_label_merge", joined.moved, press.context, press.user_id)
    await _show(press, Reply(text, undo))


async def _delete(press: Press) -> None:
    turn, context = press.turn, press.context
    row = await usecase.delete(turn.session, press.message.chat_id, press.data["label"], turn.now)
    minutes = max(1, round(context.services.settings.undo_s / 60))
    undo = _undo("undo_label_delete", {"label": row.id}, context, press.user_id)
    await _show(press, Reply(texts.labels.deleted(row.name, row.photos, minutes), undo))


async def _photos(press: Press) -> None:
    """The latest photos of a label."""
    row, kept = await _label(press), press.context.services.kept
    rows = await examples.listing(press.turn.session, press.message.chat_id, row.id)
    pictures = tuple(Shown(path=kept.labelled.path(one.photo)) for one in rows[-MOST_SHOWN:])
    await press.turn.reply(press.below, Reply(texts.labels.photos_of(row.name), pictures=pictures))
    await _open(press)


async def _undo_rename(press: Press) -> None:
    turn, data = press.turn, press.data
    await usecase.rename(turn.session, press.message.chat_id, data["label"], data["name"])
    await turn.revise(press.message, texts.labels.undone())


async def _undo_merge(press: Press) -> None:
    row = await usecase.unmerge(press.turn.session, press.message.chat_id, press.data)
    await press.turn.revise(press.message, texts.labels.restored(row.name, row.photos))


async def _undo_delete(press: Press) -> None:
    row = await usecase.restore(press.turn.session, press.message.chat_id, press.data["label"])
    await press.turn.revise(press.message, texts.labels.restored(row.name, row.photos))


ACTIONS: dict[str, Routed] = {
    "labels_page": _page,
    "labels_choose": _choose,
    "label_open": _open,
    "label_rename": Guarded(_rename),
    "label_merge": Guarded(_merge),
    "label_merge_into": Guarded(_merge_into),
    "label_delete": Guarded(_delete),
    "label_photos": _photos,
    "undo_label_rename": _undo_rename,
    "undo_label_merge": _undo_merge,
    "undo_label_delete": _undo_delete,
}
ANSWERED = {ABOUT: renamed}
