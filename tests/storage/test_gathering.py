"""Photos that are awaited: in a group, or in the private chat for a group, and never for two at once."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import enrol
from bot.usecases.enrol import LINK_PREFIX, LinkOver, NotYourLink, Whom
from storage import access, chats, supergroups
from tests.storage.rows import CHAT, NOW

ANN, BEN = 1, 2
ALICE = Whom(CHAT, "Alice", by=ANN)
BOB = Whom(ANN, "Bob", by=ANN)


async def begun(session: AsyncSession, whom: Whom = ALICE) -> str:
    await chats.seen(session, ANN, "private", "", NOW)
    return await enrol.await_photos(session, whom, now=NOW, lasts_s=60)


async def gone_private(session: AsyncSession) -> str:
    link = await begun(session)
    await enrol.go_private(session, await enrol.linked(session, link, ANN, NOW), NOW)
    return link


async def awaited(session: AsyncSession, place: int, user_id: int = ANN, now: float = NOW) -> str | None:
    gathering = await enrol.under_way(session, place, user_id, now)
    return gathering.whom.name if gathering else None


async def test_photos_are_awaited_where_it_was_begun_until_its_time_is_over(session: AsyncSession) -> None:
    await begun(session)
    assert await awaited(session, CHAT) == "Alice"
    assert [await awaited(session, ANN), await awaited(session, CHAT, BEN)] == [None, None]
    assert await awaited(session, CHAT, now=NOW + 61) is None


async def test_a_deep_link_has_room_in_telegrams_64_characters(session: AsyncSession) -> None:
    link = await begun(session)
    assert link.startswith(LINK_PREFIX) and len(link) <= 64


async def test_a_link_leads_to_the_private_chat_and_names_the_group(session: AsyncSession) -> None:
    await gone_private(session)
    gathering = await enrol.under_way(session, ANN, ANN, NOW)
    assert gathering is not None
    assert (gathering.whom, gathering.title) == (Whom(CHAT, "Alice", ANN, privately=True), "Friends")
    assert await awaited(session, CHAT) == "Alice"


async def test_a_link_is_its_askers_alone_and_ends_with_its_enrolment(session: AsyncSession) -> None:
    link = await begun(session)
    with pytest.raises(NotYourLink):
        await enrol.linked(session, link, BEN, NOW)
    with pytest.raises(LinkOver):
        await enrol.linked(session, link, ANN, NOW + 61)
    await enrol.finish(session, CHAT, ANN, NOW)
    with pytest.raises(LinkOver):
        await enrol.linked(session, link, ANN, NOW)


async def test_beginning_again_ends_what_was_begun_there_and_its_link(session: AsyncSession) -> None:
    link = await begun(session)
    await begun(session, Whom(CHAT, "Carol", by=ANN))
    assert await awaited(session, CHAT) == "Carol"
    with pytest.raises(LinkOver):
        await enrol.linked(session, link, ANN, NOW)


async def test_following_a_link_ends_what_was_begun_in_the_private_chat(session: AsyncSession) -> None:
    await begun(session, BOB)
    await gone_private(session)
    assert await awaited(session, ANN) == "Alice"
    await enrol.finish(session, ANN, ANN, NOW)
    assert [await awaited(session, ANN), await awaited(session, CHAT)] == [None, None]


async def test_beginning_in_the_private_chat_ends_what_a_link_led_to(session: AsyncSession) -> None:
    await gone_private(session)
    await begun(session, BOB)
    assert [await awaited(session, ANN), await awaited(session, CHAT)] == ["Bob", None]


async def test_everything_begun_is_dropped_where_it_goes_on(session: AsyncSession) -> None:
    await gone_private(session)
    assert await enrol.drop_everything(session, ANN, BEN, NOW) == []
    assert [row.kind for row in await enrol.drop_everything(session, ANN, ANN, NOW)] == ["enrol"]
    assert await awaited(session, CHAT) is None


async def test_a_link_leads_to_the_group_under_its_new_id(session: AsyncSession) -> None:
    link = await begun(session)
    await supergroups.migrate(session, CHAT, -1000)
    gathering = await enrol.linked(session, link, ANN, NOW)
    assert (gathering.whom.chat_id, gathering.title) == (-1000, "Friends")


async def test_only_for_a_group_that_was_let_in_somebody_is_a_guest(session: AsyncSession) -> None:
    link = await begun(session)
    assert not await enrol.is_guest(session, ANN, link, NOW)
    await access.grant(session, CHAT, by=9, now=NOW)
    assert await enrol.is_guest(session, ANN, link, NOW)
    assert not await enrol.is_guest(session, BEN, link, NOW)


async def test_a_guest_without_the_link_has_followed_it_before(session: AsyncSession) -> None:
    await access.grant(session, CHAT, by=9, now=NOW)
    link = await begun(session)
    assert not await enrol.is_guest(session, ANN, None, NOW)
    await enrol.go_private(session, await enrol.linked(session, link, ANN, NOW), NOW)
    assert await enrol.is_guest(session, ANN, None, NOW)
