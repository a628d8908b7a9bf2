"""What labelling hands around, and what a label may be called."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from bot.usecases.names import BadName, BadNameReason, parse_name
from bot.usecases.ports import Picture
from ml.errors import BadPhoto
from storage.labels import LabelRow

BadLabelReason = BadNameReason | Literal["several"]


class BadLabel(Exception):
    """A label that cannot be used, and why."""

    def __init__(self, reason: BadLabelReason) -> None:
        super().__init__(reason)
        self.reason: BadLabelReason = reason


class NoSuchLabel(Exception):
    """This chat has no label of that name."""


class TwoLabelsNeeded(Exception):
    """A command that takes two labels was given text that is not two labels of which one is there."""


class Asked(msgspec.Struct, frozen=True):
    """Who gives photos a label in which chat, and who sent the photos there."""

    chat_id: int
    by: int
    sender_id: int
    album: str | None = None


class KeptPhoto(msgspec.Struct, frozen=True):
    """A photo that lies in the store of labelled photos under its sha256, `photo`; or why it does not.

    `people`: the ids of those who were recognised in it.
    """

    picture: Picture
    photo: str = ""
    people: tuple[int, ...] = ()
    refused: BadPhoto | None = None


class Labelled(msgspec.Struct, frozen=True):
    """What became of photos sent together: they have `label` now, which has `label.photos` in all.

    `added` and `moved`: how many are new, and how many had another label. `same` had this one already.
    `undo`: what `undo` takes.
    """

    label: LabelRow
    added: int
    moved: int
    same: int
    refused: tuple[BadPhoto, ...]
    undo: dict[str, Any]


def parse_label(text: str) -> str:
    """The label as written, stripped at its ends: what a person may be called, without a comma.

    Raises BadLabel. A comma would be two labels, and a photo has one.
    """
    if "," in text:
        raise BadLabel("several")
    try:
        return parse_name(text)
    except BadName as error:
        raise BadLabel(error.reason) from error
