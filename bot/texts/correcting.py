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


def button_is_a_face() -> str:
    return _("It is a face")


def button_left_out(number: str) -> str:
    """A button's label: plain text. The face of this number was said to be nobody's."""
    return _("{number} (left out)").format(number=number)


def face(number: str, photo: str, called: str) -> str:
    """One of several faces; `photo`: of which of an album, or ""; `called`: "Alice", "Alice?" or ""."""
    if photo:
        where = _("Photo {photo}, face {number}").format(photo=photo, number=number)
    else:
        where = _("Face {number}").format(number=number)
    return f"{where} ({name(called)})" if called else where


def who_is_it(face: str) -> str:
    """Above the names to choose from; `face`: as `face` calls it, or "" where there is only one."""
    return _("{face}: who is it?").format(face=face) if face else _("Who is it?")


def which_to_correct() -> str:
    return _("Which face shall I correct?")


def why_which() -> str:
    return _("Which face do you mean?")


def enrolled_by_another(person: str) -> str:
    """At most 200 characters where it pops up."""
    return _(
        "Somebody else taught me {person} from this photo. Only they, {person} or an admin can take it back."
    ).format(person=name(person))


def named_twice(person: str) -> str:
    return _("{person} cannot be two people in one photo. Tell me again who is who.").format(
        person=name(person)
    )


def say_which_photo() -> str:
    return _("Tell me which photo you mean as well: <code>3.2 is Carol</code> is number 2 of photo 3.")


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


def called_several() -> str:
    return _("I have corrected it:")


def called_line(number: str, person: str) -> str:
    return _("{number}: {person}").format(number=number, person=name(person))


def no_such_number(number: str) -> str:
    return _("There is no number {number} in this answer.").format(number=number)


def how_to_correct() -> str:
    return _(
        "To correct me, reply to my answer with a name, such as <code>Carol</code>, or with numbers and "
        "names: <code>1 is Angie, 2 is Carol</code>. "
        "Send me a photo, and I will tell you what is in it, and who."
    )


def noted_not_learnt(person: str, reason: str) -> str:
    return _("I have noted that this is {person}, but I cannot learn from this photo. {reason}").format(
        person=name(person), reason=reason
    )


def why_alike(person: str, similarity: int, sure: int, maybe: int) -> str:
    """How much a face is like whoever it was taken for, and from where on what is said; in percent."""
    return _(
        "Most like {person}: {similarity}% alike. "
        "From {sure}% on I say the name, from {maybe}% on only maybe."
    ).format(person=name(person), similarity=similarity, sure=sure, maybe=maybe)


def why_maybe_nevertheless() -> str:
    """Where it is alike enough for the name."""
    return _("But somebody else here looks much the same, so I only said maybe.")


def why_told(person: str) -> str:
    return _("Somebody here told me that this is {person}.").format(person=name(person))


def nothing_to_compare() -> str:
    return _("I cannot compare this face any more: the photo, or the people I know, are no longer there.")
