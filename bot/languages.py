"""The language the bot speaks in: gettext's catalogues, chosen anew for every update.

The catalogues are text, `bot/locales/<language>.po`, and are read when they are first needed. English needs
none: the sentences are written in it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
WRITTEN_IN = "en"
# As Telegram calls them (IETF language tags), and as those who speak them do.
LANGUAGES = {"en": "English", "de": "Deutsch"}

_language: ContextVar[str] = ContextVar("language", default=WRITTEN_IN)


def gettext(message: str) -> str:
    """The message in the current language, or as it is where the catalogue lacks it."""
    return _translations(current()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form for n in the current language, by that language's rules."""
    return _translations(current()).ngettext(singular, plural, n)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything said within, in this task, is in `language`; English where there is no such catalogue."""
    before = _language.set(language if language in LANGUAGES else WRITTEN_IN)
    try:
        yield
    finally:
        _language.reset(before)


def current() -> str:
    """The language that is spoken now."""
    return _language.get()


def language_of(chat_language: str | None, user_language_code: str | None) -> str:
    """The chat's own setting, else the language of the sender's Telegram, else English.

    A region is no language of ours: "de-AT" is "de".
    """
    for tag in (chat_language, user_language_code):
        language = (tag or "").lower().partition("-")[0]
        if language in LANGUAGES:
            return language
    return WRITTEN_IN


@cache
def _translations(language: str) -> NullTranslations:
    if language == WRITTEN_IN:
        return NullTranslations()
    # Not at the top: a bot that speaks only English need not load it.
    import polib

    catalogue = polib.pofile(str(LOCALES / f"{language}.po"), encoding="utf-8")
    return GNUTranslations(io.BytesIO(catalogue.to_binary()))
