"""Learning a face."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext
from bot.texts.names import name
from bot.usecases.names import NAME_LIMIT


def cancelled() -> str:
    return _("Cancelled.")


def nothing_to_cancel() -> str:
    return _("There is nothing to cancel.")


def nothing_to_finish() -> str:
    return _("Nothing was begun here. Start with <code>/enroll Alice</code>.")


def not_gathering_any_more() -> str:
    return _("You had stopped by then, so I did not store this photo.")


def enrol_whom() -> str:
    return _("Whose face is it? Write the name too: <code>/enroll Alice</code>")


def send_photos_of(person: str) -> str:
    return _("Send me photos of {person}, one by one or as an album, then /done. /cancel stops.").format(
        person=name(person)
    )


def which_face(person: str) -> str:
    """Of several in a photo, numbered."""
    return _("Which of them is {person}?").format(person=name(person))


def stored(person: str, photos: int) -> str:
    return ngettext(
        "{person}: {count} photo stored.",
        "{person}: {count} photos stored.",
        photos,
    ).format(person=name(person), count=photos)


def stored_late(person: str, new: int, photos: int) -> str:
    """`new` photos of an album came late; `photos` of the person in all."""
    late = ngettext("A photo of the album came late.", "{new} photos of the album came late.", new)
    return f"{late} {stored(person, photos)}".format(new=new)


def known_well() -> str:
    return _("That is enough for me to know this face well.")


def would_help(kind: str, missing: int) -> str:
    """How many more photos would help, and which. Raises KeyError where there is no such kind."""
    return {
        "another_day": ngettext(
            "These photos are rather alike: {count} more from another day would help.",
            "These photos are rather alike: {count} more from another day would help.",
            missing,
        ),
        "from_the_side": ngettext(
            "{count} more photo would help, from the side.",
            "{count} more photos would help, one of them from the side.",
            missing,
        ),
        "from_the_front": ngettext(
            "{count} more photo would help, looking at the camera.",
            "{count} more photos would help, one of them looking at the camera.",
            missing,
        ),
        "other_light": ngettext(
            "{count} more photo would help, in another light.",
            "{count} more photos would help, one of them in another light.",
            missing,
        ),
        "any": ngettext(
            "{count} more photo would help.",
            "{count} more photos would help.",
            missing,
        ),
    }[kind].format(count=missing)


def attested(person: str) -> str:
    return _("By enrolling {person} you confirm that {person} agreed to be recognised here.").format(
        person=name(person)
    )


def looks_like(person: str, other: str, photos: int) -> str:
    return ngettext(
        "This looks like {other}, who is enrolled here. Is it {person}?",
        "{count} photos look like {other}, who is enrolled here. Are they of {person}?",
        photos,
    ).format(person=name(person), other=name(other), count=photos)


def button_yes_it_is(person: str) -> str:
    """On a button, whose text is no HTML."""
    return _("Yes, it is {person}").format(person=person)


def button_it_is(person: str) -> str:
    """On a button, whose text is no HTML."""
    return _("It is {person}").format(person=person)


def decided(person: str) -> str:
    return _("It is {person}.").format(person=name(person))


def summary(person: str, new: int, photos: int) -> str:
    return ngettext(
        "{person}: {new} new, {count} photo stored in all.",
        "{person}: {new} new, {count} photos stored in all.",
        photos,
    ).format(person=name(person), new=new, count=photos)


def done(person: str, photos: int) -> str:
    if photos == 0:
        return _("I have no photo of {person}. Start again with <code>/enroll {person}</code>.").format(
            person=name(person)
        )
    return ngettext(
        "Done: {person} with {count} photo.",
        "Done: {person} with {count} photos.",
        photos,
    ).format(person=name(person), count=photos)


def done_but_asked(person: str, photos: int) -> str:
    """Done, while a question about one of the photos is open."""
    so_far = (
        done(person, photos) if photos else _("I have no photo of {person} yet.").format(person=name(person))
    )
    return so_far + " " + _("A photo still waits for your answer to my question above.")


def picked(person: str, number: int) -> str:
    return _("Number {number} is {person}.").format(number=number, person=name(person))


def picked_unsure(number: int) -> str:
    return _("You picked number {number}.").format(number=number)


def undone_enrol(count: int) -> str:
    return ngettext(
        "Undone: what I took from this photo is deleted.",
        "Undone: what I took from these {count} photos is deleted.",
        count,
    ).format(count=count)


def not_stored(reason: str) -> str:
    """Why a face was not stored, and what to do. Raises KeyError where there is no such reason."""
    return {
        "no_face": _(
            "I found no face in this photo. Send one where the face is clear and at least a thumb wide."
        ),
        "too_many_faces": _(
            "There are too many faces in this photo to choose from. Crop it, and send it again."
        ),
        "same_picture": _("I already have this picture. A different photo would help more."),
        "too_small": _("The face is too small to learn from. Send a closer photo."),
        "blurred": _("The face is too blurred to learn from. Send a sharper photo."),
        "cut_off": _("The face is cut off at the edge. Send a photo that shows all of it."),
        "turned_away": _("The face is turned too far away. Send one that looks more towards the camera."),
        "occluded": _("Part of the face is covered. Send a photo that shows all of it."),
        "not_a_face": _("I am not sure that this is a face. Send a clearer photo."),
    }[reason]


def bad_name(reason: str) -> str:
    """Why nobody can be called this. Raises KeyError where there is no such reason."""
    return {
        "empty": enrol_whom(),
        "too_long": _("That name is too long: {limit} characters at most.").format(limit=NAME_LIMIT),
        "several_lines": _("A name has to fit on one line."),
        "invisible": _("That name has characters that cannot be seen. Type it again without them."),
        "mention": _("People are enrolled by a plain name here, without the @: <code>/enroll Dave</code>"),
        "command": _("A name cannot begin with a slash."),
    }[reason]


def other_model() -> str:
    return _("I cannot learn faces here until an owner runs /reembed: the face model has changed.")
