"""Failures on demand, as a bot meets them."""

from __future__ import annotations

import asyncio
import time

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError

from tests.support.sandbox import ANN, BEN, SandboxClient


async def texts(sandbox: SandboxClient, chat_id: int) -> list[str]:
    return [message["text"] for message in await sandbox.history(chat_id)]


# python-telegram-bot warns whenever it raises RetryAfter, unless its own environment variable is set.
@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_429_tells_how_long_to_wait_and_sends_nothing(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.fault("429", method="sendMessage", retry_after=7)
    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(ANN, "too fast")
    assert int(refusal.value._retry_after.total_seconds()) == 7
    assert "too fast" not in await texts(sandbox, ANN)


@pytest.mark.parametrize("kind", ["500", "502"])
async def test_server_errors_happen_as_often_as_asked(sandbox: SandboxClient, bot: Bot, kind: str) -> None:
    await sandbox.fault(kind, method="sendMessage", count=2)
    for _ in range(2):
        with pytest.raises(TelegramError):
            await bot.send_message(ANN, "lost")
    await bot.send_message(ANN, "arrived")
    assert await texts(sandbox, ANN) == ["/start", "arrived"]


async def test_a_connection_dropped_before_loses_the_message(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.fault("drop_before", method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "lost")
    assert await texts(sandbox, ANN) == ["/start"]


async def test_a_connection_dropped_after_loses_only_the_answer(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.fault("drop_after", method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "arrived all the same")
    assert await texts(sandbox, ANN) == ["/start", "arrived all the same"]


async def test_a_failure_may_be_for_one_chat_only(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.fault("500", chat_id=BEN, count=None)
    await bot.send_message(ANN, "fine")
    with pytest.raises(TelegramError):
        await bot.send_message(BEN, "lost")
    await sandbox.clear_faults()
    await bot.send_message(BEN, "fine")
    assert await texts(sandbox, BEN) == ["/start", "fine"]


async def test_a_slow_call_is_held_back(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.fault("slow", method="sendMessage", seconds=0.5)
    started_at = time.monotonic()
    await bot.send_message(ANN, "slowly")
    assert time.monotonic() - started_at >= 0.5


async def test_without_seconds_it_is_held_until_the_faults_are_cleared(
    sandbox: SandboxClient, bot: Bot
) -> None:
    await sandbox.fault("slow", method="sendMessage")
    sending = asyncio.ensure_future(bot.send_message(ANN, "slowly"))
    await sandbox.until_taken()
    await bot.send_message(ANN, "at once")
    await sandbox.clear_faults()
    await sending
    assert await texts(sandbox, ANN) == ["/start", "at once", "slowly"]


async def test_an_outage_cuts_the_poll_under_way_and_lasts_until_cleared(
    sandbox: SandboxClient, bot: Bot
) -> None:
    poll = asyncio.ensure_future(bot.get_updates(offset=2**40, timeout=30))
    await sandbox.wait_until_polling()
    await sandbox.fault("outage")
    for call in (poll, bot.get_me(), bot.get_me()):
        with pytest.raises(NetworkError):
            await call
    await sandbox.clear_faults()
    assert (await bot.get_me()).is_bot


async def test_the_traffic_log_tells_what_was_called_and_what_came_of_it(
    sandbox: SandboxClient, bot: Bot
) -> None:
    await sandbox.fault("drop_after", method="sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "hello")
    (call,) = await sandbox.traffic(method="sendMessage")
    assert (call["parameters"]["text"], call["fault"], call["ok"]) == ("hello", "drop_after", True)


async def test_an_unknown_kind_of_failure_is_refused(sandbox: SandboxClient) -> None:
    response = await sandbox.http.post("/sandbox/faults", json={"kind": "meteor"})
    assert response.status_code == 400 and "meteor" in response.json()["error"]
