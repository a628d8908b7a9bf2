"""Chats: seen and left, moved to another id with all that is theirs, and deleted with all that is theirs."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import access, answers, buttons, chats, gallery, inbox, outbox, pending, people, usage
from storage.answers import NewAnswer
from storage.outbox import Send
from storage.pending import NewPending
from storage.schema import METADATA
from tests.storage.rows import CHAT, NOW, new_face, new_update

NEW = -1_000_000_000_100
LATER = NOW + 60


async def fill(session: AsyncSession) -> None:
    """One row for CHAT in every table that can have one."""
    alice = await people.add(session, CHAT, "Alice", by=1, now=NOW)
    await gallery.enrol(session, alice, new_face("crop"), by=1, now=NOW)
    await answers.store(session, NewAnswer(CHAT, 1, 10, "unique", "file", "models", 0, {}), NOW)
    await pending.put(session, NewPending(CHAT, 1, "enrol", {}, LATER, files=("spooled.jpg",)), NOW)
    await buttons.make(session, CHAT, 1, [("undo", {})], LATER)
    await inbox.receive(session, [new_update(1)], NOW)
    await outbox.put(session, Send(CHAT, "sendPhoto", {"chat_id": CHAT}, {"photo": "drawn.jpg"}), NOW)
    await usage.count(session, (f"chat:{CHAT}", "user:1"), day=1, photos=1)
    await access.grant(session, CHAT, by=1, now=NOW)


async def rows_naming(session: AsyncSession, chat_id: int) -> dict[str, int]:
    """How many rows of each table have the id in some column, as number or inside a text."""
    found = {}
    for name, table in METADATA.tables.items():
        columns = " OR ".join(f"instr(CAST({column.name} AS TEXT), '{chat_id}')" for column in table.columns)
        if count := await session.scalar(text(f"SELECT count(*) FROM {name} WHERE {columns}")):
            found[name] = count
    return found


NAMING = {"chats", "people", "answers", "pending", "buttons", "inbox", "outbox", "usage", "grants"}


async def test_a_chat_is_created_once_and_kept_up_to_date(session: AsyncSession) -> None:
    chat = await chats.seen(session, CHAT, "supergroup", "Best friends", NOW + 5)
    assert (chat.kind, chat.title, chat.created_at) == ("supergroup", "Best friends", NOW)
    assert await chats.get(session, CHAT) == chat
    assert await chats.get(session, NEW) is None


async def test_a_chat_that_was_left_and_is_heard_of_again_is_not_left(session: AsyncSession) -> None:
    await chats.left(session, CHAT, NOW)
    assert (await chats.seen(session, CHAT, "group", "Friends", NOW)).left_at is None


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


async def test_a_group_that_becomes_a_supergroup_takes_everything_along(session: AsyncSession) -> None:
    await fill(session)
    before = await rows_naming(session, CHAT)
    await chats.migrate(session, CHAT, NEW)
    assert await rows_naming(session, NEW) == before
    assert await rows_naming(session, CHAT) == {}
    assert [person.faces for person in await people.listing(session, NEW)] == [1]


async def test_a_chat_that_wrote_under_its_new_id_already_becomes_one_with_the_old(
    session: AsyncSession,
) -> None:
    await fill(session)
    await chats.seen(session, NEW, "supergroup", "Friends", NOW)
    await usage.count(session, (f"chat:{NEW}",), day=1, photos=1)
    alice = await people.add(session, NEW, "ALICE", by=1, now=NOW)
    await gallery.enrol(session, alice, new_face("another crop"), by=1, now=NOW)
    await chats.migrate(session, CHAT, NEW)
    assert await rows_naming(session, CHAT) == {}
    assert await people.listing(session, NEW) == [people.PersonRow(alice, "ALICE", faces=2)]
    assert await usage.used(session, f"chat:{NEW}", day=1) == 2


async def test_the_union_has_a_gallery_version_that_neither_had(session: AsyncSession) -> None:
    await fill(session)
    new = await chats.seen(session, NEW, "supergroup", "Friends", NOW)
    old = await chats.get(session, CHAT)
    assert old is not None
    await chats.migrate(session, CHAT, NEW)
    union = await chats.get(session, NEW)
    assert union is not None
    assert union.gallery_version > max(old.gallery_version, new.gallery_version)


async def test_migrating_twice_or_a_chat_nobody_knows_changes_nothing(session: AsyncSession) -> None:
    await fill(session)
    await chats.migrate(session, CHAT, NEW)
    before = await rows_naming(session, NEW)
    await chats.migrate(session, CHAT, NEW)
    await chats.migrate(session, NEW, NEW)
    assert await rows_naming(session, NEW) == before


async def test_a_chat_left_long_ago_is_deleted_with_all_its_rows_and_files(session: AsyncSession) -> None:
    await fill(session)
    await chats.left(session, CHAT, NOW)
    assert await chats.purge_left(session, NOW) == []
    assert await chats.purge_left(session, NOW + 1) == ["crop", "drawn.jpg", "spooled.jpg"]
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
