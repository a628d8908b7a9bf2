"""The people of a chat."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext
from bot.texts.enrolling import would_help
from bot.texts.names import name


def nobody_yet() -> str:
    return _("I know nobody in this chat yet. Teach me: a photo with the caption <code>/enroll Alice</code>")


def two_names_rename() -> str:
    return _(
        "Write the old name and the new one: <code>/rename Alice -&gt; Alicia</code>. "
        "/people lists who I know."
    )


def two_names_merge() -> str:
    return _("Write two people I know: <code>/merge Ali -&gt; Alice</code>. /people lists who I know.")


def forget_whom() -> str:
    return _("Whom shall I forget? <code>/forget Alice</code>")


def undone() -> str:
    return _("Undone.")


def nobody_called(person: str) -> str:
    return _("I know nobody called {person} here. /people lists who I know.").format(person=name(person))


def name_taken(person: str) -> str:
    return _("Somebody here is called {person} already. Use /merge if they are the same person.").format(
        person=name(person)
    )


def title(count: int) -> str:
    return ngettext("<b>{count} person</b>", "<b>{count} people</b>", count).format(count=count)


def person_line(person: str, photos: int, marks: str = "") -> str:
    """`marks`: signs that `marks_explained` explains."""
    line = ngettext("{person} – {count} photo", "{person} – {count} photos", photos).format(
        person=name(person), count=photos
    )
    return f"{line} {marks}".rstrip()


# Signs are the same in every language.
READY, LINKED, ALLOWED = "✓", "🔗", "🤝"


def mark_explained(mark: str) -> str:
    """What a mark in the list means. Raises KeyError where there is no such mark."""
    return {
        READY: _("{mark} I know this face well").format(mark=READY),
        LINKED: _("{mark} is a Telegram user").format(mark=LINKED),
        ALLOWED: _("{mark} agreed to it themselves").format(mark=ALLOWED),
    }[mark]


def which_page(number: int, pages: int) -> str:
    return _("Page {number} of {pages}").format(number=number, pages=pages)


def button_change() -> str:
    return _("Change…")


def button_rename() -> str:
    return _("Rename…")


def button_merge() -> str:
    return _("Is the same as…")


def button_forget() -> str:
    return _("Forget")


def button_forget_all_denials() -> str:
    return _("Forget these corrections")


def button_crops() -> str:
    return _("Show the faces")


def button_back() -> str:
    return _("Back")


def choose_person() -> str:
    return _("Whom do you mean?")


def choose_same(person: str) -> str:
    return _(
        "Who is the same person as {person}? Their photos are put together, under the name you choose."
    ).format(person=name(person))


def card_ready() -> str:
    return _("I know this face well.")


def card_photos_missing(missing: int) -> str:
    return would_help("any", missing)


def card_linked(allowed: bool) -> str:
    if allowed:
        return _("Is a Telegram user, and allowed it themselves.")
    return _("Is a Telegram user.")


def card_attested() -> str:
    return _("Whoever enrolled this person said that the person agreed.")


def card_denials(count: int) -> str:
    return ngettext(
        "Of {count} face I was told that it is somebody else's.",
        "Of {count} faces I was told that they are somebody else's.",
        count,
    ).format(count=count)


def new_name_of(person: str) -> str:
    return _("What shall {person} be called? Reply to this message with the new name.").format(
        person=name(person)
    )


def hint_name() -> str:
    """What stands in the empty field until the name is written: 64 characters at most."""
    return _("Name")


def faces_of(person: str) -> str:
    return _("The faces by which I know {person}.").format(person=name(person))


def denials_forgotten(person: str, count: int) -> str:
    return ngettext(
        "Forgotten: {count} face may be taken for {person} again.",
        "Forgotten: {count} faces may be taken for {person} again.",
        count,
    ).format(person=name(person), count=count)


def not_yours_to_forget(person: str) -> str:
    return _("Only admins of this group, and whoever enrolled {person}, can do that.").format(
        person=name(person)
    )


def two_users() -> str:
    return _("They are two different Telegram users, so I keep them apart.")


def merge_undone(person: str) -> str:
    return _("Undone: {person} is back.").format(person=name(person))


def renamed(old: str, new: str) -> str:
    return _("{old} is {new} now.").format(old=name(old), new=name(new))


def merged(source: str, target: str, photos: int) -> str:
    return ngettext(
        "{source} is {target} now, with {count} photo.",
        "{source} is {target} now, with {count} photos.",
        photos,
    ).format(source=name(source), target=name(target), count=photos)


def forgotten(person: str, minutes: int) -> str:
    return ngettext(
        "{person} is forgotten. For {minutes} minute you can undo this; then all of it is deleted.",
        "{person} is forgotten. For {minutes} minutes you can undo this; then all of it is deleted.",
        minutes,
    ).format(person=name(person), minutes=minutes)


def restored(person: str) -> str:
    return _("{person} is back.").format(person=name(person))
