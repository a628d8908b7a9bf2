"""Labels: one of a name in a chat, and a way back from every change."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, examples, labels
from storage.errors import LabelTaken, NotFound
from storage.labels import LabelRow
from tests.storage.rows import CHAT, NOW
from tests.storage.taught import LABELLER, label_photo

OTHER = -200


async def named(session: AsyncSession) -> dict[str, int]:
    """How many photos each label of the chat has."""
    return {label.name: label.photos for label in await labels.listing(session, CHAT)}


async def id_of(session: AsyncSession, name: str) -> int:
    label = await labels.find(session, CHAT, name)
    assert label is not None
    return label.id


async def test_labels_are_listed_by_name_with_their_photos(session: AsyncSession) -> None:
    await label_photo(session, "Dog", "a")
    await label_photo(session, "cat", "b")
    await label_photo(session, "cat", "c")
    assert list((await named(session)).items()) == [("cat", 2), ("Dog", 1)]


async def test_spellings_of_one_name_are_one_label(session: AsyncSession) -> None:
    label_id = await labels.add(session, CHAT, "Café", by=LABELLER, now=NOW)
    assert await labels.find(session, CHAT, " cafe\u0301") == LabelRow(label_id, "Café", 0)
    with pytest.raises(LabelTaken) as taken:
        await labels.add(session, CHAT, "CAFÉ", by=LABELLER, now=NOW)
    assert (taken.value.label_id, taken.value.name) == (label_id, "Café")


async def test_another_chat_has_labels_of_its_own(session: AsyncSession) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    label_id = await labels.add(session, OTHER, "cat", by=LABELLER, now=NOW)
    await labels.add(session, CHAT, "cat", by=LABELLER, now=NOW)
    for change in (
        labels.get(session, CHAT, label_id),
        labels.rename(session, CHAT, label_id, "dog"),
        labels.delete_label(session, CHAT, label_id, NOW),
        labels.merge(session, CHAT, await id_of(session, "cat"), label_id, NOW),
    ):
        with pytest.raises(NotFound):
            await change


async def test_a_label_is_renamed_unless_the_name_is_taken(session: AsyncSession) -> None:
    await label_photo(session, "cat", "a")
    await label_photo(session, "dog", "b")
    cat = await id_of(session, "cat")
    await labels.rename(session, CHAT, cat, "CAT")
    with pytest.raises(LabelTaken):
        await labels.rename(session, CHAT, cat, "Dog")
    assert await named(session) == {"CAT": 1, "dog": 1}


async def test_merged_labels_are_one_and_come_apart_again_photo_by_photo(session: AsyncSession) -> None:
    await label_photo(session, "kitten", "a")
    await label_photo(session, "kitten", "moved on")
    await label_photo(session, "cat", "b")
    kitten, cat = await id_of(session, "kitten"), await id_of(session, "cat")
    merged = await labels.merge(session, CHAT, kitten, cat, NOW)
    assert await named(session) == {"cat": 3}
    await label_photo(session, "dog", "moved on")
    await labels.unmerge(session, CHAT, merged)
    assert await named(session) == {"cat": 1, "dog": 1, "kitten": 1}


async def test_a_label_is_not_merged_with_itself(session: AsyncSession) -> None:
    await label_photo(session, "cat", "a")
    cat = await id_of(session, "cat")
    with pytest.raises(NotFound):
        await labels.merge(session, CHAT, cat, cat, NOW)


async def test_a_deleted_label_is_gone_and_can_be_brought_back(session: AsyncSession) -> None:
    await label_photo(session, "cat", "a")
    cat = await id_of(session, "cat")
    await labels.delete_label(session, CHAT, cat, NOW)
    assert await named(session) == {}
    assert await examples.listing(session, CHAT) == []
    await labels.restore(session, CHAT, cat)
    assert await named(session) == {"cat": 1}


async def test_a_label_does_not_come_back_beside_a_namesake_nor_twice(session: AsyncSession) -> None:
    old = await labels.add(session, CHAT, "cat", by=LABELLER, now=NOW)
    await labels.delete_label(session, CHAT, old, NOW)
    new = await labels.add(session, CHAT, "Cat", by=LABELLER, now=NOW)
    with pytest.raises(LabelTaken):
        await labels.restore(session, CHAT, old)
    with pytest.raises(NotFound):
        await labels.restore(session, CHAT, new)


async def test_what_was_deleted_goes_for_good_after_its_time_but_for_photos_others_need(
    session: AsyncSession,
) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    await label_photo(session, "cat", "both", OTHER)
    for photo in ("both", "mine", "moved on"):
        await label_photo(session, "cat", photo)
    cat = await id_of(session, "cat")
    await labels.delete_label(session, CHAT, cat, NOW)
    await label_photo(session, "dog", "moved on")
    assert await labels.purge_deleted(session, NOW) == []
    assert await labels.purge_deleted(session, NOW + 1) == ["labelled/mine"]
    with pytest.raises(NotFound):
        await labels.restore(session, CHAT, cat)
    assert [example.photo for example in await examples.listing(session, CHAT)] == ["moved on"]
