"""/find: the photos somebody is in."""

from __future__ import annotations

import time

from bot.languages import gettext as _
from bot.texts.names import name


def find_whom() -> str:
    return _("Whom shall I look for? <code>/find Alice</code>")


def not_seen(person: str) -> str:
    return _("I have not seen {person} in a photo of this chat lately.").format(person=name(person))


def found_title(person: str) -> str:
    return _("Photos with {person}, the newest first:").format(person=name(person))


def found_line(number: int, link: str, at: float, is_sure: bool) -> str:
    """One photo of a list: `link` leads to its message."""
    if is_sure:
        return f'{number}. <a href="{link}">{day(at)}</a>'
    return _('{number}. <a href="{link}">{day}</a> – maybe').format(number=number, link=link, day=day(at))


def found_here(number: int, person: str, at: float, is_sure: bool) -> str:
    """Said in reply to the photo's message."""
    if is_sure:
        return f"{number}. {name(person)}, {day(at)}"
    return _("{number}. Maybe {person}, {day}").format(number=number, person=name(person), day=day(at))


def button_more() -> str:
    return _("More")


def day(at: float) -> str:
    """The day (UTC) of a time, as ISO 8601 writes it: the same in every language."""
    return time.strftime("%Y-%m-%d", time.gmtime(at))
