"""Everybody is answered in the language of their Telegram, where the bot speaks it."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from bot.languages import LOCALES
from tests.scenarios.correcting import ANDY, ANNA, photos_of, side_by_side
from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import running_glance
from tests.support.sandbox import Json, SandboxClient, buttons

pytestmark = pytest.mark.usefixtures("glance")


def parts(sentences: list[str]) -> set[str]:
    """What stands between placeholders, tags and line breaks, where it is long enough to be told apart."""
    found = {part.strip() for sentence in sentences for part in re.split(r"\{\w*\}|<[^>]+>|\n", sentence)}
    return {part for part in found if len(part) > 12}


def english() -> set[str]:
    """What nobody should hear who speaks German."""
    catalogue = polib.pofile(str(LOCALES / "de.po"), encoding="utf-8")
    german = [form for entry in catalogue for form in (entry.msgstr, *entry.msgstr_plural.values())]
    return parts([text for entry in catalogue for text in (entry.msgid, entry.msgid_plural)]) - parts(german)


def read_in(event: Json) -> list[str]:
    """What an event gives people to read: a message with its buttons, or a pop-up."""
    if event["kind"] == "callback_answer":
        return [str(event.get("text", ""))]
    if event["kind"] not in ("message", "edit") or not event["from_bot"]:
        return []
    return [text_of(event["message"]), *(label for label, _ in buttons(event["message"]))]


async def english_heard_by(person: Person) -> list[str]:
    """What of all that the bot has said in a person's chat is English."""
    events = await person.sandbox.events(chat_id=person.chat_id)
    heard = [text for event in events for text in read_in(event)]
    return sorted(part for part in english() if any(part in text for text in heard))


async def test_a_german_is_answered_in_german(everybodys_sandbox: SandboxClient) -> None:
    eva = await meet(everybodys_sandbox, "Eva", "de-AT")
    await eva.says("/start")
    await eva.hears("Hallo!")
    await eva.shows(pictures.portrait(), "/enroll Alice")
    stored = await eva.hears("Alice: 1 Foto gespeichert")
    await eva.presses(stored, "Rückgängig")
    await eva.hears("Was ich aus diesem Foto hatte, ist gelöscht")


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


@pytest.mark.shared
async def test_a_german_hears_no_english_sentence(everybodys_sandbox: SandboxClient, shared: Path) -> None:
    eva = await meet(everybodys_sandbox, "Eva", "de")
    await eva.shows(pictures.portrait(), "/enroll Alice")
    await eva.hears("Alice: 1 Foto gespeichert")
    await eva.shows(side_by_side(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0]))
    answer = await eva.hears("Von links nach rechts")
    await eva.says("2 ist Carol", reply_to=answer["message_id"])
    await eva.presses(await eva.hears("eine mir unbekannte Person, Carol."), "Korrigieren")
    await eva.says("/settings")
    await eva.hears("Einstellungen dieses Chats")
    await eva.says("/privacy")
    await eva.hears("Was ich hier behalte")
    assert await english_heard_by(eva) == []


async def test_an_english_sentence_would_be_found(everybodys_sandbox: SandboxClient) -> None:
    ann = await meet(everybodys_sandbox, "Ann")
    await ann.says("/settings")
    await ann.hears("Settings of this chat")
    assert {"Settings of this chat", "How sure I must be"} <= set(await english_heard_by(ann))


async def test_every_menu_of_a_german_is_german(everybodys_sandbox: SandboxClient) -> None:
    eva = await meet(everybodys_sandbox, "Eva", "de")
    for said in ("/start", "/help", "/status", "/mydata", "/find", "/unknown", "/forgetme", "/merge", "2+2"):
        await eva.says(said)
        await eva.hears("")
    await eva.says("/settings")
    for setting in ("Wie sicher", "Antworten behalten", "Unbekannte merken", "Sprache"):
        await eva.presses(await eva.hears("Einstellungen"), setting)
        await eva.presses(await eva.hears(setting), "Zurück")
    assert await english_heard_by(eva) == []


async def test_an_owner_is_warned_in_the_language_of_their_chat(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    olga = await meet(sandbox, "Olga")
    settings = {"OWNER_IDS": olga.user_id, "DISK_CAP_MB": 10, "HOUSEKEEPING_S": 0.2}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **settings):
        await olga.says("/settings")
        await olga.presses(await olga.hears("Settings of this chat"), "Language")
        await olga.presses(await olga.hears("The language I answer in"), "Deutsch")
        await olga.hears("Einstellungen")
        (tmp_path / "data" / "filler").write_bytes(bytes(11 * 2**20))
        await olga.hears("Meine Daten belegen", "DISK_CAP_MB")
