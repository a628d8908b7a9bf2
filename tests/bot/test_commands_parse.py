"""What a command is, and which lane an update takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import FAST, WRITING, Command, lane_of, parse

NAMES = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=32)
WORDS = st.text(min_size=1).map(str.strip).filter(bool)


@given(NAMES, WORDS)
def test_what_follows_a_command_is_kept_exactly(name: str, words: str) -> None:
    assert parse(f"/{name} {words}") == Command(name, "", words)


@given(st.text())
def test_any_text_is_a_command_or_not_and_never_an_error(text: str) -> None:
    command = parse(text)
    assert command is None or text.startswith("/")


@pytest.mark.parametrize(
    "text", [None, "", "hello", "/", "/enroll-Alice", " /enroll", "//enroll", "/" + "x" * 33]
)
def test_what_telegram_would_not_call_a_command_is_none(text: str | None) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["/ENROLL Alice", "/Enroll\nAlice", "/enroll    Alice  "])
def test_case_and_space_do_not_matter(text: str) -> None:
    assert parse(text) == Command("enroll", "", "Alice")


@pytest.mark.parametrize(
    ("text", "is_ours"), [("/who", True), ("/who@Us_Bot", True), ("/who@them_bot", False)]
)
def test_a_command_may_say_which_bot_it_is_for(text: str, is_ours: bool) -> None:
    command = parse(text)
    assert command is not None and command.is_for("us_bot") is is_ours


def message(text: str, key: str = "text") -> dict[str, object]:
    return {"update_id": 1, "message": {key: text}}


@pytest.mark.parametrize("name", sorted(FAST))
def test_harmless_commands_pass_everything_by(name: str) -> None:
    assert lane_of(message(f"/{name}@us_bot"), "us_bot") == "fast"


@pytest.mark.parametrize("name", sorted(WRITING))
@pytest.mark.parametrize("key", ["text", "caption"])
def test_commands_that_change_something_keep_their_order(name: str, key: str) -> None:
    assert lane_of(message(f"/{name} Alice", key), "us_bot") == "write"


@pytest.mark.parametrize("update", [message("hello"), message("/people"), message("/enroll@them_bot Alice")])
def test_the_rest_waits_only_for_what_changes_something(update: dict[str, object]) -> None:
    assert lane_of(update, "us_bot") == "read"


def test_a_press_passes_everything_by_and_an_unknown_kind_keeps_its_order() -> None:
    assert lane_of({"update_id": 1, "callback_query": {}}, "us_bot") == "fast"
    assert lane_of({"update_id": 1, "my_chat_member": {}}, "us_bot") == "write"


def replying(text: str, username: str) -> dict[str, object]:
    replied_to = {"from": {"id": 1, "is_bot": True, "username": username}}
    return {"update_id": 1, "message": {"text": text, "reply_to_message": replied_to}}


def test_a_text_in_reply_to_us_may_correct_an_answer_and_keeps_its_order() -> None:
    assert lane_of(replying("Carol", "Us_Bot"), "us_bot") == "write"
    assert lane_of(replying("Carol", "them_bot"), "us_bot") == "read"
    assert lane_of(replying("/who", "us_bot"), "us_bot") == "read"


def test_a_text_to_us_alone_may_answer_a_question_and_keeps_its_order() -> None:
    private = {"update_id": 1, "message": {"text": "Carol", "chat": {"id": 1, "type": "private"}}}
    photo = {"update_id": 1, "message": {"photo": [], "chat": {"id": 1, "type": "private"}}}
    assert (lane_of(private, "us_bot"), lane_of(photo, "us_bot")) == ("write", "read")


@pytest.mark.parametrize("key", ["migrate_to_chat_id", "migrate_from_chat_id"])
def test_a_groups_new_id_is_learned_before_what_comes_after_it(key: str) -> None:
    assert lane_of({"update_id": 1, "message": {key: -100}}, "us_bot") == "write"
