"""/enroll of a Telegram user, by @username, by mention or in reply to them, who is asked; and /enroll me."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import msgspec
from telegram import Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import consent_answers, enrol
from bot.handlers.incoming import message_of
from bot.handlers.pressing import Routed
from bot.handlers.roles import people_only
from bot.handlers.subjects import subject_in, user_of
from bot.handlers.teaching import Classroom, check_whose, crops_of, settle, study
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import asking, quota
from bot.usecases import enrol as teaching
from bot.usecases.enrol import Studied
from bot.usecases.names import parse_name
from bot.usecases.subjects import Question


@people_only
async def ask(update: Update, context: GlanceContext) -> None:
    """Ask a Telegram user whether this group may recognise them; themselves, they need not be asked."""
    message, sender = message_of(update), update.effective_user
    subject = subject_in(message)
    assert subject is not None
    assert sender is not None
    parse_name(subject.name)
    if subject.is_meant(user_of(sender)):
        await enrol.enrol_oneself(update, context, subject.name)
        return
    if message.chat.type == "private":
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(texts.consent.ask_in_a_group()))
        return
    question = Question(message.chat_id, subject, sender.id)
    async with context.services.database.read() as session:
        await asking.check(session, context.services.settings, question, time.time())
        whom = await asking.whom_of(session, question)
    studied = await study(update, context, whom)
    lesson = await enrol.first_lesson(update, context, whom)
    async with context.turn(update, crops_of(studied)) as turn:
        await check_whose(turn.session, update, context, message.chat_id)
        room = Classroom(context.services, turn, address_of(message), lesson)
        await _open(room, question, sender.first_name, studied)


async def _open(room: Classroom, question: Question, asker: str, studied: Sequence[Studied]) -> None:
    """Ask them; or first the asker, whether they are the person of the gallery who has the name."""
    turn, settings = room.turn, room.services.settings
    await asking.check(turn.session, settings, question, turn.now)
    lasts_s = settings.pending_face_s
    asked = await teaching.open_question(turn.session, question, now=turn.now, lasts_s=lasts_s)
    holder = await asking.holder(turn.session, question)
    if holder is not None:
        reply = views.consent.is_it_them(asked, holder, lasts_s)
    else:
        reply = views.consent.question(asked, asker, lasts_s)
    await room.say(reply)
    whom = msgspec.structs.replace(await asking.whom_of(turn.session, question), asked=asked.id)
    if not any(one.faces for one in studied):
        await teaching.await_photos(turn.session, whom, now=turn.now, lasts_s=settings.enrol_s)
    await quota.count(turn.session, quota.Sender(whom.by, whom.chat_id), len(studied), turn.now)
    await settle(replace(room, lesson=replace(room.lesson, whom=whom)), studied)


ACTIONS: dict[str, Routed] = consent_answers.ACTIONS
