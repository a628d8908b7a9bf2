"""Pop-ups: what somebody who pressed a button is told, over the chat and to them alone."""

from __future__ import annotations

import logging

from telegram import CallbackQuery
from telegram.constants import CallbackQueryLimit
from telegram.error import TelegramError

from bot.replies import plain

log = logging.getLogger(__name__)

TEXT_LIMIT = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)


async def answer(query: CallbackQuery, sentence: str = "") -> None:
    """Answer a press, with a pop-up where there is a sentence, which is HTML as all sentences are.

    A press that cannot be answered is logged: what it did is done and stored.
    """
    try:
        await query.answer(fitted(sentence) or None, show_alert=bool(sentence))
    except TelegramError as error:
        # "Query is too old" after a restart, or no network.
        log.info("a button press could not be answered: %s", error)


def fitted(sentence: str) -> str:
    """A sentence as a pop-up can show it: plain text, of which what is too long is cut."""
    # Two bytes are one unit; half of a character that has two units is left out.
    return plain(sentence).encode("utf-16-le")[: 2 * TEXT_LIMIT].decode("utf-16-le", "ignore")
