"""Who may use the bot, and how much."""

from __future__ import annotations

import html

from bot.languages import gettext as _
from bot.languages import ngettext


def not_let_in() -> str:
    return _("I answer only people I was asked to answer here. Ask the owner of this bot for an invitation.")


def invited() -> str:
    return _("Welcome! You may use me now. Send me a photo.")


def bad_invitation() -> str:
    return _("That invitation has been used or has expired. Ask the owner for another.")


def owners_only() -> str:
    return _("Only the owners of this bot can do that.")


def invitation(link: str, group_link: str) -> str:
    """Both links are good for one use between them."""
    return _(
        "This link lets one person in:\n{link}\n\n"
        "This one lets a group in instead, and adds me to it:\n{group_link}"
    ).format(link=html.escape(link), group_link=html.escape(group_link))


def quota(whose: str, limit: int) -> str:
    """`whose` photos were too many in a day: those of a "user", or of a whole "chat"."""
    if whose == "user":
        sentence = ngettext(
            "You have sent {count} photo today, which is all I take in a day. Try again tomorrow.",
            "You have sent {count} photos today, which is all I take in a day. Try again tomorrow.",
            limit,
        )
    else:
        sentence = ngettext(
            "This chat has sent {count} photo today, which is all I take in a day. Try again tomorrow.",
            "This chat has sent {count} photos today, which is all I take in a day. Try again tomorrow.",
            limit,
        )
    return sentence.format(count=limit)
