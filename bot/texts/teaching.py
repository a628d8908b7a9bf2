"""What a chat teaches: labels, trainings, models."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext
from bot.texts.names import name


def what_is_this(left: int) -> str:
    if left == 0:
        return _("What is this? It is the last one.")
    return ngettext(
        "What is this? {count} more photo comes after it.",
        "What is this? {count} more photos come after it.",
        left,
    ).format(count=left)


def button_label() -> str:
    return _("Label…")


def button_labels(labelled: int, photos: int) -> str:
    """On a button: the labels of an album's photos."""
    if labelled == 0:
        return _("Labels…")
    return _("Labels ({labelled} of {photos})…").format(labelled=labelled, photos=photos)


def button_other_label() -> str:
    return _("Another label…")


def button_is(label: str) -> str:
    """On a button, whose text is no HTML: our guess is right."""
    return f"✓ {label}"


def button_has_label(label: str) -> str:
    """On a button, whose text is no HTML."""
    return _("Label: {label}").format(label=label)


def button_no_label() -> str:
    return _("No label")


def which_label() -> str:
    return _("Which label is right?")


def which_photo() -> str:
    return _("Which photo do you mean?")


def nothing_to_ask() -> str:
    return _("There is no recent photo without a label that I could ask about. Send me some first.")


def button_new_label() -> str:
    return _("New label…")


def button_skip() -> str:
    return _("Skip")


def button_stop() -> str:
    return _("Stop")


def reply_with_the_label() -> str:
    return _("Which label? Reply to this message with it.")


def labelled(label: str) -> str:
    return _("Labelled <b>{label}</b>.").format(label=name(label))


def skipped() -> str:
    return _("Skipped.")


def stopped(labelled: int) -> str:
    if labelled == 0:
        return _("Done, without a new label.")
    return ngettext(
        "Done: {count} photo has a label now. /labels shows them.",
        "Done: {count} photos have a label now. /labels shows them.",
        labelled,
    ).format(count=labelled)


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
