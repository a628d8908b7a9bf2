"""/unknown: faces that keep coming back and have no name."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext


def strangers_are_off() -> str:
    return _(
        "I keep nothing of people whom nobody enrolled here, so there is nobody to show. "
        "Remembering them for a while can be switched on in /settings."
    )


def no_unknown() -> str:
    return _("Nobody unknown was seen twice here lately.")


def no_more_unknown() -> str:
    return _("That was everybody.")


def who_is_this(photos: int) -> str:
    return ngettext(
        "Who is this? Seen in {count} photo lately.",
        "Who is this? Seen in {count} photos lately.",
        photos,
    ).format(count=photos)


def button_name() -> str:
    return _("Name…")


def button_nobody() -> str:
    return _("Nobody to remember")


def button_next() -> str:
    return _("Next")


def name_this_person() -> str:
    return _(
        "What is this person called? Reply to this message with the name. "
        "By naming somebody you say that they agreed to be recognised here."
    )


def strangers_deleted(photos: int) -> str:
    return ngettext("Deleted: {count} face.", "Deleted: {count} faces.", photos).format(count=photos)


def strangers_gone() -> str:
    return _("These faces are not remembered any more.")


def skipped() -> str:
    return _("Skipped for now.")
