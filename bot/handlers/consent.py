"""/enroll of a Telegram user, by @username, by mention or in reply to them, who is asked; and /enroll me."""

from __future__ import annotations

import time
from collections.abc import Sequence

from telegram import Message, MessageEntity, Update
from telegram import User as TelegramUser
from telegram.ext import ApplicationHandlerStop, filters

from bot import texts, views
from bot.commands import parse
from bot.context import GlanceContext
from bot.handlers import enrol
from bot.handlers.incoming import message_of, picture_in, pictures_of, sender_of
from bot.handlers.matching import command_in
from bot.handlers.pressing import Action, Declined, Guarded, Press
from bot.handlers.roles import people_only
from bot.handlers.signs import busy
from bot.replies import Reply
from bot.turn import Turn, address_of
from bot.usecases import asking, quota
from bot.usecases import enrol as teaching
from bot.usecases.asking import NotTheirs, Open, Question, Subject, User
from bot.usecases.enrol import Enrolled, NothingPending, NotStored, Studied
from bot.usecases.names import parse_name
from storage.errors import NameTaken

ME = "me"


class _EnrolsAUser(filters.MessageFilter):
    """`/enroll` that names a Telegram user, or replies to one who shows no picture."""

    def filter(self, message: Message) -> bool:
        command = command_in(message)
        return command is not None and command.name == "enroll" and subject_in(message) is not None


ENROLS_A_USER = _EnrolsAUser("EnrolsAUser")


def subject_in(message: Message) -> Subject | None:
    """The Telegram user that an `/enroll` is about; None where it is about a person without Telegram."""
    command = parse(message.text or message.caption)
    arguments = command.arguments if command else ""
    first, _, rest = arguments.partition(" ")
    if message.from_user is not None and first.casefold() == ME:
        return Subject(rest.strip() or message.from_user.first_name, message.from_user.id)
    mentioned = _mentioned_in(message)
    if mentioned is not None:
        user, words = mentioned
        own_name = arguments.replace(words, "", 1).strip()
        return Subject(own_name or user.first_name, user.id)
    if first.startswith("@") and len(first) > 1:
        return Subject(rest.strip() or first[1:], username=first[1:])
    return _replied_to(message, arguments)


def _mentioned_in(message: Message) -> tuple[TelegramUser, str] | None:
    """Somebody who has no username, and how they are called in the text."""
    kinds: list[str | None] = [MessageEntity.TEXT_MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    return next(((entity.user, words) for entity, words in found.items() if entity.user), None)


def _replied_to(message: Message, arguments: str) -> Subject | None:
    """Whose message a message without pictures replies to, if they are another person and it has none."""
    replied = message.reply_to_message
    if replied is None or picture_in(message) or picture_in(replied) or replied.forum_topic_created:
        return None
    author = replied.from_user
    if author is None or author.is_bot or replied.sender_chat or author == message.from_user:
        return None
    return Subject(arguments or author.first_name, author.id)


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
            await turn.reply(address_of(message), Reply(texts.ask_in_a_group()))
        return
    async with context.services.database.read() as session:
        await asking.check(session, context.services.settings, question)
    studied = await _study(update, context)
    async with context.turn(update) as turn:
        await _open(update, context, turn, question, studied)


async def _enrol_self(update: Update, context: GlanceContext, name: str) -> None:
    """Consent by one's own act: they are linked at once, then it is an enrolment like any other."""
    user_id = sender_of(update)
    question = Question(message_of(update).chat_id, Subject(name, user_id), user_id)
    async with context.services.database.begin() as session:
        # Harmless when repeated, should we die before the rest of it is stored.
        _, known_as = await asking.enrol_user(
            session, context.services.settings, question, mention=None, now=time.time()
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
            await turn.reply(address_of(message_of(update)), Reply(texts.question_over()))
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
        text = texts.waits_for_answer(asked.question.subject.name, len(asked.faces))
        await turn.reply(address_of(message_of(update)), Reply(text))
    raise ApplicationHandlerStop


async def _gathering(update: Update, context: GlanceContext) -> Open | None:
    async with context.services.database.read() as session:
        return await asking.gathering(session, message_of(update).chat_id, sender_of(update), time.time())


def _who(press: Press) -> User:
    return User(press.user.id, press.user.username or "")


async def _allow(press: Press) -> None:
    turn, settings = press.turn, press.context.services.settings
    mention = bool(press.data.get("mention"))
    try:
        asked = await asking.get(turn.session, press.data["open"], turn.now)
        agreed = await asking.allow(turn.session, settings, asked, _who(press), mention=mention, now=turn.now)
    except NothingPending:
        await turn.revise(press.message, texts.question_over())
        return
    except NotTheirs as refusal:
        raise Declined(texts.only_they_answer(refusal.name)) from refusal
    except NameTaken as error:
        raise Declined(texts.name_taken(error.name)) from error
    stored = {outcome.crop for outcome in agreed.outcomes if isinstance(outcome, Enrolled)}
    turn.crops_to_delete += [face.crop for face in asked.faces if face.crop not in stored]
    photos = await teaching.photos_of(turn.session, asked.question.chat_id, agreed.name)
    await turn.revise(press.message, texts.allowed(agreed.name, photos, mention))


async def _refuse(press: Press) -> None:
    turn = press.turn
    try:
        asked = await asking.get(turn.session, press.data["open"], turn.now)
        turn.crops_to_delete += await asking.refuse(
            turn.session, press.context.services.settings, asked, _who(press), turn.now
        )
    except NothingPending:
        await turn.revise(press.message, texts.question_over())
        return
    except NotTheirs as refusal:
        raise Declined(texts.only_they_answer(refusal.name)) from refusal
    turn.leaves_no_trace = True
    await turn.revise(press.message, texts.refused_now())


async def _pick(press: Press) -> None:
    index = press.data["face"]
    name, refused, unused = await asking.pick(
        press.turn.session, press.data["pending"], index, press.turn.now
    )
    if refused is not None:
        raise Declined(views.enrolling.not_stored(refused))
    press.turn.crops_to_delete += unused
    await press.turn.revise(press.message, texts.picked(name, index + 1))


async def _drop_pick(press: Press) -> None:
    press.turn.crops_to_delete += await asking.drop_pick(press.turn.session, press.data["pending"])
    await press.turn.revise(press.message, texts.cancelled())


ACTIONS: dict[str, Action | Guarded] = {
    "allow": _allow,
    "refuse": _refuse,
    "consent_pick": _pick,
    "drop_consent_pick": _drop_pick,
}
