"""Presses of a user who is asked whether they may be recognised, and of who had them asked, before that."""

from __future__ import annotations

from bot import texts, views
from bot.handlers import consent_picking
from bot.handlers.pressing import Action, Declined, Guarded, Press
from bot.handlers.teaching import Classroom, Lesson, ask_who
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import asking
from bot.usecases import enrol as teaching
from bot.usecases.asking import Allowed, NotTheirs, Open, User
from bot.usecases.enrol import Enrolled, FoundFace, NothingPending, Whom
from storage import links
from storage.errors import NameTaken


def _who(press: Press) -> User:
    return User(press.user.id, press.user.username or "")


async def _allow(press: Press) -> None:
    turn, settings = press.turn, press.context.services.settings
    mention = bool(press.data.get("mention"))
    try:
        asked = await asking.get(turn.session, press.data["open"], turn.now)
        whom = await asking.allow(turn.session, settings, asked, _who(press), mention=mention, now=turn.now)
    except NothingPending:
        await turn.revise(press.message, texts.consent.question_over())
        return
    except NotTheirs as refusal:
        raise Declined(texts.consent.only_they_answer(refusal.name)) from refusal
    except NameTaken as error:
        raise Declined(texts.people.name_taken(error.name)) from error
    agreed = await _enrol_waiting(press, asked, whom)
    kept = {outcome.crop for outcome in agreed.outcomes if isinstance(outcome, Enrolled)}
    kept |= {face.crop for unsure in agreed.unsure for face in unsure.faces}
    turn.crops_to_delete += [face.crop for face in asked.faces if face.crop not in kept]
    photos = await teaching.photos_of(turn.session, whom.chat_id, whom.name)
    await turn.revise(press.message, texts.consent.allowed(whom.name, photos, mention))
    room = Classroom(press.context.services, turn, address_of(press.message), Lesson(whom))
    for unsure in agreed.unsure:
        await ask_who(room, unsure, settings.pending_face_s)


async def _enrol_waiting(press: Press, asked: Open, whom: Whom) -> Allowed:
    turn, settings = press.turn, press.context.services.settings
    return await asking.enrol_waiting(
        turn.session,
        whom,
        asked.faces,
        await _compared(press, asked, whom),
        now=turn.now,
        expires_at=turn.now + settings.pending_face_s,
    )


async def _compared(press: Press, asked: Open, whom: Whom) -> list[FoundFace]:
    """The faces that waited, with whom they look like by now: others may have been enrolled meanwhile."""
    services = press.context.services
    known = services.worker.description
    embedder = known.embedder if known else None
    # After a restart, a press may come before the worker has said what it can do.
    if embedder is None or any(face.model != embedder.id for face in asked.faces):
        return list(asked.faces)
    return await teaching.compared(press.turn.session, services.ports.gallery, whom, asked.faces, embedder)


async def _refuse(press: Press) -> None:
    turn = press.turn
    try:
        asked = await asking.get(turn.session, press.data["open"], turn.now)
        # Under no name, so that whoever has theirs counts as well.
        nobody = Whom(asked.question.chat_id, "", asked.question.by)
        faces = await _compared(press, asked, nobody)
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
    for person in await asking.lookalikes(turn.session, nobody.chat_id, faces):
        await turn.reply(address_of(press.message), Reply(texts.consent.still_enrolled(person)))


async def _is_enrolled(press: Press) -> None:
    """The asker says that the user is a person of the gallery: now the user is asked."""
    turn, lasts_s = press.turn, press.context.services.settings.pending_face_s
    try:
        asked = await asking.get(turn.session, press.data["open"], turn.now)
    except NothingPending:
        await turn.revise(press.message, texts.consent.question_over())
        return
    question = asked.question
    person = await links.get(turn.session, question.chat_id, press.data["person"])
    if person is not None:
        asked = await asking.confirm(turn.session, asked, person.id)
    name = person.name if person is not None else question.subject.name
    await turn.revise(press.message, texts.consent.it_is_them(question.subject.address, name))
    reply = views.consent.question(asked, press.user.first_name, lasts_s)
    await turn.reply(address_of(press.message), reply)


async def _is_new(press: Press) -> None:
    """The asker says that the user is somebody else: nothing is asked under that name."""
    turn = press.turn
    try:
        asked = await asking.get(turn.session, press.data["open"], turn.now)
    except NothingPending:
        await turn.revise(press.message, texts.consent.question_over())
        return
    turn.crops_to_delete += await asking.drop(turn.session, asked)
    subject = asked.question.subject
    await turn.revise(press.message, texts.consent.needs_a_free_name(subject.address, subject.name))


ACTIONS: dict[str, Action | Guarded] = {
    "allow": _allow,
    "refuse": _refuse,
    "consent_is_enrolled": _is_enrolled,
    "consent_is_new": _is_new,
    **consent_picking.ACTIONS,
}
