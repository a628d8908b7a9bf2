"""Entities that Telegram finds in plain text by itself. Offsets and lengths count UTF-16 code units."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]

FOUND_BY_ITSELF = (
    ("bot_command", re.compile(r"(?<![\w/@<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z][a-zA-Z0-9_]{2,31}(?!\w)")),
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)


def utf16_length(text: str) -> int:
    """The length of a text as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def find_entities(text: str, given: list[Json]) -> list[Json]:
    """The given entities plus what Telegram recognises outside them, in order of appearance."""
    found = [
        {
            "type": kind,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for kind, pattern in FOUND_BY_ITSELF
        for match in pattern.finditer(text)
    ]
    closed = [entity for entity in given if entity["type"] in ("code", "pre", "text_link", "text_mention")]
    outside = [entity for entity in found if not any(_overlap(entity, other) for other in closed)]
    return in_order(given + outside)


def in_order(entities: list[Json]) -> list[Json]:
    """Sorted as Telegram sends them: by offset, the longer one first."""
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def entity_text(text: str, entity: Json) -> str:
    """The part of a text that an entity covers."""
    units = text.encode("utf-16-le", "surrogatepass")
    start = entity["offset"] * 2
    return units[start : start + entity["length"] * 2].decode("utf-16-le", "surrogatepass")


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """The text without white space around it, and its entities moved and cut accordingly."""
    kept = text.strip()
    skipped = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(kept)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - skipped, 0)
        stop = min(entity["offset"] + entity["length"] - skipped, end)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return kept, in_order(moved)


def _overlap(one: Json, other: Json) -> bool:
    starts_before_end = one["offset"] < other["offset"] + other["length"]
    return bool(starts_before_end and other["offset"] < one["offset"] + one["length"])
