"""From a claimed row of the inbox to the handlers."""

from __future__ import annotations

import logging

from telegram import Update

from bot import texts
from bot.context import GlanceApplication
from bot.intake import MAX_ATTEMPTS, Delivery
from bot.replies import Reply
from bot.services import Services
from bot.turn import address_of, turn

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
        if delivery.attempts > MAX_ATTEMPTS:
            await give_up(services, update)
        else:
            await application.process_update(update)
    finally:
        services.deliveries.pop(update.update_id, None)


async def give_up(services: Services, update: Update) -> None:
    """Answer an update on which we died again and again."""
    log.error("update %s is given up after %s attempts", update.update_id, MAX_ATTEMPTS)
    async with turn(services, update) as opened:
        if update.message is not None:
            await opened.reply(address_of(update.message), Reply(texts.GAVE_UP))
