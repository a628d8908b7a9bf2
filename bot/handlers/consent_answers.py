"""Presses of a user who is asked whether they may be recognised, and of who had them asked, before that."""

from __future__ import annotations

import msgspec

from bot import texts, views
from bot.handlers.pressing import Declined, Press, Routed
from bot.handlers.subjects import user_of
from bot.handlers.teaching import Classroom, Lesson, ask_who
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import asking
from bot.usecases import enrol as teaching
from bot.usecases.asking import NotTheirs
from bot.usecases.enrol import FoundFace, NothingPending, Open, Whom
from storage import links
from storage.errors import NameTaken


async def _allow(press: Press) -> None:
    turn, settings = press.turn, press.context.services.settings
    mention = bool(press.data.get("mention"))
    user = user_of(press.user)
    try:
        asked = await teaching.question(turn.session, press.data["open"], turn.now)
        whom = await asking.allow(turn.session, settings, asked, user, mention=mention, now=turn.now)
    except NothingPending:
        await turn.revise(press.message, texts.consent.question_over())
        return
    except NotTheirs as refusal:
        raise Declined(texts.consent.only_they_answer(refusal.name)) from refusal
    except NameTaken as error:
        raise Declined(texts.people.name_taken(error.name)) from error
    faces = await _as_said(press, asked, whom)
    placed = await teaching.place_all(turn.session, settings, whom, faces, turn.now)
    turn.crops_to_delete += placed.unused
    photos = await teaching.photos_of(turn.session, whom.chat_id, whom.name)
    await turn.revise(press.message, texts.consent.allowed(whom.name, photos, mention))
    room = Classroom(press.context.services, turn, address_of(press.message), Lesson(whom))
    for unsure in placed.unsure:
        await ask_who(room, unsure, settings.pending_face_s)


async def _as_said(press: Press, asked: Open, whom: Whom) -> list[FoundFace]:
    """The faces that waited, with whom they look like by now, unless the asker said that it is not them."""
    return [
        msgspec.structs.replace(now, looks_like=None) if now.looks_like == face.looks_like else now
        for face, now in zip(asked.faces, await _compared(press, asked, whom), strict=True)
    ]


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
        asked = await teaching.question(turn.session, press.data["open"], turn.now)
        # Under no name, so that whoever has theirs counts as well.
        nobody = Whom(asked.question.chat_id, "", asked.question.by)
        faces = await _compared(press, asked, nobody)
        turn.crops_to_delete += await asking.refuse(
            turn.session, press.context.services.settings, asked, user_of(press.user), turn.now
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
        asked = await teaching.question(turn.session, press.data["open"], turn.now)
    except NothingPending:
        await turn.revise(press.message, texts.consent.question_over())
        return
    question = asked.question
    person = await links.get(turn.session, question.chat_id, press.data["person"])
    if person is not None:
        asked = await teaching.confirm(turn.session, asked, person.id)
    name = person.name if person is not None else question.subject.name
    await turn.revise(press.message, texts.consent.it_is_them(question.subject.address, name))
    reply = views.consent.question(asked, press.user.first_name, lasts_s)
    await turn.reply(address_of(press.message), reply)


async def _is_new(press: Press) -> None:
    """The asker says that the user is somebody else: nothing is asked under that name."""
    turn = press.turn
    try:
        asked = await teaching.question(turn.session, press.data["open"], turn.now)
    except NothingPending:
        await turn.revise(press.message, texts.consent.question_over())
        return
    turn.crops_to_delete += await teaching.drop(turn.session, [asked.id])
    subject = asked.question.subject
    await turn.revise(press.message, texts.consent.needs_a_free_name(subject.address, subject.name))


ACTIONS: dict[str, Routed] = {
    "allow": _allow,
    "refuse": _refuse,
    "consent_is_enrolled": _is_enrolled,
    "consent_is_new": _is_new,
}
