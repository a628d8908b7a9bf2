"""The people of a chat, and the menu in which they are changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.usecases.people import Forgotten, Page
from bot.usecases.progress import READY_PHOTOS
from bot.views.common import in_rows, turning
from storage.cards import PersonCard

# A menu is used at once or not at all; /people makes a new one.
MENU_S = 60 * 60.0
NAMES_PER_ROW = 2


def people(page: Page, by: int | None) -> Reply:
    """A page of the chat's people, for `by` to turn over or to change somebody."""
    if not page.people:
        return Reply(texts.people.nobody_yet())
    change = Choice(texts.people.button_change(), "people_choose", {"page": page.number})
    return Reply(_list(page), _keyboard([_turning(page, "people_page", {}), (change,)], by))


def forgotten(gone: Forgotten, minutes: int) -> str:
    """That somebody is forgotten, for how long it can be undone, and what goes with them then."""
    lines = [texts.people.forgotten(gone.name, minutes)]
    if gone.taught.photos:
        lines.append(texts.teaching.photos_go(gone.taught.photos))
    if gone.taught.models:
        called = [texts.teaching.model_called(model.kind, model.version) for model in gone.taught.models]
        lines.append(texts.teaching.models_go(", ".join(called)))
    return " ".join(lines)


def choose(page: Page, by: int | None) -> Reply:
    """Whom of a page the menu is for."""
    rows = _names(page, "person_open", {"page": page.number})
    rows.append(_turning(page, "people_choose", {}))
    back = Choice(texts.people.button_back(), "people_page", {"page": page.number})
    return Reply(f"{_list(page)}\n\n{texts.people.choose_person()}", _keyboard([*rows, (back,)], by))


def person(card: PersonCard, page: int, by: int | None, *, is_theirs: bool) -> Reply:
    """One person and what can be done; `is_theirs`: `by` may forget them without being an admin."""
    data = {"person": card.id, "page": page}
    own = "_own" if is_theirs else ""
    rows: list[tuple[Choice, ...]] = [
        (
            Choice(texts.people.button_rename(), "person_rename", data),
            Choice(texts.people.button_merge(), "person_merge", {**data, "list": 0}),
        ),
        (
            Choice(texts.people.button_crops(), "person_crops", data),
            Choice(texts.people.button_forget(), f"person_forget{own}", data),
        ),
    ]
    if card.denials:
        rows.append((Choice(texts.people.button_forget_all_denials(), f"person_denials{own}", data),))
    rows.append((Choice(texts.people.button_back(), "people_choose", {"page": page}),))
    return Reply("\n".join(_described(card)), _keyboard(rows, by))


def same_as(card: PersonCard, others: Page, page: int, by: int | None) -> Reply:
    """With whom a person is to be merged; `page`: that of the person in the list."""
    data = {"person": card.id, "page": page}
    rows = _names(others, "person_merge_into", data, but=card.id)
    rows.append(_turning(others, "person_merge", data, key="list"))
    back = Choice(texts.people.button_back(), "person_open", data)
    return Reply(texts.people.choose_same(card.name), _keyboard([*rows, (back,)], by))


def _list(page: Page) -> str:
    marks = {card.id: _marks(card) for card in page.people}
    lines = [texts.people.title(page.total)]
    lines += [
        texts.people.person_line(card.name, card.faces, "".join(marks[card.id])) for card in page.people
    ]
    used = {mark for of_one in marks.values() for mark in of_one}
    legend = [
        texts.people.mark_explained(mark)
        for mark in (texts.people.READY, texts.people.LINKED, texts.people.ALLOWED)
        if mark in used
    ]
    notes = [texts.people.which_page(page.number + 1, page.pages)] if page.pages > 1 else []
    return "\n".join(lines + (["", *legend, *notes] if legend or notes else []))


def _marks(card: PersonCard) -> list[str]:
    has_mark = {
        texts.people.READY: card.faces >= READY_PHOTOS,
        texts.people.LINKED: card.user_id is not None,
        texts.people.ALLOWED: card.allowed,
    }
    return [mark for mark, is_so in has_mark.items() if is_so]


def _described(card: PersonCard) -> list[str]:
    missing = READY_PHOTOS - card.faces
    lines = [f"<b>{texts.people.person_line(card.name, card.faces)}</b>"]
    lines.append(texts.people.card_ready() if missing <= 0 else texts.people.card_photos_missing(missing))
    if card.user_id is not None:
        lines.append(texts.people.card_linked(card.allowed))
    elif not card.allowed:
        lines.append(texts.people.card_attested())
    if card.denials:
        lines.append(texts.people.card_denials(card.denials))
    return lines


def _names(page: Page, action: str, data: dict[str, Any], but: int | None = None) -> list[tuple[Choice, ...]]:
    """A button for each person of a page but one, whose id is added to the data."""
    key = "person" if "person" not in data else "target"
    choices = [Choice(card.name, action, {**data, key: card.id}) for card in page.people if card.id != but]
    return in_rows(choices, NAMES_PER_ROW)


def _turning(page: Page, action: str, data: dict[str, Any], key: str = "page") -> tuple[Choice, ...]:
    return turning(action, data, page.number, has_more=page.number + 1 < page.pages, key=key)


def _keyboard(rows: Sequence[tuple[Choice, ...]], by: int | None) -> Keyboard:
    return Keyboard(tuple(row for row in rows if row), by, MENU_S)
