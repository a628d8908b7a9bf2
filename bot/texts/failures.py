"""What goes wrong."""

from __future__ import annotations

import html

from bot.languages import gettext as _


def worker_crashed() -> str:
    return _("This picture is more than I can handle, so I gave up. Send another photo.")


def worker_timeout() -> str:
    return _("This picture took me too long, so I gave up. Send a smaller copy of it.")


def no_model() -> str:
    return _("I have no model for that. /status says why.")


def model_unusable() -> str:
    return _("I can no longer open that model. Train a new one with /train.")


def still_loading() -> str:
    return _("I am still loading my models; photos are answered as soon as they are there.")


def worker_stopped() -> str:
    return _("I cannot look at photos just now. Try again in a few minutes.")


def worker_trouble(reason: str) -> str:
    return _("I cannot look at photos: {reason}").format(reason=html.escape(reason))


def trainer_failed() -> str:
    return _("The training broke off again and again, so I gave it up. Nothing else has changed.")


def gave_up() -> str:
    return _("I tried several times and could not answer this. Send it again, or something else.")


def disk_full() -> str:
    return _("I have no room left on my disk. The owner of this bot has to make some.")


def send_again() -> str:
    return _("That is no longer waiting for you. Start again.")


def unexpected(reference: str) -> str:
    """`reference` is the last word, under which the log has the whole of it."""
    return _(
        "Something went wrong on my side. If it happens again, tell the owner of this bot: {reference}"
    ).format(reference=reference)
