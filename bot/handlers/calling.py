"""A face is called by a name in words: now, or once it is asked about; and Undo."""

from __future__ import annotations

from typing import Any

import msgspec

from bot import texts, views
from bot.handlers.pressing import Action, Declined, Press
from bot.replies import Reply
from bot.turn import Turn
from bot.usecases import correct, retract
from bot.usecases.correct import Correction, Outdated


class Named(msgspec.Struct, frozen=True):
    """A name, who gave it, and who may take it back (None: anybody, where nobody knows who it was)."""

    name: str
    by: int
    presser: int | None


async def call(turn: Turn, chat_id: int, face: dict[str, Any], named: Named, undo_s: float) -> Reply:
    """Correct the answer, and say so. Raises BadName, Outdated.

    `face`: a face as buttons have it (`bot.views.correcting.Pointed.data`).
    """
    spot = await correct.spot(turn.session, chat_id, face["answer"], face["face"])
    outcome = await retract.call(turn.session, spot, named.name, Correction(named.by, turn.now))
    turn.crops_to_delete += outcome.crops
    return views.correcting.called(outcome, named.presser, undo_s)


async def _is_named(press: Press) -> None:
    """Which of them is Carol? This one. Is it called Carol? Yes."""
    turn, message = press.turn, press.message
    named = Named(press.data["name"], press.user_id, press.user_id)
    undo_s = press.context.services.settings.undo_s
    try:
        reply = await call(turn, message.chat_id, press.data, named, undo_s)
    except Outdated as error:
        raise Declined(texts.buttons.too_late()) from error
    await turn.revise(message, reply.text, reply.keyboard)


async def _drop_which_is(press: Press) -> None:
    await press.turn.revise(press.message, texts.enrolling.cancelled())


async def _undo_call(press: Press) -> None:
    turn, correction = press.turn, Correction(press.user_id, press.turn.now)
    try:
        crops = await retract.retract(turn.session, press.message.chat_id, press.data, correction)
    except Outdated as error:
        raise Declined(texts.buttons.too_late()) from error
    turn.crops_to_delete += crops
    await turn.revise(press.message, texts.people.undone())


ACTIONS: dict[str, Action] = {
    "is_named": _is_named,
    "drop_which_is": _drop_which_is,
    "undo_call": _undo_call,
}
