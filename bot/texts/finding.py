"""/find: the photos somebody is in."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bot.languages import gettext as _
from bot.texts.names import name


def find_whom() -> str:
    return _("Whom shall I look for? <code>/find Alice</code>")


def not_seen(person: str) -> str:
    return _("I have not seen {person} in a photo of this chat lately.").format(person=name(person))


def found_title(person: str) -> str:
    return _("Photos with {person}, the newest first:").format(person=name(person))


def found_day(day: str, photos: Sequence[str]) -> str:
    """The photos of one day, as `found_photo` calls each."""
    return f"{day}: {', '.join(photos)}"


def found_photo(number: int, is_sure: bool, link: str | None = None) -> str:
    """A photo of a list; `link` leads to its message."""
    shown = f"{number}" if link is None else f'<a href="{link}">{number}</a>'
    return shown if is_sure else _("{number} (maybe)").format(number=shown)


def press_number() -> str:
    return _("Press a number, and I reply to that photo.")


def found_one(person: str, at: float, is_sure: bool) -> str:
    """Said in reply to the message of the only photo."""
    if is_sure:
        return f"{name(person)}, {day(at)}"
    return _("Maybe {person}, {day}").format(person=name(person), day=day(at))


def found_here(number: int, person: str, at: float, is_sure: bool) -> str:
    """Said in reply to the message of a photo that the list has under that number."""
    return f"{number}. {found_one(person, at, is_sure)}"


def day(at: float) -> str:
    """The day (UTC) of a time, as ISO 8601 writes it: the same in every language."""
    return time.strftime("%Y-%m-%d", time.gmtime(at))
