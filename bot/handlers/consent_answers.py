"""Presses under the question whether somebody may be recognised, and under the faces that they could be."""

from __future__ import annotations

from bot import texts, views
from bot.handlers.pressing import Action, Declined, Guarded, Press
from bot.usecases import asking
from bot.usecases import enrol as teaching
from bot.usecases.asking import NotTheirs, User
from bot.usecases.enrol import Enrolled, NothingPending
from storage.errors import NameTaken


def _who(press: Press) -> User:
    return User(press.user.id, press.user.username or "")


async def _allow(press: Press) -> None:
    turn, settings = press.turn, press.context.services.settings
    mention = bool(press.data.get("mention"))
    try:
        asked = await asking.get(turn.session, press.data["open"], turn.now)
        agreed = await asking.allow(turn.session, settings, asked, _who(press), mention=mention, now=turn.now)
    except NothingPending:
        await turn.revise(press.message, texts.consent.question_over())
        return
    except NotTheirs as refusal:
        raise Declined(texts.consent.only_they_answer(refusal.name)) from refusal
    except NameTaken as error:
        raise Declined(texts.people.name_taken(error.name)) from error
    stored = {outcome.crop for outcome in agreed.outcomes if isinstance(outcome, Enrolled)}
    turn.crops_to_delete += [face.crop for face in asked.faces if face.crop not in stored]
    photos = await teaching.photos_of(turn.session, asked.question.chat_id, agreed.name)
    await turn.revise(press.message, texts.consent.allowed(agreed.name, photos, mention))


async def _refuse(press: Press) -> None:
    turn = press.turn
    try:
        asked = await asking.get(turn.session, press.data["open"], turn.now)
        turn.crops_to_delete += await asking.refuse(
            turn.session, press.context.services.settings, asked, _who(press), turn.now
        )
    except NothingPending:
        await turn.revise(press.message, texts.consent.question_over())
        return
    except NotTheirs as refusal:
        raise Declined(texts.consent.only_they_answer(refusal.name)) from refusal
    turn.leaves_no_trace = True
    await turn.revise(press.message, texts.consent.refused_now())


async def _pick(press: Press) -> None:
    index = press.data["face"]
    name, refused, unused = await asking.pick(
        press.turn.session, press.data["pending"], index, press.turn.now
    )
    if refused is not None:
        raise Declined(views.enrolling.not_stored(refused))
    press.turn.crops_to_delete += unused
    await press.turn.revise(press.message, texts.enrolling.picked(name, index + 1))


async def _drop_pick(press: Press) -> None:
    press.turn.crops_to_delete += await asking.drop_pick(press.turn.session, press.data["pending"])
    await press.turn.revise(press.message, texts.enrolling.cancelled())


ACTIONS: dict[str, Action | Guarded] = {
    "allow": _allow,
    "refuse": _refuse,
    "consent_pick": _pick,
    "drop_consent_pick": _drop_pick,
}
