"""Photos of a Telegram user who is asked: their faces wait with the question, or are asked about first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from telegram import Update

from bot import views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, pictures_of, sender_of
from bot.handlers.signs import busy
from bot.handlers.teaching import shown_crop
from bot.services import Services
from bot.turn import Address, Turn, address_of
from bot.usecases import asking, quota
from bot.usecases import enrol as teaching
from bot.usecases.asking import Open, Picking, Question, Unsure
from bot.usecases.enrol import FoundFace, NotStored, Studied


async def study(update: Update, context: GlanceContext, question: Question) -> list[Studied]:
    """The faces of the update's photos, with whom else they look like."""
    message, services = message_of(update), context.services
    pictures = pictures_of(update, context)
    if not pictures:
        return []
    async with busy(context.bot, address_of(message)):
        known = await services.worker.ready()
        await quota.check(services.ports, quota.Sender(sender_of(update), message.chat_id), time.time())
        await teaching.check(services.ports, message.chat_id, known)
        assert known.embedder is not None, "it was checked"
        async with services.database.read() as session:
            whom = await asking.whom_of(session, question)
        found = []
        for picture in pictures:
            attempts = context.delivery(update).attempts
            one = await teaching.study(services.ports, picture, known, attempts=attempts)
            faces = await teaching.resembled(services.ports, whom, one.faces, known.embedder)
            found.append(msgspec.structs.replace(one, faces=tuple(faces)))
    return found


@dataclass(frozen=True)
class Room:
    """Where the asker is talked to: in this turn, answering there."""

    services: Services
    turn: Turn
    to: Address


async def let_wait(room: Room, open_id: int, studied: Sequence[Studied]) -> None:
    """The faces of photos wait with a question; the asker hears what became of them."""
    turn = room.turn
    asked = await asking.get(turn.session, open_id, turn.now)
    question = asked.question
    whom = await asking.whom_of(turn.session, question)
    await quota.count(turn.session, quota.Sender(question.by, question.chat_id), len(studied), turn.now)
    problems: list[NotStored] = []
    alike: dict[int, list[FoundFace]] = {}
    for one in studied:
        other = await teaching.other_person(turn.session, whom, one.faces[0]) if one.faces else None
        if len(one.faces) > 1:
            await _ask_which(room, asked, one)
        elif other is not None:
            alike.setdefault(other[0], []).append(one.faces[0])
        elif problem := await _one_waits(turn, open_id, one):
            problems.append(problem)
    asked = await asking.get(turn.session, open_id, turn.now)
    awaits = asked.gathers_until > turn.now and not asked.faces
    reply = views.consent.waiting(question.subject.name, len(asked.faces), problems, awaits=awaits)
    if reply is not None:
        await turn.reply(room.to, reply)
    for faces in alike.values():
        await _ask_about(room, Picking(question, open_id, tuple(faces)))


async def ask_who(room: Room, unsure: Unsure, lasts_s: float) -> None:
    """Ask the asker whether faces are of the other person whom they look like."""
    face = unsure.faces[-1]
    crop = shown_crop(room.services, face.crop, face.crop_size)
    await room.turn.reply(room.to, views.consent.who_is_it(unsure, crop, lasts_s))


async def _ask_about(room: Room, picking: Picking) -> None:
    turn, lasts_s = room.turn, room.services.settings.pending_face_s
    unsure = await asking.ask_who(turn.session, picking, now=turn.now, expires_at=turn.now + lasts_s)
    assert unsure is not None, "it was looked at in this turn"
    await ask_who(room, unsure, lasts_s)


async def _one_waits(turn: Turn, open_id: int, one: Studied) -> NotStored | None:
    asked = await asking.get(turn.session, open_id, turn.now)
    name = asked.question.subject.name
    if one.too_many:
        return NotStored(name, "too_many_faces")
    if not one.faces:
        return NotStored(name, one.refused or "no_face")
    problem = await asking.wait(turn.session, asked, one.faces[0])
    if problem is not None:
        turn.crops_to_delete.append(one.faces[0].crop)
    return problem


async def _ask_which(room: Room, asked: Open, one: Studied) -> None:
    turn, lasts_s = room.turn, room.services.settings.pending_face_s
    pending_id = await asking.ask_which(turn.session, asked, one.faces, now=turn.now, lasts_s=lasts_s)
    question = asked.question
    reply = views.consent.which_face(question.subject.name, one, pending_id, question.by, lasts_s)
    await turn.reply(room.to, reply)
