"""What becomes of an update whose handler raised: one sentence, or another try later."""

from __future__ import annotations

import logging
import time

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.context import GlanceContext
from bot.errors import is_retried, sentence_for
from bot.handlers import popups
from bot.intake import Delivery
from bot.replies import Reply
from bot.turn import address_of
from storage.errors import LeaseLost, StorageError

log = logging.getLogger(__name__)


async def on_error(update: object, context: GlanceContext) -> None:
    """Settle a failed update. Where even that fails, it stays "failed", and intake gives it back."""
    error = context.error
    assert error is not None
    if not isinstance(update, Update) or update.update_id not in context.services.deliveries:
        log.error("an error outside any update", exc_info=error)
        return
    delivery = context.delivery(update)
    if delivery.outcome == "settled":
        log.error("update %s was answered, then something failed", update.update_id, exc_info=error)
        raise ApplicationHandlerStop
    if isinstance(error, LeaseLost):
        log.warning("update %s is not ours to answer any more", update.update_id)
        delivery.outcome = "settled"
        raise ApplicationHandlerStop
    delivery.outcome = "failed"
    try:
        if is_retried(error) and age_s(delivery) < context.services.settings.send_give_up_s:
            log.info("update %s again later: %s", update.update_id, error)
            await context.services.intake.give_back(
                delivery, retry_after_s(delivery, context), blameless=True
            )
        else:
            await _say(update, context, sentence_for(error))
    except StorageError as failure:
        log.warning("the failure of update %s could not be noted: %s", update.update_id, failure)
    raise ApplicationHandlerStop


def retry_after_s(delivery: Delivery, context: GlanceContext) -> float:
    """Later the longer it has waited: a short fault is over at once, a long one is not hammered."""
    settings = context.services.settings
    return min(settings.retry_max_s, max(settings.retry_first_s, age_s(delivery) / 4))


def age_s(delivery: Delivery) -> float:
    """How long ago it arrived."""
    return time.time() - min(row.received_at for row in delivery.rows)


async def _say(update: Update, context: GlanceContext, sentence: str) -> None:
    if update.callback_query is not None:
        await popups.answer(update.callback_query, sentence)
    async with context.turn(update) as turn:
        if update.message is not None:
            await turn.reply(address_of(update.message), Reply(sentence))
