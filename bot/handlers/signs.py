"""Signs of life: a chat action that lasts for as long as the work does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.turn import Address

log = logging.getLogger(__name__)

# Telegram shows an action for five seconds.
RENEW_S = 4.5


@asynccontextmanager
async def busy(bot: Bot, to: Address) -> AsyncIterator[None]:
    """Show "typing…" in the chat while the context lasts; it never delays or fails the work itself."""
    showing = asyncio.create_task(_show(bot, to))
    try:
        yield
    finally:
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing


async def _show(bot: Bot, to: Address) -> None:
    while True:
        try:
            await bot.send_chat_action(to.chat_id, ChatAction.TYPING, message_thread_id=to.thread_id)
        except TelegramError as error:
            log.debug("no chat action for chat %s: %s", to.chat_id, error)
        await asyncio.sleep(RENEW_S)
