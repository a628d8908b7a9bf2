"""Learning a face for a group, there or in the private chat of whoever asked."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.texts.names import name


def for_group(title: str) -> str:
    return _("For {title}:").format(title=name(title))


def send_in_group(person: str) -> str:
    return _(
        "Reply to this message with photos of {person}, then /done. "
        "I see only replies and commands in this group. /cancel stops."
    ).format(person=name(person))


def or_in_private(person: str) -> str:
    return _(
        "You can also send me the photos of {person} in private. They are for this group all the same."
    ).format(person=name(person))


def button_send_privately() -> str:
    return _("Send them in private")


def photos_hint() -> str:
    return _("Photos")


def send_privately(person: str, title: str) -> str:
    return _(
        "Send me photos of {person} for {title}, one by one or as an album, then /done. /cancel stops. "
        "What I learn is for that group alone."
    ).format(person=name(person), title=name(title))


def rest_of_album(person: str) -> str:
    return _(
        "Of this album, Telegram showed me this one photo alone: here I see only replies and commands. "
        "Write <code>/enroll {person}</code>, and send me the others as a reply."
    ).format(person=name(person))


def link_over() -> str:
    return _("This link no longer works. Write <code>/enroll Alice</code> in the group again.")


def link_not_yours() -> str:
    return _("This link is for whoever asked for it. Write <code>/enroll Alice</code> in the group yourself.")


def not_a_member(title: str) -> str:
    return _("You are not a member of {title}, so I store nothing for it.").format(title=name(title))
