"""Every sentence has its translations, and is said in the language that an update asks for."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir

from bot import languages, menus, texts
from bot.languages import LANGUAGES, LOCALES, WRITTEN_IN, language_of, speaking

TRANSLATED = sorted(set(LANGUAGES) - {WRITTEN_IN})
TEXTS = Path(texts.__file__).parent
Message = tuple[str, str]


@cache
def said() -> frozenset[Message]:
    """Every message in bot/texts: singular and plural, the latter "" where there is none."""
    found = (message for _, _, message, _, _ in extract_from_dir(TEXTS))
    return frozenset((one, "") if isinstance(one, str) else (one[0], one[1]) for one in found)


@cache
def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALES / f"{language}.po"), encoding="utf-8")


def forms(entry: polib.POEntry) -> list[str]:
    """What an entry's message is translated to, in each grammatical number."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def markup(sentence: str) -> list[str]:
    """Placeholders, tags, entities and commands, which no translation may lose."""
    return sorted(re.findall(r"\{\w*\}|</?\w+>|&\w+;|(?<![\w<])/\w+", sentence))


def test_every_language_but_the_first_has_a_catalogue() -> None:
    assert sorted(path.stem for path in LOCALES.glob("*.po")) == TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_sentence_and_no_other(language: str) -> None:
    entries = [entry for entry in catalogue(language) if not entry.obsolete]
    assert {(entry.msgid, entry.msgid_plural) for entry in entries} == said()
    assert not catalogue(language).obsolete_entries()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_no_empty_or_doubtful_translation(language: str) -> None:
    assert not [entry.msgid for entry in catalogue(language) if entry.fuzzy or not all(forms(entry))]


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_placeholders_tags_and_commands(language: str) -> None:
    for entry in catalogue(language):
        written = [markup(entry.msgid), markup(entry.msgid_plural or entry.msgid)]
        assert all(markup(form) in written for form in forms(entry)), entry.msgid


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_as_many_forms_as_its_language_has_numbers(language: str) -> None:
    numbers = re.search(r"nplurals=(\d+)", catalogue(language).metadata["Plural-Forms"])
    assert numbers is not None
    plurals = [entry for entry in catalogue(language) if entry.msgid_plural]
    assert plurals and all(len(forms(entry)) == int(numbers[1]) for entry in plurals)


def test_each_number_has_its_form_in_each_language() -> None:
    counted = {language: [said_in(language, count) for count in (0, 1, 2)] for language in (WRITTEN_IN, "de")}
    assert counted["en"] == ["Ann – 0 photos", "Ann – 1 photo", "Ann – 2 photos"]
    assert counted["de"] == ["Ann – 0 Fotos", "Ann – 1 Foto", "Ann – 2 Fotos"]


def said_in(language: str, photos: int) -> str:
    with speaking(language):
        return texts.people.person_line("Ann", photos)


def test_a_language_nobody_translated_is_answered_in_english() -> None:
    with speaking("tlh"):
        assert texts.people.undone() == "Undone."


def test_a_sentence_a_catalogue_lacks_is_said_as_it_is_written() -> None:
    with speaking("de"):
        assert languages.gettext("Nobody translated this.") == "Nobody translated this."
        assert languages.ngettext("{n} cat", "{n} cats", 2) == "{n} cats"


def test_a_language_lasts_no_longer_than_its_context() -> None:
    with speaking("de"):
        with speaking("en"):
            assert texts.people.undone() == "Undone."
        assert texts.people.undone() == "Rückgängig gemacht."
    assert texts.people.undone() == "Undone."


@pytest.mark.parametrize(
    ("chat", "user", "spoken"),
    [
        (None, None, "en"),
        (None, "de", "de"),
        (None, "de-AT", "de"),
        (None, "fr", "en"),
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("fr", "de", "de"),
        ("", "DE", "de"),
    ],
)
def test_the_chats_own_language_comes_before_its_senders(
    chat: str | None, user: str | None, spoken: str
) -> None:
    assert language_of(chat, user) == spoken


async def test_each_task_speaks_its_own_language() -> None:
    async def say(language: str) -> str:
        with speaking(language):
            await asyncio.sleep(0)
            return texts.people.undone()

    spoken = await asyncio.gather(*map(say, ("de", "en")))
    assert spoken == ["Rückgängig gemacht.", "Undone."]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_command_of_a_menu_is_described_as_telegram_takes_it(language: str) -> None:
    with speaking(language):
        described = {texts.start.command(name) for name in (*menus.PRIVATE, *menus.GROUP)}
    assert all(1 <= len(words) <= 256 for words in described)
    assert len(described) == len({*menus.PRIVATE, *menus.GROUP})
