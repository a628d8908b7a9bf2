"""The people of a chat: names, merging, forgetting, and which crops may be deleted."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, deletion, gallery, merging, pending, people
from storage.errors import NameTaken, NotFound
from storage.pending import NewPending
from storage.people import PersonRow, name_key
from tests.storage.rows import CHAT, NOW, new_face

OTHER = -200


async def version(session: AsyncSession, chat_id: int = CHAT) -> int:
    chat = await chats.get(session, chat_id)
    assert chat is not None
    return chat.gallery_version


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "alice"),
        ("Alice  Smith", " alice smith\n"),
        ("Straße", "STRASSE"),
        ("Álîce", "A\u0301li\u0302ce"),
        ("Ａｌｉｃｅ", "Alice"),
        ("Al\u200bice\u200f", "Alice"),
    ],
)
def test_two_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Alice", "Álîce"), ("Ann Lee", "Annlee"), ("😀", "😁")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("name", ["Álîce Smith-Ω", "👩‍🚀", "<b>", "x" * 300, "two\nlines"])
async def test_a_name_is_stored_exactly(session: AsyncSession, name: str) -> None:
    person = await people.add(session, CHAT, name, by=1, now=NOW)
    assert await people.find(session, CHAT, name) == PersonRow(person, name, faces=0)


async def test_a_name_is_taken_in_any_spelling(session: AsyncSession, alice: int) -> None:
    with pytest.raises(NameTaken) as taken:
        await people.add(session, CHAT, "ALICE", by=2, now=NOW)
    assert (taken.value.person_id, taken.value.name) == (alice, "Alice")


async def test_nobody_is_added_to_a_chat_that_never_wrote(session: AsyncSession) -> None:
    with pytest.raises(NotFound):
        await people.add(session, OTHER, "Alice", by=1, now=NOW)


async def test_the_listing_counts_faces_and_knows_its_chat(session: AsyncSession, alice: int) -> None:
    await chats.seen(session, OTHER, "group", "Strangers", NOW)
    await people.add(session, OTHER, "Alice", by=1, now=NOW)
    bob = await people.add(session, CHAT, "bob", by=1, now=NOW)
    await gallery.enrol(session, bob, new_face("c1"), by=1, now=NOW)
    assert await people.listing(session, CHAT) == [PersonRow(alice, "Alice", 0), PersonRow(bob, "bob", 1)]
    assert await people.names(session, CHAT) == {alice: "Alice", bob: "bob"}
    assert await people.count(session, CHAT) == 2


async def test_a_person_can_be_respelt_but_not_take_a_name(session: AsyncSession, alice: int) -> None:
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    await people.rename(session, alice, "ALICE")
    with pytest.raises(NameTaken):
        await people.rename(session, bob, "alice")
    assert await people.names(session, CHAT) == {alice: "ALICE", bob: "Bob"}


async def test_every_change_raises_the_gallery_version(session: AsyncSession, alice: int) -> None:
    seen = [await version(session)]
    ally = await people.add(session, CHAT, "Ally", by=1, now=NOW)
    seen.append(await version(session))
    for change in (
        people.rename(session, ally, "Al"),
        people.forget(session, ally, NOW),
        people.restore(session, ally),
        merging.merge(session, ally, alice, NOW),
        people.remove_faceless(session, [alice]),
    ):
        await change
        seen.append(await version(session))
    assert seen == sorted(set(seen))


async def test_a_forgotten_person_is_gone_and_can_come_back_with_all_faces(
    session: AsyncSession, alice: int
) -> None:
    await gallery.enrol(session, alice, new_face("c1"), by=1, now=NOW)
    await people.forget(session, alice, NOW)
    assert await people.listing(session, CHAT) == []
    assert await people.find(session, CHAT, "Alice") is None
    await people.restore(session, alice)
    assert await people.listing(session, CHAT) == [PersonRow(alice, "Alice", 1)]


async def test_a_forgotten_person_cannot_be_changed(session: AsyncSession, alice: int) -> None:
    await people.forget(session, alice, NOW)
    for change in (people.rename(session, alice, "A"), people.forget(session, alice, NOW)):
        with pytest.raises(NotFound):
            await change


async def test_a_name_given_away_meanwhile_is_not_taken_back(session: AsyncSession, alice: int) -> None:
    await people.forget(session, alice, NOW)
    await people.add(session, CHAT, "alice", by=1, now=NOW)
    with pytest.raises(NameTaken):
        await people.restore(session, alice)


async def test_nobody_who_was_not_forgotten_is_restored(session: AsyncSession, alice: int) -> None:
    with pytest.raises(NotFound):
        await people.restore(session, alice)


async def test_purging_deletes_only_crops_that_nothing_else_needs(session: AsyncSession, alice: int) -> None:
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    for person, crop in ((alice, "hers"), (alice, "shared"), (bob, "shared"), (alice, "begun")):
        await gallery.enrol(session, person, new_face(crop), by=1, now=NOW)
    await pending.put(session, NewPending(CHAT, 1, "pick", {}, NOW + 60, files=("begun",)), NOW)
    await people.forget(session, alice, NOW)
    assert await deletion.purge_forgotten(session, NOW) == []
    assert await deletion.purge_forgotten(session, NOW + 1) == ["hers"]
    with pytest.raises(NotFound):
        await people.restore(session, alice)


async def test_an_id_of_a_deleted_person_is_never_given_to_another(session: AsyncSession, alice: int) -> None:
    await people.remove_faceless(session, [alice])
    assert await people.add(session, CHAT, "Bob", by=1, now=NOW) > alice


async def test_a_person_with_faces_is_not_removed_as_faceless(session: AsyncSession, alice: int) -> None:
    await gallery.enrol(session, alice, new_face("c1"), by=1, now=NOW)
    await people.remove_faceless(session, [alice])
    assert await people.count(session, CHAT) == 1
