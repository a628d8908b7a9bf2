"""Replies as values: pages, and what sendPhoto takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies import PHOTO_BYTES, Shown, length, pages, plain

LINES = st.lists(st.text("ab c", max_size=9), min_size=1, max_size=30)


@given(LINES)
def test_pages_hold_the_whole_text_and_none_is_too_long(lines: list[str]) -> None:
    text = "\n".join(lines)
    parts = pages(text, 10)
    assert "\n".join(parts) == text
    assert all(len(part) <= 10 for part in parts)


def test_a_text_that_fits_is_one_page() -> None:
    assert pages("one\ntwo", 7) == ["one\ntwo"]


def test_a_text_fills_as_many_pages_as_are_there_already() -> None:
    text = "one\n\ntwo\nthree"
    assert pages(text, 99, at_least=2) == ["one\n", "two\nthree"]
    assert [page.strip() for page in pages(text, 99, at_least=3)] == ["one", "two", "three"]
    assert len(pages(text, 99, at_least=4)) == 3


def test_a_character_beyond_the_basic_plane_counts_twice_as_it_does_for_telegram() -> None:
    assert (length("a"), length("ä"), length("😀")) == (1, 1, 2)
    assert pages("😀😀\n😀", 6) == ["😀😀", "😀"]


def test_a_pop_up_shows_no_markup() -> None:
    assert (
        plain('<b>&lt;b&gt;&amp;co</b> is <a href="tg://user?id=1">Ann &gt; Ben</a>') == "<b>&co is Ann > Ben"
    )


def test_a_name_that_looks_like_markup_is_not_taken_for_it() -> None:
    assert plain("&amp;lt;i&amp;gt; &lt;i&gt;") == "&lt;i&gt; <i>"


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        (Shown(width=640, height=480, bytes=100_000), True),
        (Shown(), True),
        (Shown(width=5000, height=5000, bytes=1), True),
        (Shown(width=5001, height=5000, bytes=1), False),
        (Shown(width=2000, height=100, bytes=1), True),
        (Shown(width=2001, height=100, bytes=1), False),
        (Shown(width=10, height=10, bytes=PHOTO_BYTES + 1), False),
    ],
)
def test_what_sendphoto_refuses_is_known_beforehand(shown: Shown, fits: bool) -> None:
    assert shown.fits_photo is fits
