"""Edits of old answers under Telegram's rates: they hold up nobody, and leave no pictures behind."""

from __future__ import annotations

import asyncio

from tests.scenarios.correcting import SOMEONE
from tests.scenarios.talking import Person, gather, meet
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import SandboxClient

UNSENT = "SELECT 1 FROM outbox WHERE state IN ('queued', 'sending')"
EDIT_WAITS = "SELECT 1 FROM outbox WHERE state = 'queued' AND method LIKE 'edit%' AND files != '{}'"


async def until(glance: Glance, other: Person, query: str, *, found: bool) -> None:
    """Wait until a query finds something, or nothing any more; somebody else's turns pass the time."""
    async with asyncio.timeout(60):
        while bool(glance.rows(query)) != found:
            await other.answers_to()


async def test_an_answer_goes_before_the_edits_of_old_ones_that_wait(
    strict: SandboxClient, polite: Glance
) -> None:
    other = await meet(strict, "Ben")
    (ann,) = await gather("Club", await meet(strict, "Ann"))
    for photo in pictures.other_portraits():
        await ann.shows(photo, "/who")
        await ann.hears(SOMEONE)
    await ann.enrols("Alice", pictures.portrait())
    await ann.hears("I see Alice")
    await until(polite, other, EDIT_WAITS, found=True)
    await ann.says("/who")
    await ann.hears("reply to a photo")
    events = await strict.events(chat_id=ann.chat_id)
    assert [event["kind"] for event in events].count("edit") == 1
    for _ in range(2):
        await ann.hears("I see Alice")


async def test_the_picture_of_an_edit_that_a_newer_one_replaced_is_deleted(
    strict: SandboxClient, polite: Glance
) -> None:
    ann, other = await meet(strict, "Ann"), await meet(strict, "Ben")
    await ann.shows(pictures.portrait())
    answer = await ann.hears(SOMEONE)
    await ann.says("Alice", reply_to=answer["message_id"])
    await ann.hears("I see Alice")
    await ann.says("Bella", reply_to=answer["message_id"])
    await until(polite, other, EDIT_WAITS, found=True)
    await ann.says("Carol", reply_to=answer["message_id"])
    await ann.hears("I see Carol")
    await until(polite, other, UNSENT, found=False)
    assert polite.spooled() == []
