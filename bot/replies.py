"""What is said, as values: a reply, its pictures, its buttons. Views make them, `bot.turn` sends them."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import msgspec
from telegram.constants import FileSizeLimit, MessageLimit

TEXT_LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)
CAPTION_LIMIT = int(MessageLimit.CAPTION_LENGTH)
# sendPhoto's limits (https://core.telegram.org/bots/api#sendphoto).
PHOTO_BYTES = int(FileSizeLimit.PHOTOSIZE_UPLOAD)
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
_TAG = re.compile(r"<[^>]*>")


class Choice(msgspec.Struct, frozen=True):
    """A button: what it says, and the action it stands for, or the address that it opens instead (`url`)."""

    label: str
    action: str = ""
    data: dict[str, Any] = {}
    url: str = ""


class Keyboard(msgspec.Struct, frozen=True):
    """Rows of buttons; who may press (None: anybody in the chat), and for how many seconds."""

    rows: tuple[tuple[Choice, ...], ...]
    user_id: int | None
    lasts_s: float


class Shown(msgspec.Struct, frozen=True):
    """A picture to send: a file of ours, or one that Telegram has. Sizes as they are known (0: small)."""

    path: Path | None = None
    file_id: str | None = None
    width: int = 0
    height: int = 0
    bytes: int = 0

    @property
    def fits_photo(self) -> bool:
        """Whether sendPhoto takes it; what it refuses goes as a document."""
        long, short = max(self.width, self.height), max(1, min(self.width, self.height))
        within = self.bytes <= PHOTO_BYTES and self.width + self.height <= PHOTO_SIDES
        return within and long / short <= PHOTO_RATIO


class Reply(msgspec.Struct, frozen=True):
    """One answer, in HTML.

    `hint`: it asks for an answer, which the person's app begins to write at once (ForceReply), with this in
    the empty field; there is no keyboard then.
    """

    text: str
    keyboard: Keyboard | None = None
    pictures: tuple[Shown, ...] = ()
    hint: str = ""


def length(text: str) -> int:
    """How many characters Telegram counts: UTF-16 code units, of which an emoji has two or more.

    https://core.telegram.org/api/entities#entity-length
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str) -> str:
    """What is said in HTML, without its markup: for where Telegram shows none."""
    return html.unescape(_TAG.sub("", text))


def pages(text: str, limit: int, at_least: int = 1) -> list[str]:
    """The text in parts of at most `limit` characters, as `length` counts them, cut between lines.

    Our markup never spans lines, so that a cut between lines leaves none open. A longer line stands alone.
    There are `at_least` so many parts, as far as there are lines.
    """
    parts: list[str] = []
    for line in text.split("\n"):
        if parts and length(parts[-1]) + 1 + length(line) <= limit:
            parts[-1] += "\n" + line
        else:
            parts.append(line)
    while len(parts) < at_least and any("\n" in part.strip() for part in parts):
        longest = max(range(len(parts)), key=lambda number: parts[number].strip().count("\n"))
        lines = parts[longest].strip().split("\n")
        halves = lines[: len(lines) // 2], lines[len(lines) // 2 :]
        parts[longest : longest + 1] = ["\n".join(half) for half in halves]
    return parts
