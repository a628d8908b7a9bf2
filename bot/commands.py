"""What a command is, in a message's text or in a photo's caption alike, and which lane an update takes.

One parser serves both, because telegram.ext's CommandHandler does not see captions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Lane = Literal["fast", "read", "write"]

# Telegram's own limits: 1-32 letters, digits and underscores; then whose command it is; then the rest.
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?\s*", re.DOTALL)

# Answered at once, whatever else the chat waits for.
FAST = frozenset({"start", "help", "status", "cancel", "privacy"})
# They change what later messages of the same chat mean, or must see all that was done before them, so they
# keep their order.
WRITING = frozenset({
    "enroll", "done", "rename", "merge", "forget", "forgetme", "tagging", "reembed", "invite",
    "label", "teach", "train",
})  # fmt: skip


class Command(msgspec.Struct, frozen=True):
    """A command as written: its name in lower case, the bot it names (or ""), and what follows it."""

    name: str
    addressee: str
    arguments: str

    def is_for(self, username: str) -> bool:
        """Whether a bot of this username should answer: the command names it, or names nobody."""
        return not self.addressee or self.addressee.casefold() == username.casefold()


def parse(text: str | None) -> Command | None:
    """The command that a text or caption begins with; None where it is no command."""
    match = _COMMAND.fullmatch(text or "")
    if match is None:
        return None
    name, addressee, arguments = match.groups()
    return Command(name.lower(), addressee or "", (arguments or "").strip())


def lane_of(update: Mapping[str, Any], username: str) -> Lane:
    """The lane of a raw update. Buttons and FAST commands pass everything by; the rest keeps its order.

    A text that is no command may be a correction of our answer, or answer a question of ours: it writes.
    """
    if "callback_query" in update:
        return "fast"
    message = update.get("message")
    if not isinstance(message, Mapping):
        return "write"
    if "migrate_to_chat_id" in message or "migrate_from_chat_id" in message:
        return "write"
    command = parse(message.get("text") or message.get("caption"))
    if command is None:
        return "write" if _is_told_to_us(message, username) else "read"
    if not command.is_for(username):
        return "read"
    if command.name in FAST:
        return "fast"
    return "write" if command.name in WRITING else "read"


def _is_told_to_us(message: Mapping[str, Any], username: str) -> bool:
    """Whether a message is a text to us alone, or in reply to one of our messages."""
    if "text" not in message:
        return False
    replied_to = (message.get("reply_to_message") or {}).get("from") or {}
    is_private = (message.get("chat") or {}).get("type") == "private"
    return is_private or str(replied_to.get("username", "")).casefold() == username.casefold() != ""
