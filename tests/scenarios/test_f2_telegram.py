"""F2: Telegram fails in every way it can, and every photo sent meanwhile is answered once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.scenarios.talking import Person
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import Json, SandboxClient

FAILURES = [
    ("500", "sendPhoto"),
    ("502", "sendPhoto"),
    ("drop_before", "sendPhoto"),
    ("429", "sendPhoto"),
    ("500", "sendChatAction"),
    ("500", "getFile"),
    ("drop_before", "getFile"),
    ("drop_before", "file"),
    ("500", "getUpdates"),
    ("drop_before", "getUpdates"),
    ("drop_after", "getUpdates"),
]


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def healed(everybodys_sandbox: SandboxClient) -> AsyncIterator[None]:
    """Whatever happens in a test, the next one meets a Telegram that works."""
    yield
    await everybodys_sandbox.clear_faults()


@pytest.mark.parametrize(("kind", "method"), FAILURES)
async def test_a_photo_is_answered_once_though_telegram_fails(ann: Person, kind: str, method: str) -> None:
    await ann.sandbox.fault(kind, method=method, count=2)
    photo = await ann.shows(pictures.portrait())
    await ann.hears("someone")
    await ann.sandbox.clear_faults()
    ((answer,),) = await ann.answers_to(photo)
    assert "someone I don't know" in answer


async def test_a_429_holds_back_its_own_chat_for_as_long_as_it_says_and_no_other(
    ann: Person, ben: Person
) -> None:
    await ann.sandbox.fault("429", method="sendMessage", chat_id=ann.chat_id, retry_after=3)
    await ann.says("/start")
    await ann.sandbox.wait_for_call("sendMessage", lambda call: is_to(call, ann) and not call["ok"])
    await ben.says("/start")
    await ben.hears("Hello")
    await ann.hears("Hello")
    refused, sent = [call for call in await ann.sandbox.traffic(method="sendMessage") if is_to(call, ann)]
    (to_ben,) = [call for call in await ann.sandbox.traffic(method="sendMessage") if is_to(call, ben)]
    assert to_ben["seq"] < sent["seq"]
    assert sent["time"] - refused["time"] >= 3


async def test_photos_sent_during_an_outage_are_each_answered_once(ann: Person, ben: Person) -> None:
    await ann.sandbox.fault("outage")
    photos = [await ann.shows(picture) for picture in (pictures.cat(), pictures.portrait())]
    other = await ben.shows(pictures.coffee())
    await ann.sandbox.clear_faults()
    assert [len(answers) for answers in await ann.answers_to(*photos)] == [1, 1]
    assert [len(answers) for answers in await ben.answers_to(other)] == [1]


async def test_an_outage_in_the_middle_of_the_work_loses_nothing(ann: Person) -> None:
    calls = await ann.sandbox.traffic(method="getFile")
    photo = await ann.shows(pictures.cat())
    await ann.sandbox.wait_for_call("getFile", after=calls[-1]["seq"] if calls else 0)
    await ann.sandbox.fault("outage", seconds=3)
    ((answer,),) = await ann.answers_to(photo)
    assert "cat" in answer


async def test_somebody_who_blocked_the_bot_is_not_written_to_for_ever(
    ann: Person, ben: Person, glance: Glance
) -> None:
    await ann.sandbox.block(ann.user_id)
    await ann.sandbox.push_update(update_from(await ben.says("/start"), ann))
    await ann.sandbox.wait_for_call("sendMessage", lambda call: is_to(call, ann))
    await ben.answers_to()
    calls = [call for call in await ann.sandbox.traffic(method="sendMessage") if is_to(call, ann)]
    assert [call["status"] for call in calls] == [403]
    rows = glance.rows("SELECT state, payload FROM outbox WHERE chat_id = ?", ann.chat_id)
    assert rows == [("failed", "{}")]


def is_to(call: Json, person: Person) -> bool:
    return bool(call["chat_id"] == person.chat_id)


def update_from(message: Json, person: Person) -> Json:
    """The same message as if this person had written it."""
    user = {"id": person.user_id, "is_bot": False, "first_name": "Ann"}
    chat = {"id": person.chat_id, "type": "private", "first_name": "Ann"}
    return {"message": {**message, "from": user, "chat": chat}}


async def test_a_reply_to_a_message_deleted_meanwhile_still_arrives(ann: Person) -> None:
    await ann.sandbox.fault("500", method="sendMessage", chat_id=ann.chat_id, count=2)
    question = await ann.says("/start")
    await ann.sandbox.wait_for_call("sendMessage", lambda call: is_to(call, ann))
    await ann.sandbox.delete(ann.chat_id, question["message_id"])
    assert "reply_to_message" not in await ann.hears("Hello")
