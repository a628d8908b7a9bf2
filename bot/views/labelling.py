"""The buttons under an answer that give its photo one of the chat's labels."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot import texts
from bot.replies import Choice
from bot.usecases.seen import Recognition
from bot.views.common import in_rows, turning
from storage.labels import LabelRow

LABELS_PER_ROW = 2
LABELS_PER_PAGE = 10
NUMBERS_PER_ROW = 5


class Photo(msgspec.Struct, frozen=True):
    """A photo of a reply that may be labelled, its number there, and the label that it has, if it has one."""

    answer_id: int
    number: int
    seen: Recognition
    label: LabelRow | None

    @property
    def data(self) -> dict[str, int]:
        """What a button about it carries."""
        return {"answer": self.answer_id}


def row(reply_id: int, photos: Sequence[Photo]) -> tuple[Choice, ...]:
    """The last row under an answer: the label of its photo, or what gives it one."""
    if not photos:
        return ()
    if len(photos) > 1:
        labelled = sum(photo.label is not None for photo in photos)
        words = texts.teaching.button_labels(labelled, len(photos))
        return (Choice(words, "label_which", {"reply": reply_id}),)
    photo = photos[0]
    if photo.label is not None:
        return (_menu(photo, texts.teaching.button_has_label(photo.label.name)),)
    own = photo.seen.own
    if own is None or own.is_none:
        return (_menu(photo, texts.teaching.button_label()),)
    guess = own.guesses[0]
    yes = Choice(texts.teaching.button_is(guess.name), "label_is", {**photo.data, "label": guess.label_id})
    return yes, _menu(photo, texts.teaching.button_other_label())


def numbers(reply_id: int, photos: Sequence[Photo]) -> list[tuple[Choice, ...]]:
    """Which photo of an album?"""
    choices = [Choice(_number(photo), "label_menu", {**photo.data, "page": 0}) for photo in photos]
    return [*in_rows(choices, NUMBERS_PER_ROW), (_back(reply_id),)]


def menu(reply_id: int, photo: Photo, labels: Sequence[LabelRow], page: int) -> list[tuple[Choice, ...]]:
    """The chat's labels, likeliest first, a new one, none, and Back."""
    choices = [
        Choice(label.name, "label_is", {**photo.data, "label": label.id})
        for label in labels[page * LABELS_PER_PAGE : (page + 1) * LABELS_PER_PAGE]
    ]
    has_more = len(labels) > (page + 1) * LABELS_PER_PAGE
    new = (Choice(texts.teaching.button_new_label(), "label_new", photo.data),)
    none = (Choice(texts.teaching.button_no_label(), "label_none", photo.data),) if photo.label else ()
    turns = turning("label_menu", photo.data, page, has_more=has_more)
    rows = (*in_rows(choices, LABELS_PER_ROW), turns, new, none, (_back(reply_id),))
    return [row for row in rows if row]


def ordered(labels: Sequence[LabelRow], seen: Recognition) -> list[LabelRow]:
    """The labels, likeliest first where the chat's model has an opinion."""
    likely = {guess.label_id: place for place, guess in enumerate(seen.own.guesses)} if seen.own else {}
    return sorted(labels, key=lambda label: likely.get(label.id, len(likely)))


def _menu(photo: Photo, words: str) -> Choice:
    return Choice(words, "label_menu", {**photo.data, "page": 0})


def _number(photo: Photo) -> str:
    return f"{photo.number}: {photo.label.name}" if photo.label else str(photo.number)


def _back(reply_id: int) -> Choice:
    return Choice(texts.people.button_back(), "correct_back", {"reply": reply_id})
