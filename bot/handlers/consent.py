"""/enroll of a Telegram user, by @username, by mention or in reply to them, who is asked; and /enroll me."""

from __future__ import annotations

import time
from collections.abc import Sequence

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import consent_answers, enrol
from bot.handlers.incoming import message_of, pictures_of, sender_of
from bot.handlers.pressing import Action, Guarded
from bot.handlers.roles import people_only
from bot.handlers.signs import busy
from bot.handlers.subjects import subject_in
from bot.replies import Reply
from bot.turn import Turn, address_of
from bot.usecases import asking, quota
from bot.usecases import enrol as teaching
from bot.usecases.asking import Open, Question, Subject, User
from bot.usecases.enrol import NothingPending, NotStored, Studied
from bot.usecases.names import parse_name
from storage import chats


@people_only
async def ask(update: Update, context: GlanceContext) -> None:
    """Ask a Telegram user whether this group may recognise them; themselves, they need not be asked."""
    message, sender = message_of(update), update.effective_user
    subject = subject_in(message)
    assert subject is not None
    assert sender is not None
    parse_name(subject.name)
    question = Question(message.chat_id, subject, sender.id)
    if subject.is_meant(User(sender.id, sender.username or "")):
        await _enrol_self(update, context, subject.name)
        return
    if message.chat.type == "private":
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(texts.consent.ask_in_a_group()))
        return
    async with context.services.database.read() as session:
        await asking.check(session, context.services.settings, question)
    studied = await _study(update, context)
    async with context.turn(update) as turn:
        await _open(update, context, turn, question, studied)


async def _enrol_self(update: Update, context: GlanceContext, name: str) -> None:
    """Consent by one's own act: they are linked at once, then it is an enrolment like any other."""
    user_id = sender_of(update)
    chat = message_of(update).chat
    question = Question(chat.id, Subject(name, user_id), user_id)
    now = time.time()
    async with context.services.database.begin() as session:
        await chats.seen(session, chat.id, chat.type, chat.title or "", now)
        # Harmless when repeated, should we die before the rest of it is stored.
        _, known_as = await asking.enrol_user(
            session, context.services.settings, question, mention=None, now=now
        )
    await enrol.begin(update, context, known_as)


async def _study(update: Update, context: GlanceContext) -> list[Studied]:
    message, services = message_of(update), context.services
    pictures = pictures_of(update, context)
    if not pictures:
        return []
    async with busy(context.bot, address_of(message)):
        known = await services.worker.ready()
        await quota.check(services.ports, quota.Sender(sender_of(update), message.chat_id), time.time())
        await teaching.check(services.ports, message.chat_id, known)
        attempts = context.delivery(update).attempts
        return [
            await teaching.study(services.ports, picture, known, attempts=attempts) for picture in pictures
        ]


async def _open(
    update: Update, context: GlanceContext, turn: Turn, question: Question, studied: Sequence[Studied]
) -> None:
    message, settings = message_of(update), context.services.settings
    asker = update.effective_user.first_name if update.effective_user else ""
    await asking.check(turn.session, settings, question)
    asked, dropped = await asking.begin(turn.session, question, now=turn.now, lasts_s=settings.pending_face_s)
    turn.crops_to_delete += dropped
    await turn.reply(address_of(message), views.consent.question(asked, asker, settings.pending_face_s))
    if not any(one.faces for one in studied):
        await asking.gather(turn.session, asked, turn.now + settings.enrol_s)
    await _let_wait(update, context, turn, asked.id, studied)


async def _let_wait(
    update: Update, context: GlanceContext, turn: Turn, open_id: int, studied: Sequence[Studied]
) -> None:
    """The faces of photos wait with a question; the asker hears what became of them."""
    await quota.count(
        turn.session, quota.Sender(sender_of(update), message_of(update).chat_id), len(studied), turn.now
    )
    problems: list[NotStored] = []
    for one in studied:
        if len(one.faces) > 1:
            await _ask_which(update, context, turn, open_id, one)
            continue
        asked = await asking.get(turn.session, open_id, turn.now)
        problem = await _one_waits(turn, asked, one)
        problems += [problem] if problem else []
    asked = await asking.get(turn.session, open_id, turn.now)
    awaits = asked.gathers_until > turn.now and not asked.faces
    name = asked.question.subject.name
    reply = views.consent.waiting(name, len(asked.faces), problems, awaits=awaits)
    if reply is not None:
        await turn.reply(address_of(message_of(update)), reply)


async def _one_waits(turn: Turn, asked: Open, one: Studied) -> NotStored | None:
    name = asked.question.subject.name
    if one.too_many:
        return NotStored(name, "too_many_faces")
    if not one.faces:
        return NotStored(name, one.refused or "no_face")
    problem = await asking.wait(turn.session, asked, one.faces[0])
    if problem is not None:
        turn.crops_to_delete.append(one.faces[0].crop)
    return problem


async def _ask_which(update: Update, context: GlanceContext, turn: Turn, open_id: int, one: Studied) -> None:
    asked = await asking.get(turn.session, open_id, turn.now)
    lasts_s = context.services.settings.pending_face_s
    pending_id = await asking.ask_which(turn.session, asked, one.faces, now=turn.now, lasts_s=lasts_s)
    question = asked.question
    reply = views.consent.which_face(question.subject.name, one, pending_id, question.by, lasts_s)
    await turn.reply(address_of(message_of(update)), reply)


async def take(update: Update, context: GlanceContext) -> None:
    """Photos of somebody who was asked wait with the question; other photos are for other handlers."""
    asked = await _gathering(update, context)
    if asked is None:
        return
    studied = await _study(update, context)
    async with context.turn(update) as turn:
        try:
            await asking.get(turn.session, asked.id, turn.now)
        except NothingPending:
            turn.crops_to_delete += [face.crop for one in studied for face in one.faces]
            await turn.reply(address_of(message_of(update)), Reply(texts.consent.question_over()))
        else:
            await _let_wait(update, context, turn, asked.id, studied)
    raise ApplicationHandlerStop


async def done(update: Update, context: GlanceContext) -> None:
    """/done, where photos of somebody who was asked were awaited."""
    found = await _gathering(update, context)
    if found is None:
        return
    async with context.turn(update) as turn:
        asked = await asking.get(turn.session, found.id, turn.now)
        await asking.gather(turn.session, asked, 0.0)
        text = texts.consent.waits_for_answer(asked.question.subject.name, len(asked.faces))
        await turn.reply(address_of(message_of(update)), Reply(text))
    raise ApplicationHandlerStop


async def _gathering(update: Update, context: GlanceContext) -> Open | None:
    async with context.services.database.read() as session:
        return await asking.gathering(session, message_of(update).chat_id, sender_of(update), time.time())


ACTIONS: dict[str, Action | Guarded] = consent_answers.ACTIONS
