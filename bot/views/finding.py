"""/find: where somebody was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.usecases.find import Found
from bot.views.people import MENU_S


def links(found: Found, link_to: Callable[[int], str], by: int | None) -> Reply:
    """A page of photos, each a link to its message (`link_to` a message id)."""
    lines = [texts.finding.found_title(found.name)]
    lines += [
        texts.finding.found_line(number, link_to(photo.message_id), photo.created_at, photo.tone == "sure")
        for number, photo in enumerate(found.photos, start=found.skipped + 1)
    ]
    turns = (
        *_turn("◀", found, found.skipped - found.page_size, found.skipped > 0),
        *_turn("▶", found, found.skipped + found.page_size, found.has_more),
    )
    return Reply("\n".join(lines), Keyboard((turns,), by, MENU_S) if turns else None)


def here(found: Found, by: int | None) -> list[tuple[int, Reply]]:
    """For each photo its message's id and what to say in reply to it; the last one offers more."""
    said = [
        (
            photo.message_id,
            texts.finding.found_here(number, found.name, photo.created_at, photo.tone == "sure"),
        )
        for number, photo in enumerate(found.photos, start=found.skipped + 1)
    ]
    data = {"person": found.person_id, "skip": found.skipped + found.page_size}
    more = Keyboard(((Choice(texts.finding.button_more(), "find_more", data),),), by, MENU_S)
    last = len(said) - 1
    return [
        (message_id, Reply(text, more if number == last and found.has_more else None))
        for number, (message_id, text) in enumerate(said)
    ]


def _turn(sign: str, found: Found, skip: int, is_there: bool) -> Sequence[Choice]:
    data = {"person": found.person_id, "skip": max(0, skip)}
    return (Choice(sign, "find_page", data),) if is_there else ()
