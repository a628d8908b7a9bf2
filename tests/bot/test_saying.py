"""What a reply to an answer says."""

from __future__ import annotations

import pytest

from bot.usecases.saying import looks_like_a_name, name_in


@pytest.mark.parametrize(
    "text",
    [
        "2 is Carol",
        "2 Carol",
        "2: Carol",
        "2 - Carol",
        "2 = Carol",
        "2 -> Carol",
        "#2 Carol",
        "no. 2 is Carol",
        "Number 2 is Carol.",
        "Nr 2 ist Carol",
        "Nummer 2 ist Carol",
    ],
)
def test_a_number_and_a_name_are_read_in_many_forms(text: str) -> None:
    given = name_in(text)
    assert given is not None
    assert (given.name, given.number, given.photo, given.is_sure) == ("Carol", 2, None, True)


def test_an_albums_photo_comes_before_its_number() -> None:
    given = name_in("3.2 is Carol Smith")
    assert given is not None and (given.photo, given.number, given.name) == (3, 2, "Carol Smith")


@pytest.mark.parametrize("text", ["that's Carol", "No, this is Carol", "Das ist Carol", "she is Carol."])
def test_an_introduction_gives_the_name_alone(text: str) -> None:
    given = name_in(text)
    assert given is not None and (given.name, given.number, given.is_sure) == ("Carol", None, True)


@pytest.mark.parametrize("text", ["Carol", "Álîce Smith-Ω", "李雷", "Dr. Who", "2"])
def test_a_few_words_may_be_a_name(text: str) -> None:
    given = name_in(text)
    assert given is not None and given.name == text and not given.is_sure


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "Danke dir",
        "Who is that?",
        "this was a really lovely evening",
        "Nice one!",
        "so, Carol",
        "https://example.org",
        "/forget",
        "@carol",
        "",
        "C" * 65,
    ],
)
def test_talk_is_no_name(text: str) -> None:
    assert name_in(text) is None


@pytest.mark.parametrize("text", ["carol", "looking good", "Looking good", "42", "🙂"])
def test_nobody_new_is_called_by_words_in_small_letters(text: str) -> None:
    assert not looks_like_a_name(text)


@pytest.mark.parametrize("text", ["Carol", "Vincent van Gogh", "李雷", "Álîce", "محمد"])
def test_names_of_any_script_are_names(text: str) -> None:
    assert looks_like_a_name(text)
