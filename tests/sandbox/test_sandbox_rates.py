"""Sending rates, as Telegram's FAQ has them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from telegram.error import RetryAfter

from bot.sandbox.errors import ApiError
from bot.sandbox.rates import Rates
from tests.sandbox.conftest import bot_of
from tests.support.sandbox import ANN, running_sandbox

PERSON, GROUP = 1001, -5001


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def sent_until_refused(charge: Callable[[], None]) -> tuple[int, int]:
    """How many calls went through, and the seconds to wait that the next one was told."""
    for count in range(1000):
        try:
            charge()
        except ApiError as error:
            return count, error.parameters["retry_after"]
    raise AssertionError("nothing was ever refused")


def test_a_private_chat_takes_three_at_once_and_then_one_a_second() -> None:
    clock = Clock()
    rates = Rates(enabled=True, clock=clock)
    assert sent_until_refused(lambda: rates.charge(PERSON)) == (3, 1)
    clock.now += 1
    assert sent_until_refused(lambda: rates.charge(PERSON)) == (1, 1)


def test_a_group_takes_twenty_a_minute() -> None:
    clock = Clock()
    rates = Rates(enabled=True, clock=clock)
    assert sent_until_refused(lambda: rates.charge(GROUP)) == (20, 3)
    clock.now += 60
    assert sent_until_refused(lambda: rates.charge(GROUP)) == (20, 3)


def test_all_chats_together_take_thirty_a_second() -> None:
    rates = Rates(enabled=True, clock=Clock())
    people = iter(range(1, 1000))
    assert sent_until_refused(lambda: rates.charge(next(people))) == (30, 1)


def test_an_album_counts_each_of_its_photos() -> None:
    rates = Rates(enabled=True, clock=Clock())
    assert sent_until_refused(lambda: rates.charge(GROUP, messages=10)) == (2, 3)


# python-telegram-bot warns whenever it raises RetryAfter, unless its own environment variable is set.
@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_edits_count_and_chat_actions_do_not() -> None:
    async with running_sandbox() as sandbox, bot_of(sandbox) as bot:
        await sandbox.send_text(ANN, "/start")
        message = await bot.send_message(ANN, "0")
        for _ in range(5):
            await bot.send_chat_action(ANN, "typing")
        with pytest.raises(RetryAfter):
            for number in range(1, 4):
                await message.edit_text(str(number))
