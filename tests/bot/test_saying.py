"""What a reply to an answer says."""

from __future__ import annotations

import pytest

from bot.usecases.saying import Circumstances, Verdict, looks_like_a_name, name_in, verdict

# What phones make of talk: it begins with a capital letter, and some of it with a number.
TALK = [
    "Beautiful",
    "Sorry",
    "Amazing Photo",
    "Happy Birthday",
    "Oh Gott",
    "5 Euro",
    "10 years",
    "1 - 0",
    "He's drunk",
    "That is funny",
    "Das ist toll",
]


def follows(text: str, *, private: bool = False, meant: int = 1, known: bool = False) -> Verdict:
    """What follows from a reply to an answer; `meant`: how many faces it may be about."""
    given = name_in(text)
    at = Circumstances(is_private=private, meant=meant, is_known=known)
    return verdict(given, at) if given is not None else "talk"


@pytest.mark.parametrize(
    "text",
    [
        "2 is Carol",
        "2: Carol",
        "2 = Carol",
        "2 -> Carol",
        "no. 2 is Carol",
        "Number 2 is Carol.",
        "Nr 2 ist Carol",
        "Nummer 2 ist Carol",
    ],
)
def test_a_number_and_a_name_are_read_in_many_forms(text: str) -> None:
    given = name_in(text)
    assert given is not None
    assert (given.name, given.number, given.photo, given.is_explicit) == ("Carol", 2, None, True)


@pytest.mark.parametrize("text", ["2 Carol", "2 - Carol", "#2 Carol", "2 – Carol"])
def test_a_number_beside_a_name_is_less_explicit(text: str) -> None:
    given = name_in(text)
    assert given is not None
    assert (given.name, given.number, given.is_explicit) == ("Carol", 2, False)


def test_an_albums_photo_comes_before_its_number() -> None:
    given = name_in("3.2 is Carol Smith")
    assert given is not None and (given.photo, given.number, given.name) == (3, 2, "Carol Smith")


@pytest.mark.parametrize("text", ["that's Carol", "No, this is Carol", "Das ist Carol", "she is Carol."])
def test_an_introduction_gives_the_name_alone(text: str) -> None:
    given = name_in(text)
    assert given is not None and (given.name, given.number, given.is_explicit) == ("Carol", None, False)


@pytest.mark.parametrize("text", ["Carol", "Álîce Smith-Ω", "李雷", "Dr. Who", "2"])
def test_a_few_words_may_be_a_name(text: str) -> None:
    given = name_in(text)
    assert given is not None and given.name == text and not given.is_explicit


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
        "2 is wrong",
        "that is great",
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


@pytest.mark.parametrize("text", TALK)
def test_talk_in_a_group_makes_nobody_a_person(text: str) -> None:
    assert follows(text) in {"talk", "ask"}


@pytest.mark.parametrize(
    "text", ["5 Euro", "10 years", "1 - 0", "He's drunk", "That is funny", "Das ist toll"]
)
def test_talk_that_looks_like_no_name_is_not_even_asked_about_in_a_group(text: str) -> None:
    assert follows(text) == "talk"


@pytest.mark.parametrize("text", ["10 years", "1 - 0", "He's drunk", "That is funny", "Das ist toll", "42"])
def test_what_looks_like_no_name_makes_nobody_a_person_in_a_private_chat(text: str) -> None:
    assert follows(text, private=True) == "talk"


@pytest.mark.parametrize("text", ["Beautiful", "That is Carol", "das ist Carol", "李雷"])
def test_a_word_that_is_nobody_is_asked_about_in_a_group_alone(text: str) -> None:
    assert follows(text) == "ask"
    assert follows(text, private=True) == "call"


@pytest.mark.parametrize("text", ["carol", "Carol", "that is carol", "2 carol", "2 - Carol", "2 is carol"])
def test_a_reply_that_names_somebody_known_acts_at_once(text: str) -> None:
    assert follows(text, known=True) == "call"


@pytest.mark.parametrize("text", ["2 is Carol", "2 ist Carol", "2: Carol", "2 = Carol"])
def test_a_number_that_is_said_to_be_somebody_acts_at_once(text: str) -> None:
    assert follows(text) == "call"
    assert follows(text, meant=0) == "no_such_number"


def test_a_number_beside_a_new_name_is_enough_in_a_private_chat_where_that_face_is() -> None:
    assert follows("2 Carol", private=True) == "call"
    assert follows("2 Carol") == "talk"
    assert follows("5 Euro", private=True, meant=0) == "talk"
    assert follows("5 Carol", known=True, meant=0) == "talk"


@pytest.mark.parametrize(("private", "known"), [(True, False), (False, True), (False, False)])
def test_of_several_faces_one_has_to_be_pointed_at(private: bool, known: bool) -> None:
    assert follows("Carol", private=private, known=known, meant=2) == "which"
