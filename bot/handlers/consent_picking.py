"""Presses of the asker under faces that are to wait for an answer: which one it is, and who it is."""

from __future__ import annotations

from bot import texts, views
from bot.handlers.consent_faces import Room, ask_who
from bot.handlers.pressing import Action, Declined, Guarded, Press
from bot.handlers.teaching import Classroom, Lesson, tell
from bot.turn import address_of
from bot.usecases import asking
from bot.usecases.asking import Unsure


async def _pick(press: Press) -> None:
    turn, index, services = press.turn, press.data["face"], press.context.services
    name, outcome, unused = await asking.pick(turn.session, press.data["pending"], index, turn.now)
    if isinstance(outcome, Unsure):
        await turn.revise(press.message, texts.enrolling.picked_unsure(index + 1))
        room = Room(services, turn, address_of(press.message))
        await ask_who(room, outcome, services.settings.pending_face_s)
    elif outcome is not None:
        raise Declined(views.enrolling.not_stored(outcome))
    else:
        await turn.revise(press.message, texts.enrolling.picked(name, index + 1))
    turn.crops_to_delete += unused


async def _keep(press: Press) -> None:
    turn = press.turn
    name, refused, unused = await asking.keep_anyway(turn.session, press.data["pending"], turn.now)
    turn.crops_to_delete += unused
    lines = [texts.enrolling.decided(name), *map(views.enrolling.not_stored, refused)]
    await turn.revise(press.message, "\n".join(lines))


async def _is_other(press: Press) -> None:
    turn = press.turn
    whom, outcomes, unused = await asking.give_to_other(turn.session, press.data["pending"], turn.now)
    turn.crops_to_delete += unused
    await turn.revise(press.message, texts.enrolling.decided(whom.name))
    to = address_of(press.message)
    await tell(Classroom(press.context.services, turn, to, Lesson(whom)), outcomes)


async def _drop_pick(press: Press) -> None:
    press.turn.crops_to_delete += await asking.drop_pick(press.turn.session, press.data["pending"])
    await press.turn.revise(press.message, texts.enrolling.cancelled())


ACTIONS: dict[str, Action | Guarded] = {
    "consent_pick": _pick,
    "consent_keep": _keep,
    "consent_is_other": _is_other,
    "drop_consent_pick": _drop_pick,
}
