"""Faces are called by names in words: now, or once it is asked about; and Undo of any correction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bot import texts, views
from bot.handlers.pressing import AdminNeeded, Declined, Press, Routed, Sparing
from bot.replies import Reply
from bot.turn import Turn
from bot.usecases import correct
from bot.usecases.consent import digest_for
from bot.usecases.correct import Call, Correction, NamedTwice, NotTheirs, NotYours, Outdated


def by_press(press: Press) -> Correction:
    """A correction by whoever pressed."""
    settings = press.context.services.settings
    digest = digest_for(settings, press.user_id)
    return Correction(press.user_id, press.turn.now, settings.undo_s, press.is_admin, digest)


@contextmanager
def needs_admin() -> Iterator[None]:
    """What only some may correct, an admin may: raises AdminNeeded, with what is said to everybody else."""
    try:
        yield
    except NotTheirs as error:
        raise AdminNeeded(texts.correcting.enrolled_by_another(error.name)) from error
    except NotYours as error:
        raise AdminNeeded(texts.buttons.not_yours()) from error


async def call(turn: Turn, chat_id: int, calls: Sequence[Call], correction: Correction) -> Reply:
    """Correct the answers, and say so, with the way back. Raises BadName, Outdated, AdminNeeded."""
    try:
        with needs_admin():
            called = await correct.call_faces(turn.session, chat_id, calls, correction)
    except NamedTwice as error:
        return Reply(texts.correcting.named_twice(error.name))
    return views.correcting.called(called, correction.undo_s)


def meaning(face: dict[str, Any], name: str) -> Call:
    """A face as buttons have it (`bot.views.correcting.Pointed.data`), which is to be called by a name."""
    return Call(face["answer"], face["face"], name)


async def _is_named(press: Press) -> None:
    """Which of them is Carol? This one. Is it called Carol? Yes."""
    turn, message = press.turn, press.message
    try:
        one = meaning(press.data, press.data["name"])
        reply = await call(turn, message.chat_id, [one], by_press(press))
    except Outdated as error:
        raise Declined(texts.buttons.too_late()) from error
    await turn.revise(message, reply.text, reply.keyboard)


async def _drop_question(press: Press) -> None:
    await press.turn.revise(press.message, texts.enrolling.cancelled())


async def _undo(press: Press) -> None:
    """Undo under what confirms a correction in words."""
    await _undo_it(press)
    await press.turn.revise(press.message, texts.people.undone())


async def _undo_it(press: Press) -> None:
    """The same under the answer itself, whose edit says the rest."""
    turn = press.turn
    try:
        with needs_admin():
            crops = await correct.undo(
                turn.session, press.message.chat_id, press.data["record"], by_press(press)
            )
    except Outdated as error:
        raise Declined(texts.buttons.too_late()) from error
    turn.crops_to_delete += crops


ACTIONS: dict[str, Routed] = {
    "is_named": _is_named,
    "drop_question": _drop_question,
    "undo_correction": _undo,
    "undo_in_place": Sparing(_undo_it, "itself"),
}
