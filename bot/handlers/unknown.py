"""/unknown: faces without a name that keep coming back, offered one person at a time."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

from bot import languages, texts, views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.pressing import Declined, Press, Routed
from bot.handlers.roles import people_only
from bot.handlers.signs import busy
from bot.handlers.subjects import name_given
from bot.handlers.teaching import Classroom, Lesson, settle
from bot.replies import Reply
from bot.services import Services
from bot.turn import Address, Turn, address_of, job_turn
from bot.usecases import catch_up, enrol
from bot.usecases import unknown as usecase
from bot.usecases.consent import digest_for
from bot.usecases.enrol import FoundFace, Studied, Whom
from bot.usecases.names import parse_name
from bot.usecases.ports import Picture
from bot.views.people import MENU_S
from storage import chats, jobs, pending, questions, strangers
from storage.jobs import JobRow, NewJob
from storage.questions import Asked, Question

NEXT = "next_unknown"


class Offer(msgspec.Struct, frozen=True):
    """The next group is to be offered: to whom, where, in which language, and which were offered before."""

    by: int
    to: Address
    language: str
    skip: tuple[int, ...] = ()


@people_only
async def unknown(update: Update, context: GlanceContext) -> None:
    """/unknown"""
    message, services = message_of(update), context.services
    to = address_of(message)
    async with services.database.read() as session:
        chat = await chats.get(session, message.chat_id)
    if chat is None or not chat.strangers:
        async with context.turn(update) as turn:
            await turn.reply(to, Reply(texts.unknown.strangers_are_off()))
        return
    async with busy(context.bot, to):
        known = await services.worker.ready()
        found = await usecase.next_group(services.ports, message.chat_id, known)
    async with context.turn(update) as turn:
        await turn.reply(to, _offered(found, sender_of(update), texts.unknown.no_unknown()))


def _offered(found: usecase.Shown | None, by: int, otherwise: str) -> Reply:
    return Reply(otherwise) if found is None else views.unknown.who_is_this(found, by)


async def offer_next(services: Services, job: JobRow) -> None:
    """The chore: offer the group after those that were offered before."""
    offer = msgspec.convert(job.data, Offer)
    known = await services.worker.ready()
    found = await usecase.next_group(services.ports, job.chat_id, known, offer.skip)
    with languages.speaking(offer.language):
        async with job_turn(services, job) as turn:
            await turn.reply(offer.to, _offered(found, offer.by, texts.unknown.no_more_unknown()))


async def _name(press: Press) -> None:
    """Ask for the name; `named` takes the answer."""
    if not await _still_there(press):
        raise Declined(texts.unknown.strangers_gone())
    prompt = Reply(texts.unknown.name_this_person(), hint=texts.people.hint_name())
    row = await press.turn.reply(press.below, prompt)
    data = {"faces": press.data["faces"]}
    question = Question(press.message.chat_id, press.user_id, "stranger", data)
    await questions.ask(press.turn.session, question, row, press.turn.now, MENU_S)
    # The buttons are made anew: who changes their mind about naming can still press another.
    caption = press.message.caption_html or ""
    await press.turn.revise(press.message, caption, views.unknown.keyboard(press.data, press.user_id))


async def named(update: Update, context: GlanceContext, asked: Asked) -> None:
    """The name that was asked for: the best faces are enrolled like photos that were sent for it."""
    message, services = message_of(update), context.services
    face_ids: list[int] = asked.question.data["faces"]
    async with services.database.read() as session:
        whom = await _whom(session, update, context, face_ids)
    faces = await _taught(services, whom, face_ids)
    async with context.turn(update) as turn:
        # Whoever is named, or whose photo it is, may have said No meanwhile.
        whom = await _whom(turn.session, update, context, face_ids)
        if not faces:
            await pending.remove(turn.session, asked.id)
            await turn.reply(address_of(message), Reply(texts.unknown.strangers_gone()))
            return
        if faces[0].problem is None:
            await pending.remove(turn.session, asked.id)
            turn.crops_to_delete += await usecase.drop(turn.session, whom.chat_id, face_ids)
        # Each is a photo of its own; where it is at Telegram is not remembered, and not needed any more.
        studied = [Studied(Picture("", face.source), (face,)) for face in faces]
        await settle(Classroom(services, turn, address_of(message), Lesson(whom)), studied)
        await catch_up.queue(turn.session, whom.chat_id, turn.now)


async def _whom(session: AsyncSession, update: Update, context: GlanceContext, face_ids: list[int]) -> Whom:
    """Who is taught from these faces. Raises BadName, Refused, HasToBeAsked, AuthorRefused."""
    message, by = message_of(update), sender_of(update)
    settings, now = context.services.settings, time.time()
    name = parse_name(await name_given(session, settings, message, message.text or "", now))
    await usecase.check_authors(session, message.chat_id, face_ids, digest_for(settings, by), now)
    return Whom(message.chat_id, name, by)


async def _taught(services: Services, whom: Whom, face_ids: list[int]) -> list[FoundFace]:
    """The faces that the person is to be known by, each with whom else it looks like."""
    known = await services.worker.ready()
    await enrol.check(services.ports, whom.chat_id, known)
    assert known.embedder is not None
    async with services.database.read() as session:
        faces = await usecase.best_faces(session, whom.chat_id, face_ids, time.time())
    return await enrol.resembled(services.ports, whom, faces, known.embedder)


async def _nobody(press: Press) -> None:
    turn, chat_id = press.turn, press.message.chat_id
    crops = await usecase.drop(turn.session, chat_id, press.data["faces"])
    turn.crops_to_delete += crops
    await turn.revise(press.message, texts.unknown.strangers_deleted(len(crops)))
    await _go_on(turn, press)


async def _next(press: Press) -> None:
    await press.turn.revise(press.message, texts.unknown.skipped())
    await _go_on(press.turn, press)


async def _go_on(turn: Turn, press: Press) -> None:
    """Queue the offer of the next group, if there was one: finding and drawing it is slow."""
    if not press.data["more"]:
        return
    skip = (*press.data["skip"], press.data["faces"][0])
    offer = Offer(press.user_id, press.below, languages.current(), skip)
    data: dict[str, Any] = msgspec.to_builtins(offer)
    await jobs.put(turn.session, NewJob(press.message.chat_id, NEXT, str(press.user_id), data), turn.now)


async def _still_there(press: Press) -> bool:
    rows = await strangers.get(press.turn.session, press.message.chat_id, press.data["faces"], press.turn.now)
    return bool(rows)


ACTIONS: dict[str, Routed] = {
    "unknown_name": _name,
    "unknown_nobody": _nobody,
    "unknown_next": _next,
}
ANSWERED = {"stranger": named}
