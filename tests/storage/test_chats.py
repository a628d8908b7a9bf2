"""Chats: seen, greeted, left, and deleted with all that is theirs."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, gallery, people, usage
from storage.schema import METADATA
from tests.storage.everything import NAMING, fill, rows_naming
from tests.storage.rows import CHAT, NOW, new_face

NEW = -1_000_000_000_100
# Of what `fill` makes.
FILES = [
    "crop", "drawn.jpg", "labelled/photo", "models/model 1", "models/network.onnx", "spooled.jpg", "stranger",
    "trainings/1",
]  # fmt: skip


async def test_a_chat_is_created_once_and_kept_up_to_date(session: AsyncSession) -> None:
    chat = await chats.seen(session, CHAT, "supergroup", "Best friends", NOW + 5)
    assert (chat.kind, chat.title, chat.created_at) == ("supergroup", "Best friends", NOW)
    assert await chats.get(session, CHAT) == chat
    assert await chats.get(session, NEW) is None


async def test_a_chat_that_was_left_and_is_heard_of_again_is_not_left(session: AsyncSession) -> None:
    await chats.left(session, CHAT, NOW)
    assert (await chats.seen(session, CHAT, "group", "Friends", NOW)).left_at is None


async def test_a_chat_is_greeted_once(session: AsyncSession) -> None:
    assert await chats.greet(session, CHAT, NOW)
    assert not await chats.greet(session, CHAT, NOW + 1)


async def test_when_a_chat_was_left_stays_as_it_was_first_heard(session: AsyncSession) -> None:
    await chats.left(session, CHAT, NOW)
    await chats.left(session, CHAT, NOW + 5)
    chat = await chats.get(session, CHAT)
    assert chat is not None and chat.left_at == NOW


async def test_the_face_model_is_kept_and_changes_the_gallery(session: AsyncSession) -> None:
    await chats.set_face_model(session, CHAT, "m")
    chat = await chats.get(session, CHAT)
    assert chat is not None
    assert (chat.face_model, chat.gallery_version) == ("m", 1)
    assert await chats.on_other_model(session, "n") == [CHAT]
    assert await chats.on_other_model(session, "m") == []
    assert await chats.face_models(session) == ["m"]


async def test_the_test_knows_every_table_with_a_chats_rows(session: AsyncSession) -> None:
    await fill(session)
    assert set(await rows_naming(session, CHAT)) == NAMING
    keyed = {name for name, table in METADATA.tables.items() if "chat_id" in table.columns}
    assert keyed < NAMING


async def test_a_chat_left_long_ago_is_deleted_with_all_its_rows_and_files(session: AsyncSession) -> None:
    await fill(session)
    await chats.left(session, CHAT, NOW)
    assert await chats.purge_left(session, NOW) == []
    assert await chats.purge_left(session, NOW + 1) == FILES
    assert await rows_naming(session, CHAT) == {}


async def test_deleting_a_chat_leaves_the_others_and_the_files_they_share(session: AsyncSession) -> None:
    await fill(session)
    await chats.seen(session, NEW, "group", "Others", NOW)
    bob = await people.add(session, NEW, "Bob", by=1, now=NOW)
    await gallery.enrol(session, bob, new_face("crop"), by=1, now=NOW)
    await chats.left(session, CHAT, NOW)
    assert "crop" not in await chats.purge_left(session, NOW + 1)
    assert await people.listing(session, NEW) == [people.PersonRow(bob, "Bob", 1)]
    assert await usage.used(session, "user:1", day=1) == 1
