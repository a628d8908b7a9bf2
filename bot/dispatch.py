"""From a claimed row of the inbox to the handlers."""

from __future__ import annotations

import logging

from telegram import Update

from bot import texts
from bot.context import GlanceApplication
from bot.intake import MAX_ATTEMPTS, Delivery
from bot.languages import language_of, speaking
from bot.replies import Reply
from bot.services import Services
from bot.turn import address_of, turn
from storage import chats
from storage.errors import StorageError

log = logging.getLogger(__name__)


async def process(application: GlanceApplication, services: Services, delivery: Delivery) -> None:
    """Hand one delivery to the handlers."""
    try:
        update = Update.de_json(delivery.lead, application.bot)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        log.warning("update %s cannot be read: %r", delivery.update_ids, error)
        return
    services.deliveries[update.update_id] = delivery
    try:
        with speaking(await language_for(services, update)):
            if delivery.attempts > MAX_ATTEMPTS:
                await give_up(services, update)
            else:
                await application.process_update(update)
    finally:
        services.deliveries.pop(update.update_id, None)


async def language_for(services: Services, update: Update) -> str:
    """The language to answer in: the chat's own setting, where it has one, else its sender's."""
    chat, sender = update.effective_chat, update.effective_user
    try:
        async with services.database.read() as session:
            row = await chats.get(session, chat.id) if chat else None
    except StorageError as error:
        # The handlers meet the same and know what to do; in which language they say it matters less.
        log.warning("the language of update %s cannot be read: %s", update.update_id, error)
        row = None
    return language_of(row.language if row else None, sender.language_code if sender else None)


async def give_up(services: Services, update: Update) -> None:
    """Answer an update on which we died again and again."""
    log.error("update %s is given up after %s attempts", update.update_id, MAX_ATTEMPTS)
    async with turn(services, update) as opened:
        if update.message is not None:
            await opened.reply(address_of(update.message), Reply(texts.failures.gave_up()))
