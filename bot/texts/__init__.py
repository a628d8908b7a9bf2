"""Every sentence the bot says, a function each, in the module of what it is about.

HTML: whatever a person wrote goes through `names.name()`.

A sentence is translated when it is said, into the language of `bot.languages.speaking`. It is one literal,
whole, with named placeholders; a number that it depends on makes it an `ngettext`.
"""

from __future__ import annotations

from bot.texts import (
    access,
    buttons,
    consent,
    correcting,
    enrolling,
    failures,
    files,
    finding,
    group_enrolling,
    groups,
    labels,
    model_card,
    names,
    owners,
    people,
    photos,
    privacy,
    settings,
    start,
    status,
    teaching,
    training,
    unknown,
)

__all__ = [
    "access",
    "buttons",
    "consent",
    "correcting",
    "enrolling",
    "failures",
    "files",
    "finding",
    "group_enrolling",
    "groups",
    "labels",
    "model_card",
    "names",
    "owners",
    "people",
    "photos",
    "privacy",
    "settings",
    "start",
    "status",
    "teaching",
    "training",
    "unknown",
]
