"""The first words, the help, and what the commands are called in the menus."""

from __future__ import annotations

from bot.languages import gettext as _


def welcome() -> str:
    return _(
        "Hello! Send me a photo and I will tell you what is in it, and who.\n\n"
        "Teach me a face: send a photo with the caption <code>/enroll Alice</code>. "
        "/help lists everything I can do."
    )


def help_page(is_owner: bool) -> str:
    """Everything that somebody can ask for, an owner more than others."""
    about_pictures = [_help_photos(), _help_people(), _help_labels()]
    parts = [*about_pictures, _help_groups(), _help_chat(), _help_you(), _help_scope()]
    return "\n\n".join([*parts, _help_owners()] if is_owner else parts)


def _help_chat() -> str:
    return "\n".join([_("/settings – how I behave in this chat"), _("/status – how I am doing")])


def _help_you() -> str:
    lines = [
        _("<b>You</b>"),
        _("/enroll me – let me recognise you; <code>/enroll @dave</code> asks Dave, in a group"),
        _("/mydata – what I keep about you, as a file"),
        _("/forgetme – delete what I keep about you"),
        _("/privacy – what is kept in this chat, and for how long"),
    ]
    return "\n".join(lines)


def _help_photos() -> str:
    lines = [
        _("<b>Photos</b>"),
        _("Send a photo, or a picture as a file: I name what is in it and the people I know."),
        _("/who – the same, as a reply to a photo (in groups)"),
    ]
    return "\n".join(lines)


def _help_people() -> str:
    lines = [
        _("<b>People</b>"),
        _("/enroll Alice – as a caption, or as a reply to a photo; or alone, then send her photos and /done"),
        _("/people – who I know in this chat"),
        _("/rename Alice Alicia – or <code>/rename Alice Smith -&gt; Alice Jones</code>"),
        _("/merge Ali Alice – give Ali's photos to Alice"),
        _("/forget Alice – delete her, with a while to undo it"),
        _("/find Alice – the photos she is in"),
        _("/unknown – faces without a name that keep coming back"),
        _("/cancel – stop what we were doing"),
    ]
    return "\n".join(lines)


def _help_labels() -> str:
    lines = [
        _("<b>Your own labels</b>"),
        _("/label cat – as a caption, or as a reply to a photo; or alone, then send photos and /done"),
        _("/labels – the labels of this chat, and what is missing to train"),
        _("/train – learn to tell them apart"),
        _("/models – what was learnt: use, go back, export"),
        _("/teach – I show you photos that I am unsure about"),
    ]
    return "\n".join(lines)


def _help_groups() -> str:
    lines = [
        _("<b>Groups</b>"),
        _("/tagging on – people are named in every photo I can see (admins)"),
        _("/rename, /merge, /train and /settings are for admins; everybody may forget whom they enrolled."),
    ]
    return "\n".join(lines)


def _help_scope() -> str:
    return _("What I learn in this chat is known in this chat alone.")


def _help_owners() -> str:
    lines = [
        _("<b>Owners</b>"),
        _("/invite – a link that lets one more person or group in"),
        _("/reembed – move the galleries to the face model in use"),
    ]
    return "\n".join(lines)


def command(name: str) -> str:
    """What the menu says of a command. Raises KeyError where no menu has it."""
    return {
        "start": _("Say hello"),
        "help": _("What I can do"),
        "who": _("Who is in this photo (as a reply)"),
        "enroll": _("Teach me a person's face"),
        "done": _("Finish sending photos"),
        "cancel": _("Stop what we were doing"),
        "people": _("Who I know in this chat"),
        "rename": _("Give a person another name"),
        "merge": _("Two people are one"),
        "forget": _("Delete a person"),
        "find": _("The photos somebody is in"),
        "unknown": _("Faces without a name"),
        "label": _("Give a photo a label of your own"),
        "labels": _("The labels of this chat"),
        "train": _("Learn to tell the labels apart"),
        "models": _("What was learnt"),
        "teach": _("Help with photos I am unsure about"),
        "settings": _("Settings of this chat"),
        "tagging": _("Name people in every photo"),
        "mydata": _("What I keep about you"),
        "forgetme": _("Delete what I keep about you"),
        "privacy": _("What is kept here, and for how long"),
        "status": _("How I am doing"),
    }[name]


def unknown_command() -> str:
    return _("I don't know that command. /help lists the ones I do.")
