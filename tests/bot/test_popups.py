"""Pop-ups: plain text, and no longer than Telegram takes."""

from __future__ import annotations

from bot.handlers.popups import TEXT_LIMIT, fitted
from bot.replies import length


def test_a_pop_up_says_a_name_as_it_was_written() -> None:
    assert fitted("Somebody here is called <b>Tom &amp; Co</b> already.") == (
        "Somebody here is called Tom & Co already."
    )


def test_what_is_too_long_is_cut_and_no_emoji_is_halved() -> None:
    cut = fitted("a" + "😀" * TEXT_LIMIT)
    assert cut == "a" + "😀" * (TEXT_LIMIT // 2 - 1)
    assert length(cut) < TEXT_LIMIT


def test_a_sentence_that_fits_is_whole() -> None:
    assert fitted("a" * TEXT_LIMIT) == "a" * TEXT_LIMIT
