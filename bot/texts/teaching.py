"""What a chat teaches: labels, trainings, models."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.texts.names import name


def label_taken(label: str) -> str:
    return _("There is a label {label} here already.").format(label=name(label))


def training_open() -> str:
    return _("I am already learning that in this chat, or it waits for its turn. Let it end, or cancel it.")
