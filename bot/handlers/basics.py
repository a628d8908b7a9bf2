"""/start, /help, /status, and what to say to things that are none of our business."""

from __future__ import annotations

import asyncio

from telegram import Chat, Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers import enrol, group
from bot.handlers.incoming import message_of, sender_of
from bot.housekeeping import disk_usage
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import status as usecase

# The attributes of a message that say what it is instead of a photo.
OTHER_KINDS = ("sticker", "voice", "audio", "video", "video_note", "animation")


async def _say(update: Update, context: GlanceContext, text: str) -> None:
    async with context.turn(update) as turn:
        await turn.reply(address_of(message_of(update)), Reply(text))


async def start(update: Update, context: GlanceContext) -> None:
    """/start, alone or by a deep link that leads to an enrolment."""
    link = enrol.link_in(update)
    if link is not None:
        await enrol.follow_link(update, context, link)
        return
    chat = message_of(update).chat
    if chat.type == Chat.PRIVATE:
        await _say(update, context, texts.start.welcome())
    else:
        await _say(update, context, texts.groups.welcome_group(await group.sees_everything(context, chat)))


async def show(update: Update, context: GlanceContext) -> None:
    """/help"""
    is_owner = sender_of(update) in context.services.settings.owner_ids
    await _say(update, context, texts.start.help_page(is_owner))


async def status(update: Update, context: GlanceContext) -> None:
    """/status"""
    services, message = context.services, message_of(update)
    is_owner = sender_of(update) in services.settings.owner_ids
    disk = await asyncio.to_thread(disk_usage, services.settings.data_dir) if is_owner else None
    worker = services.worker
    machine = usecase.Machine(worker.description, worker.trouble, worker.restarts, disk)
    now = await usecase.status(services.ports, message.chat_id, update.update_id, machine)
    async with context.turn(update) as turn:
        await turn.reply(address_of(message), views.status.status(now))


async def unknown_command(update: Update, context: GlanceContext) -> None:
    """A command that is not ours; in groups it may be another bot's, so that only private chats get here."""
    await _say(update, context, texts.start.unknown_command())


async def not_a_photo(update: Update, context: GlanceContext) -> None:
    """Anything else in a private chat: says what to send instead. Service messages get no answer."""
    message = message_of(update)
    kind = next((kind for kind in OTHER_KINDS if getattr(message, kind)), None)
    if kind is not None:
        await _say(update, context, texts.photos.not_a_photo(kind))
    elif message.text:
        await _say(update, context, texts.photos.send_a_photo())
