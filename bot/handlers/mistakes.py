"""Show mistakes: a contact sheet, and a number pressed gives its photo another label."""

from __future__ import annotations

import secrets
from typing import Any

from bot import texts, views
from bot.edits import Edit
from bot.handlers.pressing import Declined, Guarded, Press, Routed
from bot.languages import speaking
from bot.replies import Keyboard, Reply
from bot.services import Services
from bot.turn import Address, job_turn
from bot.usecases.training import mistakes
from bot.usecases.training.mistakes import Page
from storage import examples, labels
from storage.errors import NotFound
from storage.jobs import JobRow


async def show(services: Services, job: JobRow) -> None:
    """The job: a page of photos as one picture, with a button for each."""
    with speaking(job.data["language"]):
        found = await _page(services, job)
        picture = None
        if found is not None and found.photos:
            target = services.settings.spool_dir.absolute() / f"{secrets.token_hex(8)}.jpg"
            lines = tuple(views.mistakes.lines(photo) for photo in found.photos)
            picture = await mistakes.drawn(services.ports, found, target, lines)
        async with job_turn(services, job) as turn:
            to = Address(job.chat_id, job.data["thread"], job.data["message"])
            if found is None or picture is None:
                await turn.reply(to, Reply(texts.training.no_mistakes()))
            else:
                await turn.reply(to, views.mistakes.sheet(found, picture))


async def _page(services: Services, job: JobRow) -> Page | None:
    async with services.database.read() as session:
        try:
            model = await mistakes.model_of(session, job.chat_id, job.data["model"])
        except NotFound:
            return None
        which, number = job.data["kind"], job.data.get("page", 0)
        return await mistakes.page(session, services.kept.labelled, model, which, number)


async def _offer(press: Press, keyboard: Keyboard) -> None:
    await press.turn.edit(press.message.chat_id, Edit(press.message.message_id, keyboard=keyboard))


async def _pick(press: Press) -> None:
    """A number was pressed: which label is it?"""
    data = press.data
    rows = await labels.listing(press.turn.session, press.message.chat_id)
    await _offer(press, views.mistakes.which_label(rows, data))


async def _back(press: Press) -> None:
    turn, data = press.turn, press.data
    model = await mistakes.model_of(turn.session, press.message.chat_id, data["model"])
    store = press.context.services.kept.labelled
    found = await mistakes.page(turn.session, store, model, data["kind"], data["page"])
    await _offer(press, views.mistakes.numbers(found))


async def _relabel(press: Press) -> None:
    turn, data, chat_id = press.turn, press.data, press.message.chat_id
    photo = await examples.get(turn.session, chat_id, data["example"])
    if photo is None:
        raise Declined(texts.buttons.too_late())
    await examples.move(turn.session, chat_id, [photo.id], data["label"], by=press.user_id, now=turn.now)
    row = await labels.get(turn.session, chat_id, data["label"])
    undo: dict[str, Any] = {"label": row.id, "added": [], "moved": [(photo.id, photo.label_id)]}
    undo_s = press.context.services.settings.undo_s
    keyboard = views.common.undo_keyboard("undo_label", undo, press.user_id, undo_s)
    text = texts.training.relabelled(data["number"], row.name)
    await turn.reply(press.below, Reply(text, keyboard))
    await _back(press)


ACTIONS: dict[str, Routed] = {
    "mistake_pick": Guarded(_pick, uses="nothing"),
    "mistake_label": Guarded(_relabel, uses="nothing"),
    "mistake_back": Guarded(_back, uses="nothing"),
}
CHORES = {mistakes.SHEET: show}
