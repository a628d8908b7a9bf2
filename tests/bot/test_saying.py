"""What a reply to an answer says."""

from __future__ import annotations

import pytest

from bot.usecases.saying import (
    Circumstances,
    Verdict,
    answer_in,
    looks_like_a_name,
    name_in,
    names_in,
    together,
    verdict,
)

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


def pairs(text: str) -> list[tuple[int | None, str]]:
    return [(one.number, one.name) for one in names_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "1 is Angie, 2 is Carol",
        "1 is Angie,2 is Carol.",
        "1 is Angie; 2 is Carol",
        "1: Angie; 2: Carol",
        "1 = Angie\n2 = Carol",
        "1 is Angie\n2 is Carol\n",
        "1 is Angie and 2 is Carol",
        "1 is Angie, and 2 is Carol",
        "1 is Angie. 2 is Carol.",
        "No. 1 is Angie, no. 2 is Carol",
        "1 ist Angie, 2 ist Carol",
        "Nr. 1 ist Angie und Nr. 2 ist Carol",
        "1 is Angie 2 is Carol",
        "1 is Angie, 2 Carol",
        "1 Angie, 2 Carol",
        "1 Angie 2 Carol",
        "1. Angie\n2. Carol",
        "1) Angie 2) Carol",
        "1 - Angie, 2 - Carol",
        "1：Angie，2：Carol",
    ],
)
def test_several_faces_are_named_in_one_reply(text: str) -> None:
    assert pairs(text) == [(1, "Angie"), (2, "Carol")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1 is Is, 2 is Isis", ["Is", "Isis"]),
        ("1 is Ann Is, 2 is Bob", ["Ann Is", "Bob"]),
        ("1 is Sammy Davis, Jr., 2 is Carol", ["Sammy Davis, Jr", "Carol"]),
        ("1 is R2D2, 2 is Agent 47", ["R2D2", "Agent 47"]),
        ("1 is R2D2 2 is C3PO", ["R2D2", "C3PO"]),
        ("1 Agent 47, 2 Carol", ["Agent 47", "Carol"]),
        ("1 is Simon and Paul, 2 is Anderson", ["Simon and Paul", "Anderson"]),
        ("1 is 李雷, 2 is محمد", ["李雷", "محمد"]),
        ("1 ist Álîce Smith-Ω; 2 ist Zoë", ["Álîce Smith-Ω", "Zoë"]),
        ("1 is 👩‍🚀 Eileen, 2 is <b>Bob</b>", ["👩‍🚀 Eileen", "<b>Bob</b>"]),
    ],
)
def test_names_of_several_may_look_like_what_is_between_them(text: str, names: list[str]) -> None:
    assert pairs(text) == list(enumerate(names, start=1))


def test_more_than_two_and_photos_of_an_album_are_read() -> None:
    given = names_in("1.2 is Ann, 2.1 is Bob and 3/1 is Carol")
    assert [(one.photo, one.number, one.name) for one in given] == [
        (1, 2, "Ann"),
        (2, 1, "Bob"),
        (3, 1, "Carol"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1 is Angie, 1 is Carol",
        "1 Louis 14 2 Carol",
        "1 is Angie, 2 is wrong",
        "1 is Angie, 2 is Carol, I think",
        "1 is Angie, 2 is what a lovely evening that was",
        "1 Angie and 2 ok",
        "5 Euro, 3 Cent!",
        "1 is Angie, Carol",
        "Angie, 2 is Carol",
    ],
)
def test_what_is_ambiguous_names_nobody(text: str) -> None:
    assert names_in(text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1 is Agent 47 Smith", "Agent 47 Smith"),
        ("2 is Carol", "Carol"),
        ("Simon and Paul", "Simon and Paul"),
    ],
)
def test_one_name_stays_one(text: str, name: str) -> None:
    (given,) = names_in(text)
    assert given.name == name


@pytest.mark.parametrize(
    ("verdicts", "follows"),
    [
        (["call", "call"], "call"),
        (["call", "no_such_number"], "no_such_number"),
        (["call", "which"], "which"),
        (["no_such_number", "talk"], "talk"),
    ],
)
def test_of_several_all_is_done_or_nothing(verdicts: list[Verdict], follows: Verdict) -> None:
    assert together(verdicts) == follows


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Carol", "Carol"),
        ("2 is Carol", "Carol"),
        ("That is Carol.", "Carol"),
        ("2 Chainz", "2 Chainz"),
        ("Nice", "Nice"),
    ],
)
def test_the_answer_to_what_somebody_is_called_is_a_name_or_a_sentence_with_one(text: str, name: str) -> None:
    assert answer_in(text) == name
