"""/models, and what is done with a model: use it, go back, export, delete."""

from __future__ import annotations

from telegram import Update

from bot import languages, texts, views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, presser_of
from bot.handlers.pressing import Declined, Guarded, Press, Routed
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases.training import versions
from bot.usecases.training.export import EXPORT
from bot.usecases.training.mistakes import SHEET
from bot.usecases.training.versions import StillInUse
from storage import jobs, models
from storage.jobs import NewJob


async def listing(update: Update, context: GlanceContext) -> None:
    """/models"""
    message = message_of(update)
    async with context.turn(update) as turn:
        found = await versions.listing(turn.session, message.chat_id)
        await turn.reply(address_of(message), views.training.versions(found, presser_of(update)))


async def _show(press: Press, reply: Reply) -> None:
    await press.turn.revise(press.message, reply.text, reply.keyboard)


async def _list(press: Press) -> None:
    found = await versions.listing(press.turn.session, press.message.chat_id)
    await _show(press, views.training.versions(found, press.user_id))


async def _open(press: Press) -> None:
    row = await models.get(press.turn.session, press.message.chat_id, press.data["model"])
    await _show(press, views.training.version(row, press.user_id))


async def _use(press: Press) -> None:
    turn = press.turn
    row = await versions.use(turn.session, press.message.chat_id, press.data["model"], turn.now)
    await _show(press, views.training.version(row, press.user_id))


async def _use_new(press: Press) -> None:
    """Under what a training came to, which stays as it is: the news comes below."""
    turn = press.turn
    row = await versions.use(turn.session, press.message.chat_id, press.data["model"], turn.now)
    await turn.reply(press.below, Reply(texts.training.used(row.version)))


async def _delete(press: Press) -> None:
    turn = press.turn
    try:
        row, files = await versions.delete(turn.session, press.message.chat_id, press.data["model"], turn.now)
    except StillInUse as error:
        raise Declined(texts.training.still_in_use()) from error
    turn.crops_to_delete += files
    await turn.revise(press.message, texts.training.deleted(row.version))


async def _later(press: Press, kind: str) -> None:
    """What needs the worker is done after the press, and answers below."""
    turn, message = press.turn, press.message
    data = {
        **press.data,
        "message": message.message_id,
        "thread": message.message_thread_id if message.is_topic_message else None,
        "by": press.user_id,
        "language": languages.current(),
    }
    key = f"{press.data['model']}:{press.data.get('kind', '')}:{press.data.get('page', 0)}"
    await jobs.put(turn.session, NewJob(message.chat_id, kind, key, data), turn.now)


async def _export(press: Press) -> None:
    await _later(press, EXPORT)
    await _open(press)


async def _mistakes(press: Press) -> None:
    await _later(press, SHEET)


ACTIONS: dict[str, Routed] = {
    "models_list": _list,
    "model_open": _open,
    "model_use": Guarded(_use),
    "model_use_new": Guarded(_use_new, uses="itself"),
    "model_delete": Guarded(_delete),
    "model_export": Guarded(_export, uses="nothing"),
    "show_mistakes": Guarded(_mistakes, uses="nothing"),
}
