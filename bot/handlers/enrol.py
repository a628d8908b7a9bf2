"""/enroll in its three forms, /done and /cancel."""

from __future__ import annotations

import time

from telegram import Update

from bot import texts, views
from bot.context import GlanceContext, command_of
from bot.handlers.incoming import message_of, pictures_of, sender_of
from bot.handlers.signs import busy
from bot.replies import Reply, Shown
from bot.services import Services
from bot.turn import Turn, address_of
from bot.usecases import enrol as usecase
from bot.usecases import quota
from bot.usecases.enrol import Enrolled, NotStored, Studied, Whom
from bot.usecases.names import parse_name
from storage import pending


async def enrol(update: Update, context: GlanceContext) -> None:
    """`/enroll Alice` as a caption, as a reply to a photo, or alone: then photos of her are awaited."""
    name = parse_name(command_of(update).arguments)
    if pictures_of(update, context):
        await teach(update, context, name)
        return
    message, user_id = message_of(update), sender_of(update)
    async with context.turn(update) as turn:
        whom = Whom(message.chat_id, name, user_id)
        await usecase.await_photos(
            turn.session, whom, now=turn.now, lasts_s=context.services.settings.enrol_s
        )
        await turn.reply(address_of(message), Reply(texts.send_photos_of(name)))


async def teach(update: Update, context: GlanceContext, name: str, gathering: int | None = None) -> None:
    """Study the update's photos and store what can be stored; ask where there are several faces.

    `gathering`: the enrolment under way that the photos are for; where it was cancelled meanwhile, nothing is
    stored.
    """
    message, services = message_of(update), context.services
    whom = Whom(message.chat_id, name, sender_of(update))
    sender = quota.Sender(whom.by, whom.chat_id)
    attempts = context.delivery(update).attempts
    async with busy(context.bot, address_of(message)):
        known = await services.worker.ready()
        await quota.check(services.ports, sender, time.time())
        await usecase.check(services.ports, whom.chat_id, known)
        studied = [
            await usecase.study(services.ports, picture, known, attempts=attempts)
            for picture in pictures_of(update, context)
        ]
    async with context.turn(update) as turn:
        await quota.count(turn.session, sender, len(studied), turn.now)
        if gathering is not None and await pending.get(turn.session, gathering, turn.now) is None:
            turn.crops_to_delete += [face.crop for one in studied for face in one.faces]
            await turn.reply(address_of(message), Reply(texts.NOT_GATHERING_ANY_MORE))
            return
        await _settle(update, context, turn, whom, studied)


async def _settle(
    update: Update, context: GlanceContext, turn: Turn, whom: Whom, studied: list[Studied]
) -> None:
    services, to = context.services, address_of(message_of(update))
    outcomes: list[Enrolled | NotStored] = []
    for one in studied:
        if len(one.faces) > 1:
            await _ask_which(context, turn, update, whom, one)
            continue
        outcome = await _store(context, turn, whom, one)
        outcomes.append(outcome)
    if not outcomes:
        return
    undo_s = services.settings.undo_s
    last = next((outcome for outcome in reversed(outcomes) if isinstance(outcome, Enrolled)), None)
    crop = shown_crop(services, last) if last else None
    if len(outcomes) > 1:
        await turn.reply(to, views.enrolled_album(outcomes, crop, whom.by, undo_s))
    elif last is not None and crop is not None:
        await turn.reply(to, views.enrolled(last, crop, whom.by, undo_s))
    elif isinstance(outcomes[0], NotStored):
        await turn.reply(to, Reply(views.not_stored(outcomes[0])))


async def _store(context: GlanceContext, turn: Turn, whom: Whom, one: Studied) -> Enrolled | NotStored:
    if one.too_many:
        return NotStored(whom.name, "too_many_faces")
    if not one.faces:
        return NotStored(whom.name, one.refused or "no_face")
    outcome = await usecase.store(turn.session, whom, one.faces[0], turn.now)
    if isinstance(outcome, NotStored):
        turn.crops_to_delete.append(one.faces[0].crop)
    return outcome


async def _ask_which(context: GlanceContext, turn: Turn, update: Update, whom: Whom, one: Studied) -> None:
    to = address_of(message_of(update))
    lasts_s = context.services.settings.pending_face_s
    pending_id = await usecase.ask_which(turn.session, whom, one.faces, now=turn.now, lasts_s=lasts_s)
    await turn.reply(to, views.which_face(whom.name, one, pending_id, whom.by, lasts_s))


def shown_crop(services: Services, enrolled: Enrolled) -> Shown:
    """The crop of a face that was just stored, to be shown."""
    path = services.photos.path(enrolled.crop)
    width, height = enrolled.crop_size
    return Shown(path=path, width=width, height=height, bytes=path.stat().st_size)


async def done(update: Update, context: GlanceContext) -> None:
    """/done: the enrolment that gathered photos is over."""
    message, user_id = message_of(update), sender_of(update)
    async with context.turn(update) as turn:
        row = await pending.mine(turn.session, message.chat_id, user_id, "enrol", turn.now)
        if row is None:
            await turn.reply(address_of(message), Reply(texts.NOTHING_TO_FINISH))
            return
        await pending.remove(turn.session, row.id)
        photos = await usecase.photos_of(turn.session, message.chat_id, row.data["name"])
        await turn.reply(address_of(message), Reply(texts.done(row.data["name"], photos)))


async def cancel(update: Update, context: GlanceContext) -> None:
    """/cancel: whatever this person began in this chat is dropped, faces that wait to be picked too."""
    message, user_id = message_of(update), sender_of(update)
    async with context.turn(update) as turn:
        dropped = await usecase.drop_everything(turn.session, message.chat_id, user_id)
        turn.crops_to_delete += [crop for row in dropped for crop in row.files]
        await turn.reply(address_of(message), Reply(texts.CANCELLED if dropped else texts.NOTHING_TO_CANCEL))
