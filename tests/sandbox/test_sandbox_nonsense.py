"""Requests that make no sense are refused, never answered with a crash."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.entities import find_entities
from bot.sandbox.errors import ApiError
from bot.sandbox.markup import parse_html
from bot.sandbox.methods import METHODS
from tests.support.sandbox import ANN, FAMILY, running_sandbox

NAMES = (
    "chat_id", "text", "caption", "entities", "caption_entities", "reply_markup", "reply_parameters", "media",
    "photo", "document", "message_id", "message_thread_id", "reaction", "commands", "scope", "action",
    "file_id", "user_id", "from_chat_id", "callback_query_id", "parse_mode", "allowed_updates", "limit",
    "offset",
)  # fmt: skip
NONSENSE: tuple[Any, ...] = (
    None, "", "x", -1, 2**63, 1.5, True, [], {}, [1], ["x"], [[]], [{}], {"type": []}, [{"type": "bold"}],
    {"inline_keyboard": [[{}]]}, {"inline_keyboard": 3}, "--5", "[", ANN, FAMILY,
)  # fmt: skip


async def test_no_method_crashes_on_parameters_of_the_wrong_kind() -> None:
    async with running_sandbox("--no-rates") as sandbox:
        await sandbox.send_text(ANN, "/start")
        for method in METHODS:
            for number, value in enumerate(NONSENSE):
                fine = {"chat_id": ANN, "message_id": 1}
                body = dict.fromkeys(NAMES, value) | (fine if number % 2 else {})
                response = await sandbox.http.post(f"/bot{sandbox.token}/{method}", json=body)
                assert response.status_code < 500, (method, value, response.text)
                assert "ok" in response.json()


@given(st.text(alphabet=st.sampled_from("<>/&;bia =\"'x🙂é\n")))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_parsed_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except ApiError as refusal:
        assert refusal.description.startswith("Bad Request: can't parse entities")
        return
    assert text == text.strip()
    length = len(text.encode("utf-16-le")) // 2
    assert all(0 <= entity["offset"] < entity["offset"] + entity["length"] <= length for entity in entities)


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_entities_are_found_in_any_text_and_in_order(text: str) -> None:
    offsets = [entity["offset"] for entity in find_entities(text, [])]
    assert offsets == sorted(offsets)
