"""/settings: what a chat can set for itself."""

from __future__ import annotations

from bot.languages import LANGUAGES
from bot.languages import gettext as _


def title() -> str:
    return _("<b>Settings of this chat</b>")


def setting(key: str) -> str:
    """What a setting is called. Raises KeyError where there is no such setting."""
    return {
        "strictness": _("How sure I must be"),
        "tagging": _("Name people unasked"),
        "strangers": _("Remember strangers"),
        "keep": _("Keep answers"),
        "language": _("Language"),
    }[key]


def setting_line(key: str, value: str) -> str:
    return _("{setting}: <b>{value}</b>").format(setting=setting(key), value=value)


def setting_explained(key: str) -> str:
    """What a setting does, below its name. Raises KeyError where there is no such setting."""
    return {
        "strictness": _("How alike a face must be before I name it."),
        "tagging": _(
            "On: I answer every photo I can see in this group that has somebody I know in it. Off: only /who."
        ),
        "strangers": _(
            "On: I keep the faces of people nobody enrolled, for a while, so that /unknown can offer those "
            "who keep coming back. Off: I keep nothing of them, and delete what I have."
        ),
        "keep": _("How long I remember what I said about a photo: for /find, for corrections, for “why?”."),
        "language": _("The language I answer in. Automatic: that of whoever asks."),
    }[key]


def strictness(value: str) -> str:
    """Raises KeyError where there is no such strictness."""
    return {"strict": _("strict"), "normal": _("normal"), "loose": _("loose")}[value]


def strictness_explained(value: str) -> str:
    """Raises KeyError where there is no such strictness."""
    return {
        "strict": _("<b>strict</b>: I name fewer strangers by mistake, and miss more people I know."),
        "normal": _("<b>normal</b>: the balance between the two, as measured."),
        "loose": _("<b>loose</b>: I find more of the people I know, and name more strangers by mistake."),
    }[value]


def switch(on: bool) -> str:
    return _("on") if on else _("off")


def language(code: str | None) -> str:
    """A language by its own name; None: whatever is spoken. Raises KeyError where we do not speak it."""
    return _("automatic") if code is None else LANGUAGES[code]


def strangers_kept_for(kept: str) -> str:
    """`kept`: a duration in words."""
    return _("They are kept for {kept}.").format(kept=kept)


def button_done() -> str:
    return _("Done")
