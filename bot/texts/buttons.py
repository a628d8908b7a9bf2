"""What buttons are called, and why a press is refused."""

from __future__ import annotations

from bot.languages import gettext as _


def button_cancel() -> str:
    return _("Cancel")


def button_undo() -> str:
    return _("Undo")


def not_yours() -> str:
    return _("This button is not for you: it is for whoever asked.")


def already_done() -> str:
    return _("This is done already.")


def too_late() -> str:
    return _("It is too late for this button.")
