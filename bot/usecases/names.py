"""What a person may be called."""

from __future__ import annotations

import unicodedata
from typing import Literal

NAME_LIMIT = 64
BadNameReason = Literal["empty", "too_long", "several_lines", "invisible", "mention", "command"]
# Zero-width joiners hold emoji and several scripts together; other format characters only deceive.
JOINERS = "\u200c\u200d"


class BadName(Exception):
    """A name that cannot be used, and why."""

    def __init__(self, reason: BadNameReason) -> None:
        super().__init__(reason)
        self.reason: BadNameReason = reason


def parse_name(text: str) -> str:
    """The name as written, stripped at its ends. Raises BadName.

    Any script, emoji and markup characters are kept exactly: escaping is the business of whoever shows them.
    """
    name = text.strip()
    reason = _problem(name)
    if reason is not None:
        raise BadName(reason)
    return name


def _problem(name: str) -> BadNameReason | None:
    if not name:
        return "empty"
    if len(name) > NAME_LIMIT:
        return "too_long"
    if len(name.splitlines()) > 1:
        return "several_lines"
    if any(is_deceptive(character) for character in name) or not any(
        c.isprintable() and not c.isspace() for c in name
    ):
        return "invisible"
    if name.startswith("@"):
        return "mention"
    return "command" if name.startswith("/") else None


def is_deceptive(character: str) -> bool:
    """Whether a character is invisible or changes the direction of the text around it."""
    category = unicodedata.category(character)
    return category in {"Cc", "Cs"} or (
        category == "Cf" and character not in JOINERS and not is_tag(character)
    )


def is_tag(character: str) -> bool:
    """Whether it is one of the tag characters that flags such as Scotland's are written with."""
    return "\U000e0020" <= character <= "\U000e007f"
