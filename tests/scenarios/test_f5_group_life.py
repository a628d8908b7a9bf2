"""F5: a group's life. The bot comes, sees the group grow and change, goes, and may come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.scenarios.talking import Person, gather, meet, replied_to, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import SandboxClient, buttons

PURGING = {"PURGE_S": 0.001, "HOUSEKEEPING_S": 0.2}


def crops(glance: Glance) -> list[Path]:
    return [path for path in (glance.data_dir / "photos").rglob("*") if path.is_file()]


# ── coming ──


async def test_a_group_is_told_what_the_bot_sees_and_keeps_and_how_to_switch_tagging(ann: Person) -> None:
    (group,) = await gather("Friends", ann)
    (notice,) = [
        text_of(message) for message in await ann.sandbox.history(group.chat_id) if "text" in message
    ]
    for words in ("commands, replies to my messages", "no photos", "/privacy", "A week after", "/tagging on"):
        assert words in notice


async def test_a_bot_that_is_added_as_an_admin_says_that_it_sees_everything(ann: Person) -> None:
    chat_id = await ann.sandbox.add_chat("Friends", [ann.user_id], bot="administrator")
    await replace(ann, chat_id=chat_id).hears("What I see", "every message here")


async def test_a_bot_without_privacy_mode_says_that_it_sees_everything(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data"):
        await sandbox.let_bot_read_all()
        (ann,) = await gather("Friends", ann)
        await ann.says("/start")
        await ann.hears("every message here")


@pytest.mark.parametrize("status", ["administrator", "member"])
async def test_a_change_of_rank_is_no_new_arrival(ann: Person, status: str) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.sandbox.set_membership(ann.chat_id, "bot", "administrator")
    await ann.sandbox.set_membership(ann.chat_id, "bot", status)
    await ann.answers_to()
    history = await ann.sandbox.history(ann.chat_id)
    assert sum("What I see" in text_of(message) for message in history) == 1


async def test_a_group_link_lets_the_group_in(sandbox: SandboxClient, tmp_path: Path) -> None:
    owner, guest, other = [await meet(sandbox, name) for name in ("Olga", "Ann", "Ben")]
    async with running_glance(sandbox, tmp_path / "data", ACCESS="invite", OWNER_IDS=owner.user_id):
        await owner.says("/invite")
        token = text_of(await owner.hears("startgroup=")).split("startgroup=")[1].split()[0]
        chat_id = await sandbox.add_chat("Friends", [guest.user_id, other.user_id], bot="left")
        await sandbox.start_in_group(chat_id, token, guest.user_id)
        guest, other = replace(guest, chat_id=chat_id), replace(other, chat_id=chat_id)
        await guest.hears("an owner of mine has to let it in")
        await guest.hears("Hello", "What I see")
        await other.says("/people")
        await other.hears("I know nobody in this chat yet")


async def test_a_group_that_is_not_let_in_is_told_so_once_and_then_hears_nothing(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    owner, ann = await meet(sandbox, "Olga"), await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", ACCESS="invite", OWNER_IDS=owner.user_id):
        (group,) = await gather("Friends", ann)
        await group.says("/people")
        await group.says("/start@another_bot a-parameter-for-it")
        await owner.answers_to()
        said = [m for m in await sandbox.history(group.chat_id) if m["from"]["is_bot"] and "text" in m]
        assert ["has to let it in" in text_of(message) for message in said] == [True]


# ── growing ──


async def test_a_supergroup_keeps_people_settings_and_what_was_begun(ann: Person) -> None:
    (group,) = await gather("Growing", ann)
    await group.enrols("Alice", pictures.portrait())
    await group.says("/tagging on")
    await group.hears("tagging is on")
    group.chat_id = await group.sandbox.migrate(group.chat_id)
    await group.sandbox.set_membership(group.chat_id, "bot", "administrator")
    photo = await group.shows(pictures.other_portraits()[0])
    assert replied_to(await group.hears("I see Alice")) == photo["message_id"]
    await group.answers_to()
    history = await group.sandbox.history(group.chat_id)
    assert not any("What I see" in text_of(message) for message in history)


async def test_what_was_asked_before_a_group_grew_is_answered_in_the_supergroup(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        (group,) = await gather("Growing", ann)
        await group.enrols("Alice", pictures.portrait())
    await group.shows(pictures.other_portraits()[0], "/who")
    group.chat_id = await sandbox.migrate(group.chat_id)
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await group.hears("I see Alice")
        await group.answers_to()
        assert glance.rows("SELECT id FROM chats WHERE kind != 'private'") == [(group.chat_id,)]


async def test_an_anonymous_admin_goes_on_after_a_restart_and_in_the_supergroup(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data"):
        (ann,) = await gather("Friends", ann)
        await ann.says("/tagging on", anonymous=True)
        question = await ann.hears("cannot see who")
    async with running_glance(sandbox, tmp_path / "data"):
        await ann.presses(question, "I am an admin")
        await ann.hears("tagging is on")


@pytest_asyncio.fixture(loop_scope="session")
async def forum(ann: Person) -> Person:
    """Ann, in a forum."""
    fields = {"type": "supergroup", "is_forum": True}
    chat_id = await ann.sandbox.add_chat("Forum", [ann.user_id], **fields)
    in_forum = replace(ann, chat_id=chat_id)
    await in_forum.hears("Hello")
    return in_forum


async def test_photos_and_presses_in_a_topic_are_answered_in_the_topic(forum: Person) -> None:
    topic = await forum.sandbox.add_topic(forum.chat_id, "Photos")
    await forum.shows(pictures.portrait(), "/enroll Alice", message_thread_id=topic)
    stored = await forum.hears("stored")
    await forum.shows(pictures.other_portraits()[0], "/who", message_thread_id=topic)
    named = await forum.hears("I see Alice")
    assert [stored["message_thread_id"], named["message_thread_id"]] == [topic, topic]


async def test_a_tagged_photo_in_a_topic_is_answered_there_and_one_in_general_in_general(
    forum: Person,
) -> None:
    topic = await forum.sandbox.add_topic(forum.chat_id, "Photos")
    await forum.sandbox.set_membership(forum.chat_id, "bot", "administrator")
    await forum.enrols("Alice", pictures.portrait())
    await forum.says("/tagging on")
    await forum.hears("tagging is on")
    await forum.shows(pictures.other_portraits()[0], message_thread_id=topic)
    assert (await forum.hears("I see Alice"))["message_thread_id"] == topic
    await forum.shows(pictures.other_portraits()[1])
    assert "message_thread_id" not in await forum.hears("I see Alice")


async def test_a_correction_by_reply_in_a_topic_stays_in_the_topic(forum: Person) -> None:
    topic = await forum.sandbox.add_topic(forum.chat_id, "Photos")
    await forum.shows(pictures.portrait(), "/who", message_thread_id=topic)
    answer = await forum.hears("someone I don't know")
    await forum.says("This is Alice", reply_to=answer["message_id"], message_thread_id=topic)
    await forum.presses(await forum.hears("Is this person called “Alice”?"), "Yes")
    await forum.hears("I see Alice")
    history = await forum.sandbox.history(forum.chat_id)
    since = [message for message in history if message["message_id"] >= answer["message_id"]]
    assert {message.get("message_thread_id") for message in since} == {topic}


# ── going ──


@pytest_asyncio.fixture(loop_scope="session")
async def forgetful(sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path) -> AsyncIterator[Glance]:
    """A bot that deletes a chat's data as soon as it has left the chat."""
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **PURGING) as running:
        yield running


async def test_a_group_the_bot_was_removed_from_is_deleted_with_its_files(
    sandbox: SandboxClient, forgetful: Glance
) -> None:
    ann = await meet(sandbox, "Ann")
    (group,) = await gather("Friends", ann)
    stored = await group.enrols("Aurelia", pictures.portrait())
    await group.shows(pictures.crowd(2), "/enroll Bob")
    await group.hears("which of them")
    assert len(crops(forgetful)) == 3
    await sandbox.set_membership(group.chat_id, "bot", "kicked")
    # Housekeeping tells nobody, so she goes on in private until it has been round.
    async with asyncio.timeout(60):
        while crops(forgetful) or forgetful.rows("SELECT 1 FROM chats WHERE id = ?", group.chat_id):
            await ann.answers_to()
    assert forgetful.rows("SELECT 1 FROM people") == forgetful.rows("SELECT 1 FROM embeddings") == []
    assert buttons(stored)
    await forgetful.stop()
    assert b"Aurelia" not in (forgetful.data_dir / "glance.db").read_bytes()


async def test_a_press_in_a_group_that_was_left_does_not_keep_its_data(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        (group,) = await gather("Friends", ann)
        stored = await group.enrols("Alice", pictures.portrait())
        await sandbox.set_membership(group.chat_id, "bot", "kicked")
        await group.presses(stored, "Undo")
        await ann.answers_to()
        ((left_at,),) = glance.rows("SELECT left_at FROM chats WHERE id = ?", group.chat_id)
        assert left_at is not None


async def test_who_is_added_back_within_the_week_still_knows_everybody(ann: Person, glance: Glance) -> None:
    (group,) = await gather("Friends", ann)
    await group.enrols("Alice", pictures.portrait())
    await group.sandbox.set_membership(group.chat_id, "bot", "kicked")
    await group.sandbox.set_membership(group.chat_id, "bot", "member")
    await group.hears("I am back", "know 1 person")
    await group.shows(pictures.other_portraits()[0], "/who")
    await group.hears("I see Alice")
    assert glance.rows("SELECT left_at FROM chats WHERE id = ?", group.chat_id) == [(None,)]
