"""/label in its forms, and /labels."""

from __future__ import annotations

import time

from telegram import Chat, Message, Update

from bot import texts, views
from bot.context import GlanceContext, command_of
from bot.handlers import group
from bot.handlers.incoming import message_of, picture_in, pictures_of, presser_of, sender_of
from bot.handlers.pressing import Press, Routed
from bot.handlers.roles import people_only
from bot.handlers.signs import busy
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import labels as usecase
from bot.usecases import quota
from bot.usecases.labels import Asked, Gathering, KeptPhoto
from storage import labels, pending


@people_only
async def label(update: Update, context: GlanceContext) -> None:
    """`/label cat` as a caption, as a reply to a photo, or alone: then photos of it are awaited."""
    name = usecase.parse_label(command_of(update).arguments)
    if pictures_of(update, context):
        await _teach(update, context, name)
        return
    message, services = message_of(update), context.services
    sees_photos = message.chat.type == Chat.PRIVATE or await group.sees_everything(context, message.chat)
    async with context.turn(update) as turn:
        lasts_s = services.settings.enrol_s
        by = sender_of(update)
        await usecase.await_photos(turn.session, message.chat_id, by, name, now=turn.now, lasts_s=lasts_s)
        if sees_photos:
            reply = Reply(texts.labels.send_photos_of(name))
        else:
            hint = texts.group_enrolling.photos_hint()
            reply = Reply(texts.labels.send_in_group(name), hint=hint)
        await turn.reply(address_of(message), reply)


async def listing(update: Update, context: GlanceContext) -> None:
    """/labels"""
    message = message_of(update)
    async with context.turn(update) as turn:
        page = await usecase.page(turn.session, message.chat_id, 0)
        await turn.reply(address_of(message), views.labels.listing(page, presser_of(update)))


async def under_way(update: Update, context: GlanceContext) -> Gathering | None:
    """The label that a person's photos in this chat get."""
    async with context.services.database.read() as session:
        return await usecase.under_way(session, message_of(update).chat_id, sender_of(update), time.time())


async def take(update: Update, context: GlanceContext, gathering: Gathering) -> None:
    """Photos that were awaited."""
    await _teach(update, context, gathering.label, gathering)


async def done(update: Update, context: GlanceContext, gathering: Gathering) -> None:
    """/done: no more photos get this label by themselves."""
    message = message_of(update)
    async with context.turn(update) as turn:
        await usecase.finish(turn.session, message.chat_id, sender_of(update), turn.now)
        row = await labels.find(turn.session, message.chat_id, gathering.label)
        if row is None:
            text = texts.labels.done_without(gathering.label)
        else:
            missing = usecase.missing(await labels.listing(turn.session, message.chat_id))
            text = "\n".join([texts.labels.done(row.name, row.photos), *views.labels.to_train(missing)])
        await turn.reply(address_of(message), Reply(text))


async def _teach(
    update: Update, context: GlanceContext, name: str, gathering: Gathering | None = None
) -> None:
    """Keep the update's photos and give them a label, unless what they are for was cancelled meanwhile."""
    message, by = message_of(update), sender_of(update)
    kept = await _keep(update, context)
    async with context.turn(update) as turn:
        await quota.count(turn.session, quota.Sender(by, message.chat_id), len(kept), turn.now)
        if gathering is not None and await pending.get(turn.session, gathering.id, turn.now) is None:
            turn.crops_to_delete += usecase.files_of(kept)
            await turn.reply(address_of(message), Reply(texts.enrolling.not_gathering_any_more()))
            return
        asked = Asked(message.chat_id, by, _photographer(message), message.media_group_id)
        outcome = await usecase.label(turn.session, asked, name, kept, turn.now)
        missing = usecase.missing(await labels.listing(turn.session, message.chat_id))
        undo_s = context.services.settings.undo_s
        await turn.reply(address_of(message), views.labels.labelled(outcome, missing, by, undo_s))


async def _keep(update: Update, context: GlanceContext) -> list[KeptPhoto]:
    services, message = context.services, message_of(update)
    attempts = context.delivery(update).attempts
    async with busy(context.bot, address_of(message)):
        known = await services.worker.ready()
        await quota.check(services.ports, quota.Sender(sender_of(update), message.chat_id), time.time())
        await usecase.check(services.ports)
        return [
            await usecase.keep(services.ports, message.chat_id, picture, known, attempts=attempts)
            for picture in pictures_of(update, context)
        ]


def _photographer(message: Message) -> int:
    """Who sent the photos: whoever writes, or whom they reply to."""
    replied = message.reply_to_message
    shown = message if picture_in(message) or replied is None else replied
    sender = shown.sender_chat or shown.from_user
    return sender.id if sender is not None else 0


async def _undo(press: Press) -> None:
    turn, chat_id = press.turn, press.message.chat_id
    turn.crops_to_delete += await usecase.undo(turn.session, chat_id, press.data, press.user_id, turn.now)
    await turn.revise(press.message, texts.labels.undone())


ACTIONS: dict[str, Routed] = {"undo_label": _undo}
