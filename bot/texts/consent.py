"""Asking a Telegram user whether they may be recognised; new words need a new `WORDING` (usecases)."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext
from bot.texts.names import name


def may_i(person: str, asker: str, days: int) -> str:
    """The question; `person` is a mention."""
    question = _("{person}: {asker} would like me to recognise you in this group's photos. May I?").format(
        person=person, asker=name(asker)
    )
    otherwise = ngettext(
        "If you say No, what waits is deleted at once; without an answer, in {days} day.",
        "If you say No, what waits is deleted at once; without an answer, in {days} days.",
        days,
    ).format(days=days)
    return f"{question}\n\n{_meaning()}\n\n{otherwise}"


def _meaning() -> str:
    """What somebody agrees to."""
    return _(
        "If you allow it, I keep crops of your face from the photos I was given, and numbers made of them, "
        "for this group alone. /mydata shows you all of it, and /forgetme deletes it, at any time."
    )


def button_allow() -> str:
    return _("Allow")


def button_allow_mention() -> str:
    return _("Allow and mention me")


def button_refuse() -> str:
    return _("No")


def only_they_answer(person: str) -> str:
    return _("This button is not for you: only {person} can answer.").format(person=name(person))


def question_over() -> str:
    return _("This question is over, and I have kept nothing of it.")


def allowed(person: str, photos: int, is_mentioned: bool) -> str:
    """They said yes; `photos`: how many of them are enrolled."""
    agreed = _("{person} allowed it.").format(person=name(person))
    if photos == 0:
        known = _("I have no photo of them yet.")
    else:
        known = ngettext("I have {count} photo.", "I have {count} photos.", photos).format(count=photos)
    mentioned = _("I mention them whenever I name them.") if is_mentioned else ""
    return " ".join(part for part in (agreed, known, mentioned) if part)


def refused_now() -> str:
    """They said No; nobody is named, since the message stays."""
    return _(
        "They said No. All of it is deleted, and nobody else can enrol them as a Telegram user here. Whether "
        "a plain name is theirs I cannot know: whoever enrols somebody by one vouches for them."
    )


def still_enrolled(person: str) -> str:
    """After a No; `person` is enrolled without a Telegram user, and looks like who was to be enrolled."""
    return _(
        "What waited looked like {person}, who is enrolled here. If {person} is who said No, an admin, or "
        "whoever enrolled {person}, should send <code>/forget {person}</code>."
    ).format(person=name(person))


def refused_before(person: str) -> str:
    return _(
        "{person} does not want to be recognised here. Only they themselves can change that, with "
        "<code>/enroll me</code>."
    ).format(person=name(person))


def author_refused(author: str) -> str:
    """The photo that was to be learnt from is `author`'s; "": it is not known who that is."""
    if not author:
        return _(
            "Whoever sent this photo does not want to be recognised here, so I learn nobody from it. To "
            "enrol somebody else, use a photo that was sent by somebody else."
        )
    return _(
        "This is {author}'s photo, and {author} does not want to be recognised here, so I learn nobody from "
        "it. To enrol somebody else, use a photo that was sent by somebody else."
    ).format(author=name(author))


def already_asked(person: str) -> str:
    return _(
        "I have asked {person} already, and they have not answered yet. Whoever asked can take the question "
        "back with /cancel."
    ).format(person=name(person))


def is_it_them(user: str, person: str) -> str:
    """To the asker; `person` is enrolled here without a Telegram user."""
    return _(
        "{person} is enrolled here already. Is {user} that {person}? If so, {user} decides about all the "
        "photos that I have of {person}: with a No they are deleted."
    ).format(user=name(user), person=name(person))


def button_it_is_them() -> str:
    return _("Yes")


def button_somebody_new() -> str:
    return _("No, somebody new")


def it_is_them(user: str, person: str) -> str:
    return _("{user} is the {person} who is enrolled here.").format(user=name(user), person=name(person))


def needs_a_free_name(user: str, person: str) -> str:
    """They are not the person of that name; nothing was asked, and nothing is kept."""
    return _(
        "Then {user} needs a name that nobody has here. I have not asked them, and deleted what waited; "
        "begin again with another name than {person}."
    ).format(user=name(user), person=name(person))


def is_it_you(person: str) -> str:
    """To whoever said No, and enrols somebody new."""
    question = _(
        "You said No to being recognised here. Is {person} you, and do you want it after all? If {person} is "
        "somebody else, say so."
    ).format(person=name(person))
    return f"{question}\n\n{_meaning()}"


def button_it_is_me() -> str:
    return _("That is me: I allow it")


def button_somebody_else() -> str:
    return _("It is somebody else")


def it_is_you(person: str) -> str:
    """They say that they are `person`, and allow it."""
    return _("{person} is you, and you allow it.").format(person=name(person))


def it_is_somebody_else(person: str) -> str:
    return _("{person} is somebody else.").format(person=name(person))


def has_to_be_asked(person: str) -> str:
    """A face was said to be `person`, a Telegram user who never agreed."""
    return _(
        "{person} is on Telegram and has not agreed to be recognised here, so I have to ask them first. "
        "Reply to the photo with <code>/enroll</code> and mention {person}."
    ).format(person=name(person))


def ask_in_a_group() -> str:
    return _("I can ask people only in a group that they are in. Here, enrol them by a plain name.")


def waits_for_answer(person: str, photos: int) -> str:
    return ngettext(
        "{count} photo of {person} waits for their answer.",
        "{count} photos of {person} wait for their answer.",
        photos,
    ).format(person=name(person), count=photos)


def send_photos_to_wait(person: str) -> str:
    return _(
        "Send me photos of {person} meanwhile, as replies to this message, then /done. They wait for the "
        "answer, and I learn nothing from them before."
    ).format(person=name(person))
