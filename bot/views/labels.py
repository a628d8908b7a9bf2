"""Labels: what became of photos, the list, and the menu in which labels are changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.usecases.labels import Labelled, Missing, Page
from bot.views.common import bad_photo, in_rows, turning, undo_keyboard
from storage.labels import LabelRow

# A menu is used at once or not at all; /labels makes a new one.
MENU_S = 60 * 60.0
NAMES_PER_ROW = 2


def labelled(outcome: Labelled, missing: Missing | None, by: int, undo_s: float) -> Reply:
    """What became of photos that were sent together, what is missing to train, and the way back."""
    refused = [bad_photo(error) for error in outcome.refused]
    if not outcome.label.id:
        return Reply("\n".join(refused))
    lines = [texts.labels.labelled(outcome.label.name, outcome.label.photos)]
    lines += [texts.labels.moved(outcome.moved)] if outcome.moved else []
    lines += [texts.labels.same(outcome.same)] if outcome.same else []
    lines += [*refused, *to_train(missing)]
    changed = outcome.added or outcome.moved
    undo = undo_keyboard("undo_label", outcome.undo, by, undo_s) if changed else None
    return Reply("\n".join(lines), undo)


def to_train(missing: Missing | None) -> list[str]:
    """What is missing to train, a line each."""
    if missing is None:
        return [texts.labels.can_train()]
    lines = [texts.labels.missing_labels(missing.labels)] if missing.labels else []
    return lines + [texts.labels.missing_photos(name, count) for name, count in missing.photos]


def listing(page: Page, by: int | None) -> Reply:
    """A page of the chat's labels, for `by` to turn over or to change one."""
    if not page.total:
        return Reply(texts.labels.none_yet())
    change = Choice(texts.people.button_change(), "labels_choose", {"page": page.number})
    return Reply(_list(page), _keyboard([_turning(page, "labels_page"), (change,)], by))


def choose(page: Page, by: int | None) -> Reply:
    """Which label of a page the menu is for."""
    rows = _names(page.labels, "label_open", {"page": page.number})
    back = Choice(texts.people.button_back(), "labels_page", {"page": page.number})
    rows += [_turning(page, "labels_choose"), (back,)]
    return Reply(f"{_list(page)}\n\n{texts.labels.choose_label()}", _keyboard(rows, by))


def label(row: LabelRow, page: int, by: int | None) -> Reply:
    """One label and what can be done."""
    data = {"label": row.id, "page": page}
    rows = [
        (
            Choice(texts.people.button_rename(), "label_rename", data),
            Choice(texts.labels.button_merge(), "label_merge", {**data, "list": 0}),
        ),
        (
            Choice(texts.labels.button_photos(), "label_photos", data),
            Choice(texts.labels.button_delete(), "label_delete", data),
        ),
        (Choice(texts.people.button_back(), "labels_choose", {"page": page}),),
    ]
    return Reply(f"<b>{texts.labels.line(row.name, row.photos)}</b>", _keyboard(rows, by))


def same_as(row: LabelRow, others: Page, page: int, by: int | None) -> Reply:
    """With which label one is to be merged; `page`: that of the label in the list."""
    data = {"label": row.id, "page": page}
    rows = _names([other for other in others.labels if other.id != row.id], "label_merge_into", data)
    rows.append(_turning(others, "label_merge", data, key="list"))
    rows.append((Choice(texts.people.button_back(), "label_open", data),))
    return Reply(texts.labels.choose_same(row.name), _keyboard(rows, by))


def _list(page: Page) -> str:
    lines = [texts.labels.title(page.total, page.photos)]
    lines += [texts.labels.line(row.name, row.photos) for row in page.labels]
    if page.smallest is not None:
        lines += ["", texts.labels.smallest(page.smallest.name, page.smallest.photos)]
    lines += ["", *to_train(page.missing)]
    if page.pages > 1:
        lines.append(texts.people.which_page(page.number + 1, page.pages))
    return "\n".join(lines)


def _names(rows: Sequence[LabelRow], action: str, data: dict[str, Any]) -> list[tuple[Choice, ...]]:
    """A button for each label, whose id is added to the data."""
    key = "label" if "label" not in data else "target"
    return in_rows([Choice(row.name, action, {**data, key: row.id}) for row in rows], NAMES_PER_ROW)


def _turning(
    page: Page, action: str, data: dict[str, Any] | None = None, key: str = "page"
) -> tuple[Choice, ...]:
    return turning(action, data or {}, page.number, has_more=page.number + 1 < page.pages, key=key)


def _keyboard(rows: Sequence[tuple[Choice, ...]], by: int | None) -> Keyboard:
    return Keyboard(tuple(row for row in rows if row), by, MENU_S)
