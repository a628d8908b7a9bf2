"""Forty photos in a minute: Telegram's rates hold, nothing is lost, and nobody else waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio

from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import Json, SandboxClient

Show = Callable[[list[Person]], Awaitable[list[int]]]

PHOTOS = 40
PEOPLE = 4
IN_AN_ALBUM = 5
IN_A_MINUTE = 20


@pytest_asyncio.fixture(loop_scope="session", params=["supergroup"])
async def crowd(request: pytest.FixtureRequest, strict: SandboxClient, polite: Glance) -> list[Person]:
    """Several people in a group or supergroup that knows Alice, and whose every photo the bot sees."""
    people = [await meet(strict, f"Person {number}") for number in range(PEOPLE)]
    people = await gather("Club", *people)
    chat_id = people[0].chat_id if request.param == "group" else await strict.migrate(people[0].chat_id)
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
    said = "SELECT message_id FROM answers WHERE chat_id = ? AND reply_id IS NOT NULL"
    return [row[0] for row in glance.rows(said, chat_id)]


async def show_albums(crowd: list[Person]) -> list[int]:
    """The same in albums."""
    album = [pictures.other_portraits()[0]] * IN_AN_ALBUM
    shown = [crowd[number % PEOPLE].shows_album(*album) for number in range(PHOTOS // IN_AN_ALBUM)]
    return [message["message_id"] for messages in await asyncio.gather(*shown) for message in messages]


async def tagged(glance: Glance, crowd: list[Person], show: Show) -> list[Json]:
    """What a group with tagging on hears about the photos it is shown, once all of it is said."""
    await crowd[0].says("/tagging on")
    await crowd[0].hears("tagging is on")
    sandbox, chat_id = crowd[0].sandbox, crowd[0].chat_id
    begun = len(await sandbox.history(chat_id))
    shown = await show(crowd)
    unsent = "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')"
    open_rows = "SELECT 1 FROM inbox WHERE state != 'done'"
    other = await meet(sandbox, "Somebody else")
    async with asyncio.timeout(120):
        # First of all until the bot has taken in what was sent.
        await other.answers_to()
        while glance.rows(unsent) or glance.rows(open_rows):
            await other.answers_to()
    assert sorted(answered(glance, chat_id)) == sorted(shown)
    return [message for message in (await sandbox.history(chat_id))[begun:] if message["from"]["is_bot"]]


@pytest.mark.parametrize(
    ("crowd", "show"),
    [("group", show_many), ("supergroup", show_many), ("group", show_albums)],
    indirect=["crowd"],
)
async def test_forty_tagged_photos_become_few_messages_that_name_all_of_them(
    strict: SandboxClient, polite: Glance, crowd: list[Person], show: Show
) -> None:
    said = await tagged(polite, crowd, show)
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
