"""What a person may be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.usecases.names import NAME_LIMIT, BadName, parse_name

KEPT = [
    "Álîce Smith-Ω",
    "👩‍🚀",
    "<b>",
    "李娜",
    "ليلى",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
]
REFUSED = {
    "": "empty",
    "  \t ": "empty",
    "x" * (NAME_LIMIT + 1): "too_long",
    "Alice\nSmith": "several_lines",
    "Ali\u202ece": "invisible",
    "\u200d": "invisible",
    "Alice\x00": "invisible",
    "@alice": "mention",
    "/alice": "command",
}


@pytest.mark.parametrize("name", KEPT)
def test_any_script_is_kept_exactly(name: str) -> None:
    assert parse_name(f"  {name} ") == name


@pytest.mark.parametrize(("name", "reason"), REFUSED.items())
def test_a_name_that_would_deceive_is_refused_for_a_reason(name: str, reason: str) -> None:
    with pytest.raises(BadName) as refusal:
        parse_name(name)
    assert refusal.value.reason == reason
    assert texts.enrolling.bad_name(refusal.value.reason)


@given(st.text())
def test_a_name_is_kept_as_it_is_or_refused(text: str) -> None:
    try:
        name = parse_name(text)
    except BadName as refusal:
        assert texts.enrolling.bad_name(refusal.reason)
    else:
        assert name == text.strip() and 0 < len(name) <= NAME_LIMIT
