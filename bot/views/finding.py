"""/find: where somebody was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.usecases.find import Found
from bot.views.common import in_rows, turning
from bot.views.people import MENU_S
from storage.appearances import Appearance

NUMBERS_PER_ROW = 4


def links(found: Found, link_to: Callable[[int], str], by: int | None) -> Reply:
    """A page of photos, each a link to its message (`link_to` a message id)."""
    return _page(found, _days(found, link_to), [], by)


def numbers(found: Found, by: int | None) -> Reply:
    """A page of photos, each with a button that has the bot reply to it; one alone needs none."""
    if found.is_only_one:
        only = found.photos[0]
        return Reply(texts.finding.found_one(found.name, only.created_at, only.is_sure))
    lines = [*_days(found), texts.finding.press_number()]
    buttons = [_photo(found, number, photo) for number, photo in _numbered(found)]
    return _page(found, lines, in_rows(buttons, NUMBERS_PER_ROW), by)


def photo(number: int, name: str, at: Appearance) -> Reply:
    """Said in reply to a photo of the list."""
    return Reply(texts.finding.found_here(number, name, at.created_at, at.is_sure))


def _numbered(found: Found) -> Iterator[tuple[int, Appearance]]:
    return enumerate(found.photos, start=found.page * found.page_size + 1)


def _days(found: Found, link_to: Callable[[int], str] | None = None) -> list[str]:
    """A line for each day: the numbers of its photos."""
    days: dict[str, list[str]] = {}
    for number, photo in _numbered(found):
        link = link_to(photo.message_id) if link_to else None
        shown = texts.finding.found_photo(number, photo.is_sure, link)
        days.setdefault(texts.finding.day(photo.created_at), []).append(shown)
    return [texts.finding.found_day(day, photos) for day, photos in days.items()]


def _photo(found: Found, number: int, at: Appearance) -> Choice:
    data = {"person": found.person_id, "page": found.page, "number": number}
    return Choice(str(number), "find_photo", {**data, "photo": msgspec.to_builtins(at)})


def _page(found: Found, lines: list[str], rows: list[tuple[Choice, ...]], by: int | None) -> Reply:
    text = "\n".join([texts.finding.found_title(found.name), *lines])
    turns = turning("find_page", {"person": found.person_id}, found.page, has_more=found.has_more)
    filled = tuple(row for row in (*rows, turns) if row)
    return Reply(text, Keyboard(filled, by, MENU_S) if filled else None)
