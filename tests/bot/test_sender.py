"""The sender, on a real database; what it calls is a stand-in for the bot, at the seam it was given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.lifetimes import Stop
from bot.outbox import Outbox
from bot.rates import TelegramRates
from storage import chats, deletion, outbox, people, sending
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.outbox import Send

CHAT = 7
Answer = Callable[[str, dict[str, Any]], Any]


class Telegram:
    """Answers each call as it is told, and remembers it."""

    def __init__(self, answer: Answer = lambda method, payload: {"message_id": 1}) -> None:
        self.answer = answer
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def call(self, method: str, payload: dict[str, Any], read_timeout_s: float) -> Any:
        self.calls.append((method, payload))
        result = self.answer(method, payload)
        if isinstance(result, Exception):
            raise result
        return result


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'glance.db'}"
    await migrate(url)
    async with open_database(url) as opened:
        yield opened


async def put(database: Database, *sends: Send) -> None:
    async with database.begin() as session:
        for send in sends:
            await outbox.put(session, send, now=0.0)


def text(words: str, **more: Any) -> Send:
    return Send(CHAT, "sendMessage", {"chat_id": CHAT, "text": words}, **more)


async def send_all(
    database: Database, telegram: Telegram, rates: TelegramRates | None = None
) -> dict[str, int]:
    """Let everything out that is due; how many rows are in each state then."""
    sender = Outbox(
        database,
        Path("/nowhere"),
        retry_first_s=0.01,
        retry_max_s=0.01,
        give_up_s=1e12,
        caller=telegram,
        rates=rates,
    )
    async with asyncio.timeout(20), sender.running(Stop(), stop_s=10):
        sender.wake()
    async with database.read() as session:
        return await outbox.counts(session)


async def test_rows_of_a_chat_leave_in_their_order(database: Database) -> None:
    telegram = Telegram()
    await put(database, text("one"), text("two"), text("three"))
    assert await send_all(database, telegram) == {"sent": 3}
    assert [payload["text"] for _, payload in telegram.calls] == ["one", "two", "three"]


async def test_a_refusal_for_good_lets_the_next_one_out(database: Database) -> None:
    def answer(method: str, payload: dict[str, Any]) -> Any:
        return Forbidden("bot was blocked by the user") if payload["text"] == "one" else {"message_id": 2}

    await put(database, text("one"), text("two"))
    assert await send_all(database, Telegram(answer)) == {"failed": 1, "sent": 1}


async def test_who_shuts_us_out_has_been_left(database: Database) -> None:
    async with database.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", now=0.0)
    await put(database, text("hello"))
    await send_all(database, Telegram(lambda *_: Forbidden("bot was kicked from the group chat")))
    async with database.read() as session:
        chat = await chats.get(session, CHAT)
    assert chat is not None and chat.left_at is not None


async def test_an_unexpected_error_holds_up_nobody_and_sends_nothing_twice(database: Database) -> None:
    def answer(method: str, payload: dict[str, Any]) -> Any:
        return KeyError("a bug") if payload["text"] == "one" else {"message_id": 2}

    telegram = Telegram(answer)
    await put(database, text("one"), text("two"))
    assert await send_all(database, telegram) == {"failed": 1, "sent": 1}
    assert [payload["text"] for _, payload in telegram.calls] == ["one", "two"]


async def test_an_answer_we_do_not_understand_was_an_answer(database: Database) -> None:
    telegram = Telegram(lambda method, payload: {"message_id": 1, "photo": [{}]})
    await put(database, text("one"))
    await send_all(database, telegram)
    assert len(telegram.calls) == 1


@pytest.mark.parametrize(
    ("method", "payload"),
    [
        ("sendPhoto", {"photo": "handle", "caption": "Alice"}),
        ("sendDocument", {"document": "handle", "caption": "Alice"}),
        ("sendMediaGroup", {"media": [{"type": "photo", "media": "handle", "caption": "Alice"}]}),
    ],
)
async def test_the_words_arrive_though_the_picture_is_refused(
    database: Database, method: str, payload: dict[str, Any]
) -> None:
    def answer(method: str, payload: dict[str, Any]) -> Any:
        return {"message_id": 2} if method == "sendMessage" else BadRequest("wrong file identifier")

    telegram = Telegram(answer)
    await put(database, Send(CHAT, method, {"chat_id": CHAT, **payload}))
    assert await send_all(database, telegram) == {"failed": 1, "sent": 1}
    assert telegram.calls[-1] == ("sendMessage", {"chat_id": CHAT, "text": "Alice", "parse_mode": "HTML"})


async def test_what_did_not_get_through_is_repeated_until_it_does(database: Database) -> None:
    faults: list[TelegramError] = [NetworkError("no route"), NetworkError("502")]
    telegram = Telegram(lambda method, payload: faults.pop() if faults else {"message_id": 3})
    await put(database, text("one"))
    while (await send_all(database, telegram)).get("sent") != 1:
        assert len(telegram.calls) < 4
    assert len(telegram.calls) == 3


async def test_an_edit_that_waits_for_the_rates_makes_way_for_a_newer_one(database: Database) -> None:
    rates, telegram = TelegramRates(), Telegram()
    there = {"chat_id": CHAT}
    edits = [Send(CHAT, "editMessageText", {**there, "text": str(n)}, coalesce="p") for n in range(3)]
    first = ("editMessageText", {"text": "first"}, 1.0)
    await rates.process_request(telegram.call, first, {}, "editMessageText", there, None)
    await put(database, edits[0])
    sender = Outbox(database, Path("/nowhere"), 0.01, 0.01, 1e12, caller=telegram, rates=rates)
    async with sender.running(Stop(), stop_s=0.3):
        sender.wake()
    await put(database, *edits[1:])
    async with database.read() as session:
        assert await outbox.counts(session) == {"queued": 1}
    assert len(telegram.calls) == 1


async def test_what_is_withdrawn_while_its_picture_is_refused_is_not_said_in_words(
    database: Database, tmp_path: Path
) -> None:
    async with database.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", 0.0)
        alice = await people.add(session, CHAT, "Alice", by=1, now=0.0)
        photo = Send(CHAT, "sendPhoto", {"caption": "I see Alice"}, files={"photo": str(tmp_path / "gone")})
        await outbox.put(session, photo, now=0.0)
        (row,) = await sending.claim(session, limit=1, now=0.0, busy_chats=())
        await deletion.remove_people(session, [alice])
    sender = Outbox(database, tmp_path, retry_first_s=0.01, retry_max_s=0.01, give_up_s=1, caller=Telegram())
    await sender._send(row)
    async with database.read() as session:
        assert await outbox.counts(session) == {"failed": 1}
