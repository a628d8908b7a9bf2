"""Grants and invitations, quotas, and notes."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage import access, notes, usage
from tests.storage.rows import CHAT, NOW

LIMITS = {"user:1": 2, f"chat:{CHAT}": 3}


async def test_a_grant_to_the_user_or_the_chat_is_enough(session: AsyncSession) -> None:
    await access.grant(session, CHAT, by=9, now=NOW)
    assert await access.granted(session, [1, CHAT])
    assert not await access.granted(session, [1, 2])
    assert not await access.granted(session, [])


async def test_who_is_let_in_twice_stays_in(session: AsyncSession) -> None:
    await access.grant(session, 1, by=9, now=NOW)
    await access.grant(session, 1, by=8, now=NOW + 1)
    assert await access.granted(session, [1])


async def test_an_invitation_lets_one_in_once(session: AsyncSession) -> None:
    token = await access.invite(session, by=9, expires_at=NOW + 60)
    assert await access.redeem(session, token, 1, NOW)
    assert not await access.redeem(session, token, 2, NOW)
    assert await access.granted(session, [1])
    assert not await access.granted(session, [2])


async def test_an_expired_invitation_lets_nobody_in(session: AsyncSession) -> None:
    token = await access.invite(session, by=9, expires_at=NOW + 60)
    assert not await access.redeem(session, token, 1, NOW + 60)
    assert await access.purge(session, NOW + 61) == 1


async def test_a_token_fits_a_deep_link(session: AsyncSession) -> None:
    token = await access.invite(session, by=9, expires_at=NOW)
    assert len(token) <= 64
    assert token.replace("-", "").replace("_", "").isalnum()


async def test_a_quota_names_the_subject_that_used_it_up(session: AsyncSession) -> None:
    await usage.count(session, LIMITS, day=1, photos=1)
    assert await usage.exceeded(session, LIMITS, day=1) is None
    await usage.count(session, LIMITS, day=1, photos=1)
    assert await usage.exceeded(session, LIMITS, day=1) == "user:1"


async def test_one_users_quota_leaves_the_chats_to_others(session: AsyncSession) -> None:
    await usage.count(session, LIMITS, day=1, photos=2)
    assert await usage.exceeded(session, {"user:2": 2, f"chat:{CHAT}": 3}, day=1) is None


async def test_a_quota_begins_anew_every_day(session: AsyncSession) -> None:
    await usage.count(session, LIMITS, day=1, photos=2)
    await usage.count(session, LIMITS, day=2, photos=1)
    assert await usage.exceeded(session, LIMITS, day=2) is None
    assert await usage.purge(session, before_day=2) == 2
    assert await usage.used(session, "user:1", day=2) == 1


async def test_a_note_is_replaced_by_the_next_of_its_key(session: AsyncSession) -> None:
    assert await notes.get(session, "told") is None
    await notes.put(session, "told", "once", NOW)
    await notes.put(session, "told", "twice", NOW)
    assert await notes.get(session, "told") == "twice"
