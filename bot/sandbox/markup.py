"""HTML parse mode: https://core.telegram.org/bots/api#html-style turned into text and entities."""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple

from bot.sandbox.entities import trim, utf16_length
from bot.sandbox.errors import ApiError, bad_request

Json = dict[str, Any]

TOKEN = re.compile(r"""<(?:[^>"']|"[^"]*"|'[^']*')*>?|&(?:lt|gt|amp|quot|\#\d+|\#x[0-9a-fA-F]+);|[^<&]+|&""")
NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
ATTRIBUTE = re.compile(r"""([a-zA-Z][\w-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
SIMPLE_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre",
}  # fmt: skip
USER_LINK = re.compile(r"tg://user\?id=(\d+)")


class OpenTag(NamedTuple):
    name: str
    attributes: dict[str, str]
    offset: int


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The text and entities of an HTML-formatted message, trimmed; ApiError where it is malformed."""
    parser = _Parser()
    byte_offset = 0
    for match in TOKEN.finditer(source):
        parser.feed(match.group(), byte_offset)
        byte_offset += len(match.group().encode("utf-8", "replace"))
    return parser.finish()


class _Parser:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._open: list[OpenTag] = []
        self._entities: list[Json] = []

    def feed(self, token: str, byte_offset: int) -> None:
        if token.startswith("</"):
            self._close_tag(token, byte_offset)
        elif token.startswith("<"):
            self._open_tag(token, byte_offset)
        else:
            text = html.unescape(token) if token[0] == "&" and token[-1] == ";" else token
            self._parts.append(text)
            self._length += utf16_length(text)

    def finish(self) -> tuple[str, list[Json]]:
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return trim("".join(self._parts), self._entities)

    def _open_tag(self, token: str, byte_offset: int) -> None:
        if not token.endswith(">"):
            raise _unparsable(f"Unclosed start tag at byte offset {byte_offset}")
        found = NAME.match(token, 1)
        name = found.group().lower() if found else ""
        if name not in SIMPLE_TAGS and name not in ("a", "blockquote", "tg-emoji"):
            raise _unparsable(f'Unsupported start tag "{name}" at byte offset {byte_offset}')
        attributes = {
            match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "")
            for match in ATTRIBUTE.finditer(token, len(name) + 1, len(token) - 1)
        }
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {byte_offset}')
        self._open.append(OpenTag(name, attributes, self._length))

    def _close_tag(self, token: str, byte_offset: int) -> None:
        name = token[2:-1].strip().lower()
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {byte_offset}")
        tag = self._open.pop()
        if name and name != tag.name:
            raise _unparsable(
                f'Unmatched end tag at byte offset {byte_offset}, expected "</{tag.name}>", found "</{name}>"'
            )
        entity = _entity(tag, self._parts)
        if entity and self._length > tag.offset:
            self._entities.append({**entity, "offset": tag.offset, "length": self._length - tag.offset})


def _entity(tag: OpenTag, parts: list[str]) -> Json | None:
    """What the tag stands for, without its place; None for a link to nowhere."""
    if tag.name == "a":
        return _link(tag.attributes.get("href") or (parts[-1] if parts else ""))
    if tag.name == "blockquote":
        return {"type": "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"}
    if tag.name == "tg-emoji":
        return {"type": "custom_emoji", "custom_emoji_id": tag.attributes.get("emoji-id", "")}
    language = tag.attributes.get("class", "").removeprefix("language-")
    if tag.name == "pre" and language:
        return {"type": "pre", "language": language}
    return {"type": SIMPLE_TAGS[tag.name]}


def _link(url: str) -> Json | None:
    if user := USER_LINK.fullmatch(url):
        return {"type": "text_mention", "user": {"id": int(user[1])}}
    if re.match(r"(https?|tg|tonsite)://|mailto:", url):
        return {"type": "text_link", "url": url}
    return {"type": "text_link", "url": f"http://{url}"} if "." in url and " " not in url else None


def _unparsable(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")
