"""Contact sheets of photos that a model gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.usecases.training.mistakes import Doubted, Page
from bot.views.common import in_rows, shown, turning
from ml.protocol import Drawn
from storage.labels import LabelRow

NUMBERS_PER_ROW = 3
LABELS_PER_ROW = 2
LABELS_PER_PAGE = 12
SHEET_S = 24 * 3600.0


def lines(photo: Doubted) -> tuple[str, ...]:
    """What stands below a photo."""
    return texts.training.labelled_as(photo.label), texts.training.taken_for(photo.taken_for)


def sheet(found: Page, picture: Drawn) -> Reply:
    """A page of photos, with a button for each."""
    last = found.first + len(found.photos) - 1
    text = texts.training.mistakes_title(found.which, found.first, last, found.total)
    return Reply(text, numbers(found), (shown(picture),))


def numbers(found: Page) -> Keyboard:
    """A button for each photo, and the way to more of them."""
    data = {"model": found.model_id, "kind": found.which, "page": found.number}
    picks = [
        Choice(str(number), "mistake_pick", {**data, "example": photo.example_id, "number": number})
        for number, photo in enumerate(found.photos, start=found.first)
    ]
    more = (Choice("▶", "show_mistakes", {**data, "page": found.number + 1}),) if found.has_more else ()
    rows = (*in_rows(picks, NUMBERS_PER_ROW), more)
    return Keyboard(tuple(row for row in rows if row), None, SHEET_S)


def which_label(rows: Sequence[LabelRow], data: dict[str, Any]) -> Keyboard:
    """The chat's labels, for the photo whose number was pressed; `data`: that of its button."""
    page = data.get("list", 0)
    some = rows[page * LABELS_PER_PAGE : (page + 1) * LABELS_PER_PAGE]
    choices = [Choice(row.name, "mistake_label", {**data, "label": row.id}) for row in some]
    has_more = len(rows) > (page + 1) * LABELS_PER_PAGE
    turns = turning("mistake_pick", data, page, has_more=has_more, key="list")
    back = (Choice(texts.people.button_back(), "mistake_back", data),)
    keyboard = (*in_rows(choices, LABELS_PER_ROW), turns, back)
    return Keyboard(tuple(row for row in keyboard if row), None, SHEET_S)
