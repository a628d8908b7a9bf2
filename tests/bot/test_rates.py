"""Telegram's rates, kept."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.rates import TelegramRates, Window, counted_as, is_counted

WAITS = st.lists(st.floats(0, 3), min_size=1, max_size=40)


@given(WAITS, st.integers(1, 5), st.floats(0.5, 5))
def test_a_window_lets_no_more_than_its_count_into_its_span(
    waits_s: list[float], count: int, span_s: float
) -> None:
    window, now, taken = Window(count, span_s), 0.0, []
    for wait_s in waits_s:
        now = window.ready_at(now + wait_s)
        window.take(now)
        taken.append(now)
    assert all(
        later - earlier >= span_s * 0.999 for earlier, later in zip(taken, taken[count:], strict=False)
    )


CALLS = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 3)), min_size=1, max_size=40)


@given(CALLS, st.integers(3, 20), st.floats(0.5, 5))
def test_a_window_counts_every_message_of_an_album(
    calls: list[tuple[float, int]], count: int, span_s: float
) -> None:
    window, now, taken = Window(count, span_s), 0.0, []
    for wait_s, messages in calls:
        now = window.ready_at(now + wait_s, messages)
        window.take(now, messages)
        taken += [now] * messages
    assert all(
        later - earlier >= span_s * 0.999 for earlier, later in zip(taken, taken[count:], strict=False)
    )


def test_an_album_larger_than_its_window_is_paid_for_afterwards() -> None:
    window = Window(1, 1.0)
    assert window.ready_at(0.0, 10) == 0.0
    window.take(0.0, 10)
    assert window.ready_at(0.5) == 10.0


def test_an_album_counts_once_for_each_item_and_an_edited_picture_once() -> None:
    album = [{"type": "photo", "media": f"attach://{number}"} for number in range(7)]
    assert counted_as({"chat_id": 1, "media": album}) == 7
    assert counted_as({"chat_id": 1, "media": album[0]}) == 1
    assert counted_as({"chat_id": 1, "text": "hello"}) == 1


def test_a_window_that_was_quiet_lets_calls_through_at_once() -> None:
    window = Window(2, 1.0)
    for now in (0.0, 0.0, 5.0, 5.0):
        assert window.ready_at(now) == now
        window.take(now)


@pytest.mark.parametrize(
    ("endpoint", "counted"),
    [
        ("sendMessage", True), ("sendPhoto", True), ("editMessageText", True), ("copyMessage", True),
        ("sendChatAction", False), ("getFile", False), ("answerCallbackQuery", False),
    ],
)  # fmt: skip
def test_messages_and_edits_are_counted_and_nothing_else(endpoint: str, counted: bool) -> None:
    assert is_counted(endpoint) is counted


async def call(rates: TelegramRates, chat_id: int, endpoint: str = "sendMessage") -> float:
    """Make a call; the loop's time when it went out."""

    async def out() -> float:
        return asyncio.get_running_loop().time()

    at: float = await rates.process_request(out, (), {}, endpoint, {"chat_id": chat_id}, None)
    return at


async def test_a_chat_gets_one_message_a_second_and_others_do_not_wait_for_it() -> None:
    rates = TelegramRates()
    first, second, other = await asyncio.gather(call(rates, 1), call(rates, 1), call(rates, 2))
    assert second - first >= 1.0
    assert other - first < 0.5


async def test_chat_actions_wait_for_nothing() -> None:
    rates = TelegramRates()
    times = [await call(rates, 1, "sendChatAction") for _ in range(50)]
    assert max(later - earlier for earlier, later in pairwise(times)) < 0.5


# python-telegram-bot warns whenever RetryAfter is read, unless its own environment variable is set.
@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_a_429_holds_its_chat_back_and_no_other() -> None:
    rates = TelegramRates()

    async def refused() -> Any:
        raise RetryAfter(1)

    with pytest.raises(RetryAfter):
        await rates.process_request(refused, (), {}, "sendMessage", {"chat_id": 1}, None)
    asked_at = asyncio.get_running_loop().time()
    held, other = await asyncio.gather(call(rates, 1), call(rates, 2))
    assert held - asked_at >= 0.9
    assert other - asked_at < 0.5
