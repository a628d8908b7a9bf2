"""Who is it really? Corrections of what was said about a face, and why it was said."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.texts.names import name


def button_yes() -> str:
    return _("Yes")


def button_no() -> str:
    return _("No")


def button_someone_else() -> str:
    return _("Someone else")


def button_correct() -> str:
    return _("Correct…")


def button_why() -> str:
    return _("Why?")


def button_new_name() -> str:
    return _("New name…")


def button_not(person: str) -> str:
    """A button's label: plain text."""
    return _("Not {person}").format(person=person)


def button_nobody_here() -> str:
    return _("Not a face, or nobody")


def reply_with_the_name(number: str) -> str:
    """`number`: which face it is, or "" where there is only one."""
    if number:
        return _("Reply to this message with the name of number {number}.").format(number=number)
    return _("Reply to this message with the name.")


def is_called(word: str) -> str:
    """A word in reply to an answer, which may be a name."""
    return _("Is this person called “{name}”?").format(name=name(word))


def called(person: str) -> str:
    """What became of a correction in words."""
    return _("That is {person}. I have corrected it.").format(person=name(person))


def no_such_number(number: str) -> str:
    return _("There is no number {number} in this answer.").format(number=number)


def how_to_correct() -> str:
    return _(
        "To correct me, reply to my answer with a name, such as <code>Carol</code>, or with the number and "
        "the name: <code>2 is Carol</code>. Send me a photo, and I will tell you what is in it, and who."
    )


def noted_not_learnt(person: str, reason: str) -> str:
    return _("I have noted that this is {person}, but I cannot learn from this photo. {reason}").format(
        person=name(person), reason=reason
    )


def why_surely(person: str, similarity: int, needed: int) -> str:
    return _("Like {person}: {similarity}%, needed: {needed}%.").format(
        person=name(person), similarity=similarity, needed=needed
    )


def why_maybe(person: str, similarity: int, maybe: int, sure: int) -> str:
    return _(
        "Like {person}: {similarity}%. From {maybe}% on I say maybe, from {sure}% on I am sure, "
        "unless it is about as much like somebody else."
    ).format(person=name(person), similarity=similarity, maybe=maybe, sure=sure)


def why_told(person: str) -> str:
    return _("Somebody here told me that this is {person}.").format(person=name(person))


def nothing_to_compare() -> str:
    return _("I cannot compare this face any more: the photo, or the people I know, are no longer there.")
