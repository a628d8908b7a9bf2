"""Two people become one and two again: what moves, what comes back, and what cannot be merged."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, consents, deletion, gallery, merging, negatives, people
from storage.cards import card
from storage.consents import NewConsent
from storage.errors import NameTaken, NotFound, TwoUsers
from storage.negatives import NewNegative
from storage.people import PersonRow
from storage.schema import PEOPLE
from tests.storage.rows import CHAT, NOW, faces_of, new_face

OTHER = -200


async def enrolled(session: AsyncSession, name: str, *crops: str, chat_id: int = CHAT) -> int:
    person = await people.add(session, chat_id, name, by=1, now=NOW)
    for crop in crops:
        await gallery.enrol(session, person, new_face(crop), by=1, now=NOW)
    return person


async def link(session: AsyncSession, person: int, user_id: int) -> None:
    await session.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(user_id=user_id, mention=True))


async def crops(session: AsyncSession, person: int) -> list[str]:
    return [face.crop for face in await faces_of(session, person)]


async def test_merging_moves_the_faces_and_leaves_what_both_have(session: AsyncSession) -> None:
    alice, ally = await enrolled(session, "Alice", "both"), await enrolled(session, "Ally", "both", "new")
    await merging.merge(session, ally, alice, NOW)
    assert await people.listing(session, CHAT) == [PersonRow(alice, "Alice", 2)]
    assert (await crops(session, alice), await crops(session, ally)) == (["both", "new"], ["both"])


async def test_undoing_a_merge_moves_exactly_its_rows_back(session: AsyncSession) -> None:
    alice, ally = await enrolled(session, "Alice", "a", "both"), await enrolled(session, "Ally", "b", "both")
    for person in (alice, ally):
        await negatives.add(session, NewNegative(person, "photo", (0, 0, 9, 9)), by=1, now=NOW)
        await consents.record(session, NewConsent(person, "attested", 1, "2026"), NOW)
    before = [await card(session, CHAT, person) for person in (alice, ally)]
    moved = await merging.merge(session, ally, alice, NOW)
    assert (await card(session, CHAT, alice)).denials == 2
    await merging.unmerge(session, moved)
    assert [await card(session, CHAT, person) for person in (alice, ally)] == before
    assert await crops(session, ally) == ["b", "both"]
    assert [row.person_id for row in await consents.of_people(session, [alice, ally])] == [alice, ally]


async def test_a_merge_keeps_the_link_and_undoing_it_gives_it_back(session: AsyncSession) -> None:
    alice, ally = await enrolled(session, "Alice", "a"), await enrolled(session, "Ally", "b")
    await link(session, ally, 7)
    moved = await merging.merge(session, ally, alice, NOW)
    assert (await card(session, CHAT, alice)).user_id == 7
    await merging.unmerge(session, moved)
    users = [(await card(session, CHAT, person)).user_id for person in (alice, ally)]
    assert users == [None, 7]


async def test_a_link_that_the_target_had_is_its_own(session: AsyncSession) -> None:
    alice, ally = await enrolled(session, "Alice", "a"), await enrolled(session, "Ally", "b")
    await link(session, alice, 7)
    await link(session, ally, 7)
    await merging.unmerge(session, await merging.merge(session, ally, alice, NOW))
    assert (await card(session, CHAT, alice)).user_id == 7


async def test_two_telegram_users_are_not_merged(session: AsyncSession) -> None:
    alice, bob = await enrolled(session, "Alice", "a"), await enrolled(session, "Bob", "b")
    await link(session, alice, 7)
    await link(session, bob, 8)
    with pytest.raises(TwoUsers):
        await merging.merge(session, bob, alice, NOW)
    assert await people.count(session, CHAT) == 2


async def test_people_of_different_chats_cannot_be_merged(session: AsyncSession, alice: int) -> None:
    await chats.seen(session, OTHER, "group", "Strangers", NOW)
    stranger = await enrolled(session, "Ally", chat_id=OTHER)
    for source, target in ((stranger, alice), (alice, stranger), (alice, alice)):
        with pytest.raises(NotFound):
            await merging.merge(session, source, target, NOW)


async def test_a_merge_is_not_undone_once_it_is_purged_or_the_name_is_taken(session: AsyncSession) -> None:
    alice, ally = await enrolled(session, "Alice", "a"), await enrolled(session, "Ally", "b")
    moved = await merging.merge(session, ally, alice, NOW)
    await people.add(session, CHAT, "ALLY", by=1, now=NOW)
    with pytest.raises(NameTaken):
        await merging.unmerge(session, moved)
    await deletion.purge_forgotten(session, NOW + 1)
    with pytest.raises(NotFound):
        await merging.unmerge(session, moved)
    assert await crops(session, alice) == ["a", "b"]


async def test_purging_who_was_merged_away_spares_the_crops_that_moved(session: AsyncSession) -> None:
    alice, ally = await enrolled(session, "Alice", "both"), await enrolled(session, "Ally", "both", "new")
    await merging.merge(session, ally, alice, NOW)
    assert await deletion.purge_forgotten(session, NOW + 1) == []
    assert list(await session.scalars(select(PEOPLE.c.id))) == [alice]


async def test_a_merge_of_a_merge_is_undone_from_whoever_has_the_faces(session: AsyncSession) -> None:
    alice, ally, al = [await enrolled(session, name, name) for name in ("Alice", "Ally", "Al")]
    moved = await merging.merge(session, ally, alice, NOW)
    await merging.merge(session, alice, al, NOW)
    await merging.unmerge(session, moved)
    assert (await crops(session, ally), await crops(session, al)) == (["Ally"], ["Alice", "Al"])


async def test_two_users_of_one_name_do_not_become_one_where_chats_do(session: AsyncSession) -> None:
    alice, ally = await enrolled(session, "Alice", "a"), await enrolled(session, "Ally", "b")
    await link(session, alice, 7)
    await link(session, ally, 8)
    await merging.absorb(session, ally, alice)
    assert await people.listing(session, CHAT) == [PersonRow(alice, "Alice", 1)]
