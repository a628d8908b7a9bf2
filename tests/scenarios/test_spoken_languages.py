"""Everybody is answered in the language of their Telegram, where the bot speaks it."""

from __future__ import annotations

import pytest

from tests.scenarios.talking import gather, meet
from tests.support import pictures
from tests.support.sandbox import SandboxClient

pytestmark = pytest.mark.usefixtures("glance")


async def test_a_german_is_answered_in_german(everybodys_sandbox: SandboxClient) -> None:
    eva = await meet(everybodys_sandbox, "Eva", "de-AT")
    await eva.says("/start")
    await eva.hears("Hallo!")
    await eva.shows(pictures.portrait(), "/enroll Alice")
    stored = await eva.hears("Alice: 1 Foto gespeichert")
    await eva.presses(stored, "Rückgängig")
    await eva.hears("Das Foto ist gelöscht")


async def test_a_language_the_bot_lacks_is_answered_in_english(everybodys_sandbox: SandboxClient) -> None:
    lea = await meet(everybodys_sandbox, "Léa", "fr")
    await lea.says("/start")
    await lea.hears("Hello!")


async def test_what_goes_wrong_is_told_in_the_senders_language(everybodys_sandbox: SandboxClient) -> None:
    eva = await meet(everybodys_sandbox, "Eva", "de")
    await eva.says("/rename Nobody Somebody")
    await eva.hears("Ich kenne hier niemanden")


async def test_two_in_a_group_are_each_answered_in_their_own(everybodys_sandbox: SandboxClient) -> None:
    ann, eva = await gather(
        "Both", await meet(everybodys_sandbox, "Ann"), await meet(everybodys_sandbox, "Eva", "de")
    )
    await ann.says("/people")
    await ann.hears("I know nobody")
    await eva.says("/people")
    await eva.hears("Ich kenne in diesem Chat noch niemanden")
