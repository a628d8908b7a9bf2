"""Forty photos in a minute: Telegram's rates hold, nothing is lost, and nobody else waits."""

from __future__ import annotations

import asyncio

import pytest_asyncio

from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import SandboxClient

PHOTOS = 40
PEOPLE = 4
IN_A_MINUTE = 20


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(strict: SandboxClient, polite: Glance) -> list[Person]:
    """Several people in a supergroup that knows Alice, and whose every photo the bot sees."""
    people = [await meet(strict, f"Person {number}") for number in range(PEOPLE)]
    people = await gather("Club", *people)
    chat_id = await strict.migrate(people[0].chat_id)
    for person in people:
        person.chat_id = chat_id
    await strict.set_membership(chat_id, "bot", "administrator")
    await people[0].enrols("Alice", pictures.portrait())
    return people


async def show_many(crowd: list[Person], caption: str = "") -> list[int]:
    """Everybody shows Alice's photo at once, again and again; the ids of the messages."""
    first = await crowd[0].shows(pictures.other_portraits()[0], caption)
    shown = [
        crowd[number % PEOPLE].shows(pictures.other_portraits()[0], caption) for number in range(1, PHOTOS)
    ]
    return [message["message_id"] for message in (first, *await asyncio.gather(*shown))]


async def statuses(strict: SandboxClient) -> set[int]:
    """What Telegram answered to all that was sent."""
    sends = [call for call in await strict.traffic() if call["method"].startswith(("send", "edit"))]
    return {call["status"] for call in sends}


def answered(glance: Glance, chat_id: int) -> list[int]:
    """The messages whose photos are answered, sent or not."""
    return [row[0] for row in glance.rows("SELECT message_id FROM answers WHERE chat_id = ?", chat_id)]


async def test_forty_tagged_photos_become_few_messages_that_name_all_of_them(
    strict: SandboxClient, polite: Glance, crowd: list[Person]
) -> None:
    await crowd[0].says("/tagging on")
    await crowd[0].hears("tagging is on")
    begun = len(await strict.history(crowd[0].chat_id))
    shown = await show_many(crowd)
    unsent = "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')"
    open_rows = "SELECT 1 FROM inbox WHERE state != 'done'"
    other = await meet(strict, "Somebody else")
    async with asyncio.timeout(120):
        while polite.rows(unsent) or polite.rows(open_rows):
            await other.answers_to()
    messages = (await strict.history(crowd[0].chat_id))[begun:]
    said = [message for message in messages if message["from"]["is_bot"]]
    assert sorted(answered(polite, crowd[0].chat_id)) == sorted(shown)
    assert sum(text_of(message).count("Alice") for message in said) == PHOTOS
    assert len(said) <= IN_A_MINUTE
    assert await statuses(strict) == {200}
    assert polite.spooled() == []


async def test_forty_questions_are_answered_one_by_one_and_nobody_else_waits(
    strict: SandboxClient, polite: Glance, crowd: list[Person]
) -> None:
    shown = await show_many(crowd, "/who")
    other = await meet(strict, "Somebody else")
    await other.says("/start")
    await other.hears("Hello", timeout_s=10)
    while len(answered(polite, crowd[0].chat_id)) < PHOTOS:
        await other.answers_to()
    assert sorted(answered(polite, crowd[0].chat_id)) == sorted(shown)
    waiting = polite.rows("SELECT 1 FROM outbox WHERE state = 'queued' AND chat_id = ?", crowd[0].chat_id)
    assert len(waiting) >= PHOTOS - IN_A_MINUTE
    assert await statuses(strict) == {200}
