"""HTML parse mode and the entities that Telegram finds by itself."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.entities import entity_text, find_entities
from bot.sandbox.errors import ApiError
from bot.sandbox.markup import parse_html


def covered(source: str) -> list[tuple[str, str]]:
    """Each entity's type and the text it covers."""
    text, entities = parse_html(source)
    return [(entity["type"], entity_text(text, entity)) for entity in entities]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>Alice</b> &lt;b&gt;", [("bold", "Alice")]),
        ("🙂 <i>Zoë 👩‍🚀</i>!", [("italic", "Zoë 👩‍🚀")]),
        ("<b>a <i>b</i></b>", [("bold", "a b"), ("italic", "b")]),
        ('<a href="https://example.org/?a=1&amp;b">x</a>', [("text_link", "x")]),
        ('<a href="tg://user?id=7">Dave</a>', [("text_mention", "Dave")]),
        ('<span class="tg-spoiler">s</span><code>c</code>', [("spoiler", "s"), ("code", "c")]),
        ("<blockquote expandable>long</blockquote>", [("expandable_blockquote", "long")]),
        ("  <b> padded </b>  ", [("bold", "padded")]),
        ("<b></b>nothing", []),
    ],
)
def test_html_becomes_text_and_entities(source: str, expected: list[tuple[str, str]]) -> None:
    assert covered(source) == expected


def test_entities_count_utf16_units() -> None:
    _, entities = parse_html("👩‍🚀<b>x</b>")
    assert entities == [{"type": "bold", "offset": 5, "length": 1}]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<h1>big</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("ä <b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ä <b", "Unclosed start tag at byte offset 3"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a < b", "Unclosed start tag at byte offset 2"),
        ("<3>", 'Unsupported start tag "" at byte offset 0'),
    ],
)
def test_malformed_html_is_refused_with_the_place(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/enroll@ThisBot Alice", [("bot_command", "/enroll@ThisBot")]),
        ("see /help, @ann_sandbox", [("bot_command", "/help"), ("mention", "@ann_sandbox")]),
        ("a/b c@d.example", []),
        ("https://example.org/a.", [("url", "https://example.org/a")]),
        ("#cats and #1", [("hashtag", "#cats")]),
    ],
)
def test_commands_mentions_and_links_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    entities: list[dict[str, Any]] = find_entities(text, [])
    assert [(entity["type"], entity_text(text, entity)) for entity in entities] == expected


def test_nothing_is_found_inside_code() -> None:
    code = {"type": "code", "offset": 0, "length": 5}
    assert find_entities("/help", [code]) == [code]
