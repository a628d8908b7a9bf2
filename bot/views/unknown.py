"""/unknown: faces that keep coming back, to be named."""

from __future__ import annotations

from typing import Any

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.usecases.unknown import Shown
from bot.views.common import shown
from bot.views.people import MENU_S


def who_is_this(found: Shown, by: int) -> Reply:
    """The faces of one unknown person, and what can be done about them."""
    data = {"faces": list(found.group.faces), "skip": list(found.skipped), "more": found.has_more}
    return Reply(texts.unknown.who_is_this(found.group.photos), keyboard(data, by), (shown(found.drawn),))


def keyboard(data: dict[str, Any], by: int) -> Keyboard:
    """The buttons below an unknown person's faces; `data` is that of any of them."""
    rows: list[tuple[Choice, ...]] = [
        (
            Choice(texts.unknown.button_name(), "unknown_name", data),
            Choice(texts.unknown.button_nobody(), "unknown_nobody", data),
        )
    ]
    if data["more"]:
        rows.append((Choice(texts.unknown.button_next(), "unknown_next", data),))
    return Keyboard(tuple(rows), by, MENU_S)
