"""Consents and refusals: who agreed and to what, and the key that hides who did not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases import consent
from bot.usecases.consent import digest_of
from storage import chats, consents, links, pending, people
from storage.consents import NewConsent
from storage.errors import FilesUnavailable, NotFound
from storage.secret_key import KEY_BYTES, read_or_make
from tests.storage.rows import CHAT, NOW

KEY = bytes(range(32))


async def test_a_consent_says_who_gave_it_when_and_to_which_words(session: AsyncSession, alice: int) -> None:
    await consents.record(session, NewConsent(alice, "attested", 7, "v1"), NOW)
    (row,) = await consents.of_people(session, [alice])
    assert (row.kind, row.given_by, row.wording, row.given_at) == ("attested", 7, "v1", NOW)


async def test_the_same_consent_is_recorded_once(session: AsyncSession, alice: int) -> None:
    for wording, now in (("v1", NOW), ("v1", NOW + 9), ("v2", NOW + 10)):
        await consents.record(session, NewConsent(alice, "allowed", 7, wording), now)
    assert [(row.wording, row.given_at) for row in await consents.of_people(session, [alice])] == [
        ("v1", NOW),
        ("v2", NOW + 10),
    ]


async def test_a_no_holds_in_its_chat_alone_until_it_is_lifted(session: AsyncSession) -> None:
    await chats.seen(session, -200, "group", "Others", NOW)
    for _ in range(2):
        await consents.refuse(session, CHAT, "digest", NOW)
    assert await consents.refused(session, CHAT, "digest")
    assert not await consents.refused(session, -200, "digest")
    assert await consents.lift_refusal(session, CHAT, "digest")
    assert not await consents.has_refusals(session, CHAT)


def test_a_digest_is_the_same_for_one_user_under_one_key_only() -> None:
    assert digest_of(KEY, 7) == digest_of(KEY, 7)
    assert len({digest_of(KEY, 7), digest_of(KEY, 8), digest_of(KEY[::-1], 7)}) == 3
    assert digest_of(KEY, "@Dave") == digest_of(KEY, "@dave") != digest_of(KEY, "@ann")
    # By OpenSSL: printf 7 | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
    assert digest_of(KEY, 7) == "43c875c1027e0bb60b3c5e055d7245befa0322f45d7a0f86cfb578e79a5ce269"


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "refusals.key"
    key = read_or_make(file)
    assert read_or_make(file) == key
    assert len(key) == KEY_BYTES
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["refusals.key"]


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert read_or_make(tmp_path / "one") != read_or_make(tmp_path / "other")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FilesUnavailable, match=r"refusals\.key"):
        read_or_make(tmp_path / "nowhere" / "refusals.key")


async def test_a_username_that_said_no_is_remembered_for_a_while_without_it(
    session: AsyncSession, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, pending_face_s=60)
    await consent.remember_username(session, settings, CHAT, "Dave", NOW)
    assert await consent.username_refused(session, settings, CHAT, "DAVE", NOW + 59)
    assert not await consent.username_refused(session, settings, CHAT, "dave", NOW + 60)
    assert not await consent.username_refused(session, settings, CHAT, "ann", NOW)
    assert not await consent.username_refused(session, settings, -200, "dave", NOW)
    (row,) = await pending.of_kinds(session, (consent.REFUSED_USERNAME,))
    assert (row.user_id, list(row.data)) == (consent.NOBODY, ["digest"])


async def test_that_is_lifted_by_whoever_has_the_username(session: AsyncSession, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    for username in ("Dave", "Ann"):
        await consent.remember_username(session, settings, CHAT, username, NOW)
    await consent.lift_username(session, settings, CHAT, "dave")
    assert not await consent.username_refused(session, settings, CHAT, "dave", NOW)
    assert await consent.username_refused(session, settings, CHAT, "ann", NOW)


async def test_a_person_is_found_by_id_in_their_own_chat_while_they_live(
    session: AsyncSession, alice: int
) -> None:
    assert await links.get(session, CHAT, alice) == await links.find(session, CHAT, "Alice")
    assert await links.get(session, -200, alice) is None
    await people.forget(session, alice, NOW)
    assert await links.get(session, CHAT, alice) is None


async def test_a_person_is_linked_to_a_user_of_one_chat(session: AsyncSession, alice: int) -> None:
    await links.link(session, alice, 7, mention=True)
    await links.link(session, alice, 7, mention=None)
    found = await links.of_user(session, CHAT, 7)
    assert found == links.LinkRow(alice, "Alice", 7, mention=True, created_by=1)
    assert await links.of_user(session, -200, 7) is None


async def test_nobody_who_was_forgotten_is_linked(session: AsyncSession, alice: int) -> None:
    await people.forget(session, alice, NOW)
    with pytest.raises(NotFound):
        await links.link(session, alice, 7, mention=True)
    assert await links.find(session, CHAT, "Alice") is None
