"""Names, as they stand in a sentence."""

from __future__ import annotations

import html
import unicodedata


def name(text: str) -> str:
    """A name as a person wrote it, safe in HTML; one from right to left is kept apart from its sentence."""
    escaped = html.escape(text, quote=False)
    is_right_to_left = any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)
    return f"\u2068{escaped}\u2069" if is_right_to_left else escaped


def mention(user_id: int | None, called: str) -> str:
    """A name that notifies the Telegram user it belongs to, where it is known which one that is."""
    return f'<a href="tg://user?id={user_id}">{name(called)}</a>' if user_id is not None else name(called)
