"""What is in a photo, and who; and what to send instead of what is none."""

from __future__ import annotations

import html

from bot.languages import gettext as _
from bot.texts.names import name


def send_a_photo() -> str:
    return _("Send me a photo, and I will tell you what is in it, and who.")


def reply_to_a_photo() -> str:
    return _("Reply to a photo with /who, and I will tell you what is in it, and who.")


def not_sure() -> str:
    return _("I'm not sure what this is. It could be:")


def not_sure_beside_people() -> str:
    return _("I'm not sure what else is here. It could be:")


def no_idea_beside_people() -> str:
    return _("I'm not sure what else is here.")


def nothing_seen() -> str:
    return _("I don't recognise anything in this photo.")


def someone() -> str:
    return _("someone I don't know")


def names_paused() -> str:
    return _("I cannot name anybody here until an owner runs /reembed: the face model has changed.")


def maybe(person: str) -> str:
    return _("maybe {person}").format(person=name(person))


def strangers(count: int) -> str:
    """Several people who are not known; from a dozen on, words are harder to read than digits."""
    words = {
        3: _("three"),
        4: _("four"),
        5: _("five"),
        6: _("six"),
        7: _("seven"),
        8: _("eight"),
        9: _("nine"),
        10: _("ten"),
        11: _("eleven"),
        12: _("twelve"),
    }
    return _("{count} people I don't know").format(count=words.get(count, count))


def i_see(who: str) -> str:
    """Whoever is in a photo, said already: one person, or several strangers."""
    return _("I see {person}.").format(person=who)


def may_be(person: str) -> str:
    return _("This may be {person}.").format(person=name(person))


def left_to_right(people: list[str]) -> str:
    """The people in a photo, each of them said already."""
    return _("Left to right: {people}.").format(people=", ".join(people))


def left_to_right_and(people: list[str], others: str) -> str:
    """The people who are known, each said already, and `others`, who are not."""
    return _("Left to right: {people}, and {others}.").format(people=", ".join(people), others=others)


def i_see_and(person: str, others: str) -> str:
    return _("I see {person} and {others}.").format(person=person, others=others)


def i_see_and_maybe(person: str, others: str) -> str:
    return _("I see {others}, and maybe {person}.").format(person=name(person), others=others)


def from_this_one_on() -> str:
    """Above numbered photos, in reply to the first of them."""
    return _("Photos of people I know, from this one on:")


def album_part(number: int) -> str:
    return _("<b>Photo {number}</b>").format(number=number)


def weights_missing(what: str, sha256: str, folder: str, command: str) -> str:
    """`sha256` may be unknown, and is "" then."""
    checksum = f" (sha256 <code>{html.escape(sha256)}</code>)" if sha256 else ""
    return _(
        "Missing: <code>{file}</code>{checksum}. "
        "Put it into <code>{folder}</code>, or run <code>{command}</code>."
    ).format(
        file=html.escape(what),
        checksum=checksum,
        folder=html.escape(folder),
        command=html.escape(command),
    )


def not_a_photo(kind: str) -> str:
    """What to send instead. Raises KeyError where the kind of message is none of these."""
    return {
        "sticker": _("I can only look at photos, not at stickers. Send me a photo."),
        "voice": _("I can only look at photos, and cannot listen. Send me a photo."),
        "audio": _("I can only look at photos, and cannot listen. Send me a photo."),
        "video": _("I can only look at photos, not at videos yet. Send me a photo of it."),
        "video_note": _("I can only look at photos, not at video messages yet. Send me a photo of it."),
        "animation": _("I can only look at photos, not at animations yet. Send me a photo of it."),
    }[kind]
