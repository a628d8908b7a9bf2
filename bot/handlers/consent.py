"""/enroll of a Telegram user, by @username, by mention or in reply to them, who is asked; and /enroll me."""

from __future__ import annotations

import time
from collections.abc import Sequence

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import consent_answers, enrol
from bot.handlers.consent_faces import Room, let_wait, study
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.pressing import Action, Guarded
from bot.handlers.roles import people_only
from bot.handlers.subjects import subject_in
from bot.replies import Reply
from bot.turn import Turn, address_of
from bot.usecases import asking
from bot.usecases.asking import Open, Question, Subject, User
from bot.usecases.enrol import NothingPending, Studied
from bot.usecases.names import parse_name


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
        await asking.check(session, context.services.settings, question, time.time())
    studied = await study(update, context, question)
    async with context.turn(update) as turn:
        await _open(update, context, turn, question, studied)


async def _enrol_self(update: Update, context: GlanceContext, name: str) -> None:
    """Consent by one's own act: an enrolment that links them once there is something to keep."""
    user_id = sender_of(update)
    username = update.effective_user.username if update.effective_user else None
    question = Question(message_of(update).chat_id, Subject(name, user_id, username or ""), user_id)
    async with context.services.database.read() as session:
        known_as = await asking.known_as(session, question)
    await enrol.begin(update, context, known_as, question)


async def _open(
    update: Update, context: GlanceContext, turn: Turn, question: Question, studied: Sequence[Studied]
) -> None:
    """Ask them; or first the asker, whether they are the person of the gallery who has the name."""
    message, settings = message_of(update), context.services.settings
    await asking.check(turn.session, settings, question, turn.now)
    asked = await asking.begin(turn.session, question, now=turn.now, lasts_s=settings.pending_face_s)
    holder = await asking.holder(turn.session, question)
    if holder is not None:
        reply = views.consent.is_it_them(asked, holder, settings.pending_face_s)
    else:
        asker = update.effective_user.first_name if update.effective_user else ""
        reply = views.consent.question(asked, asker, settings.pending_face_s)
    await turn.reply(address_of(message), reply)
    if not any(one.faces for one in studied):
        await asking.gather(turn.session, asked, turn.now + settings.enrol_s)
    await let_wait(Room(context.services, turn, address_of(message)), asked.id, studied)


async def take(update: Update, context: GlanceContext) -> None:
    """Photos of somebody who was asked wait with the question; other photos are for other handlers."""
    asked = await _gathering(update, context)
    if asked is None:
        return
    studied = await study(update, context, asked.question)
    async with context.turn(update) as turn:
        try:
            await asking.get(turn.session, asked.id, turn.now)
        except NothingPending:
            turn.crops_to_delete += [face.crop for one in studied for face in one.faces]
            await turn.reply(address_of(message_of(update)), Reply(texts.consent.question_over()))
        else:
            await let_wait(Room(context.services, turn, address_of(message_of(update))), asked.id, studied)
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
