"""What a chat teaches: labels, trainings, models."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext
from bot.texts.names import name


def label_taken(label: str) -> str:
    return _("There is a label {label} here already.").format(label=name(label))


def training_open() -> str:
    return _("I am already learning that in this chat, or it waits for its turn. Let it end, or cancel it.")


def model_called(kind: str, version: int) -> str:
    """A model by what it knows (labels, people) and its version. Raises KeyError for no such kind."""
    return {
        "labels": f"v{version}",
        "people": _("v{version} of people").format(version=version),
    }[kind]


def model_in(kind: str, version: int, chat: str) -> str:
    """A model by its name and that of its chat."""
    return _("{model} in “{chat}”").format(model=model_called(kind, version), chat=name(chat))


def photos_go(count: int) -> str:
    """With somebody who is forgotten."""
    return ngettext(
        "{count} photo with a label that shows them goes as well.",
        "{count} photos with a label that show them go as well.",
        count,
    ).format(count=count)


def models_go(models: str) -> str:
    """With somebody who is forgotten; `models`: their names."""
    return _("What learnt from their photos goes as well: {models}.").format(models=models)
