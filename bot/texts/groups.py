"""Groups: what the bot sees there, and who may do what."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext
from bot.texts.names import name


def admins_only() -> str:
    return _("Only admins of this group can do that.")


def who_are_you() -> str:
    return _("I cannot see who wrote this. An admin of this group has to press the button, then I go on.")


def button_go_on() -> str:
    return _("I am an admin: go on")


def goes_on_for(person: str) -> str:
    return _("Going on, for {person}.").format(person=name(person))


def welcome_group(sees_all: bool) -> str:
    """The notice to a group that the bot was added to."""
    hello = _(
        "Hello! Reply to a photo with /who and I will tell you what is in it, and who. "
        "Teach me a face by replying to a photo with <code>/enroll Alice</code>."
    )
    return "\n\n".join([hello, what_i_see(sees_all), _what_i_keep(), _how_to_tag()])


def what_i_see(sees_all: bool) -> str:
    """What Telegram shows the bot of a group."""
    if sees_all:
        return _("<b>What I see:</b> every message here. I answer those that are for me.")
    return _(
        "<b>What I see:</b> commands, replies to my messages, and the photos that come with them. "
        "Telegram does not show me anything else."
    )


def _what_i_keep() -> str:
    return _(
        "<b>What I keep:</b> no photos but those that somebody gives a label. Of people you enrol, the face, "
        "until somebody forgets them; "
        "of everybody else, nothing unless an admin switches it on. "
        "/privacy says it precisely. A week after I am removed, all of it is deleted."
    )


def _how_to_tag() -> str:
    return _("Admins: <code>/tagging on</code> lets me name people in every photo I can see.")


def back_again(people: int) -> str:
    """`people`: how many are known in this group."""
    return ngettext(
        "I am back, and still know {count} person here.",
        "I am back, and still know {count} people here.",
        people,
    ).format(count=people)


def group_not_let_in() -> str:
    return _("I may not answer in this group yet: an owner of mine has to let it in.")


def tagging_state(is_on: bool) -> str:
    if is_on:
        return _("Tagging is on: I name the people I know in every photo I can see.")
    return _("Tagging is off: I look at photos only when asked with /who.")


def tagging_usage() -> str:
    return _("Write <code>/tagging on</code> or <code>/tagging off</code>.")


def tagging_is_for_groups() -> str:
    return _("Here I answer every photo anyway; /tagging is for groups.")


def sees_only_asked() -> str:
    """What is to be done where tagging has nothing to work on."""
    return _(
        "But Telegram shows me only photos that are sent with a command, or as a reply to me. To let me see "
        "every photo, make me an admin of this group. Or have my owner switch off my privacy mode "
        "(@BotFather, /setprivacy), then remove me from the group and add me again."
    )
