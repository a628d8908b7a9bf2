"""What was used last is kept."""

from __future__ import annotations

from ml.recent import Recent


def spelt(recent: Recent[str, str], *words: str) -> list[str]:
    """Asks for each word by its lower case; returns those that had to be made."""
    made: list[str] = []

    def make(word: str) -> str:
        made.append(word)
        return word

    for word in words:
        assert recent.get(word.lower(), lambda word=word: make(word)) == word  # type: ignore[misc]
    return made


def test_what_is_kept_is_not_made_again() -> None:
    assert spelt(Recent(10, len), "A", "B", "A", "B") == ["A", "B"]


def test_what_was_not_used_for_longest_goes_first() -> None:
    assert spelt(Recent(2, len), "A", "B", "A", "C", "A", "B") == ["A", "B", "C", "B"]


def test_no_more_is_kept_than_the_limit_weighs() -> None:
    recent: Recent[str, str] = Recent(5, len)
    spelt(recent, "TWO", "OF", "THREE")
    assert recent.weight == 5


def test_what_is_too_heavy_by_itself_is_made_each_time() -> None:
    recent: Recent[str, str] = Recent(5, len)
    assert spelt(recent, "LONGEST", "LONGEST") == ["LONGEST", "LONGEST"]
    assert recent.weight == 0
