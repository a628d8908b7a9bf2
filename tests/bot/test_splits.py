"""Two names in one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.usecases.people import splits

WORDS = st.lists(st.text("abcäöü-'", min_size=1), min_size=2, max_size=6)


@pytest.mark.parametrize("text", ["Ann Lee -> Ann Gray", "Ann Lee→Ann Gray", "Ann Lee = Ann Gray"])
def test_an_arrow_says_where_one_name_ends(text: str) -> None:
    assert list(splits(text)) == [("Ann Lee", "Ann Gray")]


def test_without_an_arrow_every_space_may_be_the_border_the_longest_first_name_first() -> None:
    assert list(splits("Ann Lee Gray")) == [("Ann Lee", "Gray"), ("Ann", "Lee Gray")]


@pytest.mark.parametrize("text", ["", "Ann", "   "])
def test_fewer_than_two_words_are_not_two_names(text: str) -> None:
    assert list(splits(text)) == []


@given(WORDS)
def test_every_split_holds_all_the_words(words: list[str]) -> None:
    found = list(splits(" ".join(words)))
    assert len(found) == len(words) - 1
    assert all(f"{first} {second}".split() == words for first, second in found)
