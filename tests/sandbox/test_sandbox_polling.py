"""getUpdates: confirmed by offsets, waited for, one poller at a time."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Bot
from telegram.error import Conflict

from tests.sandbox.conftest import bot_of
from tests.support.sandbox import ANN, SandboxClient


async def test_an_update_comes_again_until_it_is_confirmed(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.send_text(ANN, "one")
    first = (await bot.get_updates(offset=-1))[0]
    again = (await bot.get_updates(offset=first.update_id))[0]
    assert again.update_id == first.update_id
    assert await bot.get_updates(offset=first.update_id + 1) == ()


async def test_update_ids_rise_by_one(sandbox: SandboxClient, bot: Bot) -> None:
    last = (await bot.get_updates(offset=-1))[0].update_id
    for text in ("one", "two", "three"):
        await sandbox.send_text(ANN, text)
    updates = await bot.get_updates(offset=last + 1)
    assert [update.update_id - last for update in updates] == [1, 2, 3]


async def test_a_poll_waits_for_what_comes(sandbox: SandboxClient, bot: Bot) -> None:
    last = (await bot.get_updates(offset=-1))[0].update_id
    poll = asyncio.ensure_future(bot.get_updates(offset=last + 1, timeout=30))
    await sandbox.wait_until_polling()
    await sandbox.send_text(ANN, "at last")
    (update,) = await poll
    assert update.message and update.message.text == "at last"


async def test_only_the_allowed_kinds_of_updates_are_queued(sandbox: SandboxClient, bot: Bot) -> None:
    last = (await bot.get_updates(offset=-1, allowed_updates=["edited_message"]))[0].update_id
    message = await sandbox.send_text(ANN, "first")
    await sandbox.edit(ANN, message["message_id"], "second")
    (update,) = await bot.get_updates(offset=last + 1)
    assert update.edited_message and update.edited_message.text == "second"


async def test_a_second_poller_ends_the_first_ones_poll(sandbox: SandboxClient, bot: Bot) -> None:
    last = (await bot.get_updates(offset=-1))[0].update_id
    first = asyncio.ensure_future(bot.get_updates(offset=last + 1, timeout=30))
    await sandbox.wait_until_polling()
    async with bot_of(sandbox) as second:
        await second.get_updates(offset=last + 1)
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_a_bot_that_hangs_up_is_no_longer_polling(sandbox: SandboxClient) -> None:
    async with bot_of(sandbox) as bot:
        poll = asyncio.ensure_future(bot.get_updates(timeout=30))
        await sandbox.wait_until_polling()
        poll.cancel()
        await asyncio.wait((poll,))
    event = await sandbox.wait_for(lambda event: event.get("polling") is False, timeout_s=10)
    assert event["kind"] == "polling"


async def test_any_json_can_be_handed_over_as_an_update(sandbox: SandboxClient) -> None:
    update_id = await sandbox.push_update({"poll_answer": {"odd": True}})
    response = await sandbox.http.get(f"/bot{sandbox.token}/getUpdates")
    assert response.json()["result"] == [{"poll_answer": {"odd": True}, "update_id": update_id}]
