"""Presses under enrolments: which face it is, who it is, and Undo."""

from __future__ import annotations

from bot import texts, views
from bot.handlers.pressing import Declined, Press, Routed, Sparing
from bot.handlers.teaching import Classroom, Lesson, ask_who, tell
from bot.turn import address_of
from bot.usecases import enrol as usecase
from bot.usecases.enrol import LooksLike, NotStored, Whom
from storage import chats


async def _lesson(press: Press, whom: Whom) -> Lesson:
    chat = await chats.get(press.turn.session, whom.chat_id) if whom.privately else None
    return Lesson(whom, chat.title if chat else "")


async def _room(press: Press, whom: Whom) -> Classroom:
    to, lesson = address_of(press.message), await _lesson(press, whom)
    return Classroom(press.context.services, press.turn, to, lesson)


async def _pick(press: Press) -> None:
    turn, pending_id, index = press.turn, press.data["pending"], press.data["face"]
    waiting = await usecase.waiting(turn.session, pending_id, turn.now)
    settings = press.context.services.settings
    outcome, unused = await usecase.pick(turn.session, settings, pending_id, index, turn.now)
    if isinstance(outcome, NotStored):
        raise Declined(views.enrolling.not_stored(outcome))
    turn.crops_to_delete += unused
    room = await _room(press, waiting.whom)
    if isinstance(outcome, LooksLike):
        await turn.revise(press.message, texts.enrolling.picked_unsure(index + 1))
        await ask_who(room, outcome, waiting.expires_at - turn.now)
        return
    await turn.revise(press.message, texts.enrolling.picked(outcome.name, index + 1))
    await tell(room, [outcome])


async def _turn_page(press: Press) -> None:
    turn, pending_id = press.turn, press.data["pending"]
    waiting = await usecase.waiting(turn.session, pending_id, turn.now)
    lesson = await _lesson(press, waiting.whom)
    page = views.enrolling.other_page(waiting, lesson.title, press.data["page"], pending_id, turn.now)
    await turn.revise(press.message, page.text, page.keyboard)


async def _is_new_one(press: Press) -> None:
    await _decide(press, is_other=False)


async def _is_other(press: Press) -> None:
    await _decide(press, is_other=True)


async def _decide(press: Press, *, is_other: bool) -> None:
    turn, settings = press.turn, press.context.services.settings
    decided = await usecase.decide(turn.session, settings, press.data["pending"], turn.now, is_other=is_other)
    turn.crops_to_delete += decided.unused
    await turn.revise(press.message, texts.enrolling.decided(decided.outcomes[0].name))
    await tell(await _room(press, decided.whom), decided.outcomes)


async def _drop_pick(press: Press) -> None:
    press.turn.crops_to_delete += await usecase.drop_pending(press.turn.session, press.data["pending"])
    await press.turn.revise(press.message, texts.enrolling.cancelled())


async def _undo_enrol(press: Press) -> None:
    turn, faces = press.turn, press.data["faces"]
    turn.crops_to_delete += await usecase.undo(turn.session, press.data["person"], faces, turn.now)
    await turn.revise(press.message, texts.enrolling.undone_enrol(len(faces)))


ACTIONS: dict[str, Routed] = {
    "pick": _pick,
    "turn_page": Sparing(_turn_page),
    "is_new_one": _is_new_one,
    "is_other": _is_other,
    "drop_pick": _drop_pick,
    "undo_enrol": _undo_enrol,
}
