"""/enroll in its forms, the deep link from a group, /done and /cancel."""

from __future__ import annotations

import time

from telegram import Chat, Update

from bot import texts, views
from bot.context import GlanceContext, command_of
from bot.handlers import group, labels, own_face, picking
from bot.handlers.incoming import message_of, pictures_of, sender_of
from bot.handlers.pressing import Routed
from bot.handlers.roles import people_only
from bot.handlers.subjects import myself
from bot.handlers.teaching import Lesson, is_member, teach
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import enrol as usecase
from bot.usecases.enrol import LinkOver, NotYourLink, Whom
from bot.usecases.names import parse_name
from bot.usecases.subjects import Question

ACTIONS: dict[str, Routed] = {**picking.ACTIONS, **own_face.ACTIONS}


@people_only
async def enrol(update: Update, context: GlanceContext) -> None:
    """`/enroll Alice` as a caption, as a reply to a photo, or alone: then photos of her are awaited."""
    name, whose = parse_name(command_of(update).arguments), own_face.whose(update, context)
    whom = Whom(message_of(update).chat_id, name, sender_of(update))
    if whose == "own":
        await enrol_oneself(update, context, name)
    elif whose is None and await own_face.is_to_be_said(context, whom):
        await own_face.ask(update, context, whom)
    else:
        await begin(update, context, whom)


async def enrol_oneself(update: Update, context: GlanceContext, name: str) -> None:
    """Consent by one's own act: they become this person with the first face of theirs that is stored."""
    user = update.effective_user
    assert user is not None
    subject = myself(user, name)
    question = Question(message_of(update).chat_id, subject, user.id)
    async with context.services.database.read() as session:
        known_as = await usecase.known_as(session, question)
    await begin(update, context, Whom(question.chat_id, known_as, user.id, user=subject))


async def begin(update: Update, context: GlanceContext, whom: Whom) -> None:
    """Learn somebody from the update's photos, or await photos of them."""
    if pictures_of(update, context):
        await teach(update, context, await first_lesson(update, context, whom))
        return
    chat, lasts_s = message_of(update).chat, context.services.settings.enrol_s
    sees_photos = chat.type == Chat.PRIVATE or await group.sees_everything(context, chat)
    async with context.turn(update) as turn:
        parameter = await usecase.await_photos(turn.session, whom, now=turn.now, lasts_s=lasts_s)
        if chat.type == Chat.PRIVATE:
            replies = [Reply(texts.enrolling.send_photos_of(whom.name))]
        else:
            link = f"https://t.me/{context.bot.username}?start={parameter}"
            replies = views.enrolling.send_photos(whom.name, link, sees_photos=sees_photos, lasts_s=lasts_s)
        for reply in replies:
            await turn.reply(address_of(message_of(update)), reply)


async def first_lesson(update: Update, context: GlanceContext, whom: Whom) -> Lesson:
    """What the photos that come with a command begin."""
    is_cut_off = await _is_cut_off(update, context)
    return Lesson(whom, rest_unseen=is_cut_off, album=message_of(update).media_group_id)


async def _is_cut_off(update: Update, context: GlanceContext) -> bool:
    """Whether the photo is of an album of which we see only what has the caption: privacy mode is on."""
    message = message_of(update)
    is_alone = message.media_group_id is not None and len(context.delivery(update).raw) == 1
    is_part = is_alone and message.chat.type != Chat.PRIVATE
    return is_part and not await group.sees_everything(context, message.chat)


def link_in(update: Update) -> str | None:
    """The parameter of `/start`, where it is a deep link to an enrolment."""
    parameter = command_of(update).arguments
    return parameter if parameter.startswith(usecase.LINK_PREFIX) else None


async def follow_link(update: Update, context: GlanceContext, parameter: str) -> None:
    """A group's enrolment goes on in the private chat of whoever began it."""
    message, user_id = message_of(update), sender_of(update)
    try:
        async with context.services.database.read() as session:
            gathering = await usecase.linked(session, parameter, user_id, time.time())
        in_group = await is_member(context, gathering.whom.chat_id, user_id)
        async with context.turn(update) as turn:
            if in_group:
                await usecase.go_private(turn.session, gathering, turn.now)
                text = texts.group_enrolling.send_privately(gathering.whom.name, gathering.title)
            else:
                text = texts.group_enrolling.not_a_member(gathering.title)
            await turn.reply(address_of(message), Reply(text))
    except (LinkOver, NotYourLink) as refusal:
        text = (
            texts.group_enrolling.link_over()
            if isinstance(refusal, LinkOver)
            else texts.group_enrolling.link_not_yours()
        )
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(text))


async def lesson_of(update: Update, context: GlanceContext) -> Lesson | None:
    """The enrolment that photos without a command are for: that of their album, or one under way."""
    message, now = message_of(update), time.time()
    album = message.media_group_id
    async with context.services.database.read() as session:
        gathering = await usecase.under_way(session, message.chat_id, sender_of(update), now)
        begun = await usecase.of_album(session, message.chat_id, album, now) if album else None
    if begun is not None and (gathering is None or gathering.whom != begun.whom):
        return Lesson(begun.whom, begun.title, begun.id, is_late=True)
    return Lesson(gathering.whom, gathering.title, gathering.id, album=album) if gathering else None


async def done(update: Update, context: GlanceContext) -> None:
    """/done: the enrolment, or the label, that gathered photos is over."""
    message, user_id = message_of(update), sender_of(update)
    label = await labels.under_way(update, context)
    if label is not None:
        await labels.done(update, context, label)
        return
    async with context.turn(update) as turn:
        gathering = await usecase.finish(turn.session, message.chat_id, user_id, turn.now)
        if gathering is None:
            await turn.reply(address_of(message), Reply(texts.enrolling.nothing_to_finish()))
            return
        whom = gathering.whom
        if whom.asked is not None:
            question = await usecase.question(turn.session, whom.asked, turn.now)
            reply = Reply(texts.consent.waits_for_answer(whom.name, len(question.faces)))
        else:
            photos = await usecase.photos_of(turn.session, whom.chat_id, whom.name)
            asked = await usecase.has_questions(turn.session, gathering, turn.now)
            reply = views.enrolling.done(gathering, photos, asked=asked)
        await turn.reply(address_of(message), reply)


async def cancel(update: Update, context: GlanceContext) -> None:
    """/cancel: whatever this person began in this chat is dropped, faces that wait to be picked too."""
    message, user_id = message_of(update), sender_of(update)
    async with context.turn(update) as turn:
        dropped = await usecase.drop_everything(turn.session, message.chat_id, user_id, turn.now)
        turn.crops_to_delete += [crop for row in dropped for crop in row.files]
        await turn.reply(
            address_of(message),
            Reply(texts.enrolling.cancelled() if dropped else texts.enrolling.nothing_to_cancel()),
        )
