"""Commands: how they may be written, who may use them, and in which order they work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import TOKEN, SandboxClient, running_sandbox


@pytest.mark.parametrize("text", ["/START", "/start@glance_sandbox_bot", "/Start@Glance_Sandbox_Bot please"])
async def test_a_command_may_be_in_any_case_and_name_this_bot(ann: Person, text: str) -> None:
    await ann.says(text)
    await ann.hears("Hello")


@pytest.mark.parametrize("caption", ["/ENROLL Alice", "/enroll@glance_sandbox_bot Alice"])
async def test_a_caption_may_be_in_any_case_and_name_this_bot(ann: Person, caption: str) -> None:
    await ann.shows(pictures.portrait(), caption)
    await ann.hears("Alice: 1 photo")


async def test_a_command_for_another_bot_is_not_answered(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Two bots", ann, ben)
    questions = [await ann.says("/start@another_bot"), await ann.says("/enroll@another_bot Alice")]
    assert await ann.answers_to(*questions) == [[], []]


async def test_an_unknown_command_is_answered_in_private_only(ann: Person) -> None:
    question = await ann.says("/dance")
    ((answer,),) = await ann.answers_to(question)
    (ann,) = await gather("Alone", ann)
    assert "/help" in answer
    assert await ann.answers_to(await ann.says("/dance")) == [[]]


async def test_help_lists_the_commands_and_the_menus_are_set(ann: Person) -> None:
    await ann.says("/help")
    await ann.hears("/enroll", "/people", "/forget", "/status")
    menu = await ann.sandbox.get(f"chats/{ann.chat_id}/commands")
    assert {"enroll", "people", "help"} <= {command["command"] for command in menu["commands"]}


async def test_status_names_the_models_and_how_many_people_are_known(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.says("/status")
    await ann.hears("tf_efficientnet_lite0", "dlib-resnet-v1", "people known in this chat: 1")


async def test_plain_text_is_told_what_to_send(ann: Person) -> None:
    await ann.says("What do you do?")
    await ann.hears("send me a photo")


async def test_who_without_a_photo_says_how_it_is_used(ann: Person) -> None:
    await ann.says("/who")
    await ann.hears("reply to a photo")


async def test_an_edited_command_is_not_run_again(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    command = await ann.says("/people")
    await ann.hears("Alice")
    await ann.sandbox.edit(ann.chat_id, command["message_id"], "/forget Alice")
    await ann.says("/people")
    await ann.hears("Alice")


async def test_an_update_of_an_unknown_kind_does_no_harm(ann: Person) -> None:
    await ann.sandbox.push_update({"message": {"message_id": "never", "chat": {"id": ann.chat_id}}})
    await ann.sandbox.push_update({"something_new": {"chat": {"id": ann.chat_id}}})
    await ann.says("/start")
    await ann.hears("Hello")


async def test_where_only_owners_may_others_are_told_in_private_and_ignored_in_groups(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    owner, other = await meet(sandbox, "Olga"), await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", ACCESS="owner", OWNER_IDS=owner.user_id):
        await other.says("/start")
        await other.hears("invitation")
        await owner.says("/start")
        await owner.hears("Hello")
        group, _ = await gather("Friends", other, owner)
        await group.says("/start")
        await owner.answers_to()
        assert [m for m in await sandbox.history(group.chat_id) if "asked to answer" in text_of(m)] == []


async def test_an_invitation_lets_one_person_in(sandbox: SandboxClient, tmp_path: Path) -> None:
    owner, guest, late = [await meet(sandbox, name) for name in ("Olga", "Ann", "Ben")]
    async with running_glance(sandbox, tmp_path / "data", ACCESS="invite", OWNER_IDS=owner.user_id):
        await guest.says("/people")
        await guest.hears("invitation")
        await owner.says("/invite")
        token = text_of(await owner.hears("start=")).split("start=")[1].split()[0]
        await guest.says(f"/start {token}")
        await guest.hears("welcome")
        await late.says(f"/start {token}")
        await late.hears("been used")
        await guest.says("/people")
        assert "invitation" not in text_of(await guest.hears())


async def test_only_owners_invite(ann: Person) -> None:
    await ann.says("/invite")
    await ann.hears("only the owners")


async def test_a_day_has_only_so_many_photos(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann, ben = await meet(sandbox, "Ann"), await meet(sandbox, "Ben")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, USER_PHOTOS_PER_DAY=1):
        photo = await ann.shows(pictures.cat())
        await ann.hears("cat")
        await ann.shows(pictures.coffee())
        await ann.hears("1 photo", "today", "tomorrow")
        await ann.forwards(photo)
        await ann.hears("cat")
        await ben.shows(pictures.cat())
        await ben.hears("cat")


async def test_with_the_rates_kept_a_burst_never_meets_a_429(prepared_starter: Path, tmp_path: Path) -> None:
    async with running_sandbox() as strict:
        ann = await meet(strict, "Ann")
        async with running_glance(strict, tmp_path / "data", prepared_starter, RATE_LIMIT="true"):
            questions = [await ann.says("/people") for _ in range(6)]
            assert [len(answers) for answers in await ann.answers_to(*questions)] == [1] * 6
        assert {call["status"] for call in await strict.traffic(method="sendMessage")} == {200}


async def test_a_supergroup_keeps_the_groups_people(ann: Person, ben: Person) -> None:
    group, _ = await gather("Growing", ann, ben)
    await group.enrols("Alice", pictures.portrait())
    group.chat_id = await group.sandbox.migrate(group.chat_id)
    await group.says("/people")
    await group.hears("Alice")


async def test_a_topic_is_answered_in_the_topic(ann: Person) -> None:
    chat_id = await ann.sandbox.add_chat("Forum", [ann.user_id], type="supergroup", is_forum=True)
    thread = await ann.sandbox.add_topic(chat_id, "Photos")
    in_forum = Person(ann.sandbox, ann.user_id, chat_id)
    await in_forum.hears("Hello")
    await in_forum.says("/people", message_thread_id=thread)
    assert (await in_forum.hears())["message_thread_id"] == thread


async def test_no_secret_reaches_the_log_even_at_debug(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, LOG_LEVEL="DEBUG") as glance:
        await sandbox.fault("drop_before", method="file")
        await sandbox.fault("500", method="getUpdates")
        photo = await ann.shows(pictures.cat())
        await ann.answers_to(photo)
    assert "getMe" in glance.log
    assert sandbox.token not in glance.log and sandbox.token.split(":")[1] not in glance.log


async def test_nothing_so_far_left_a_traceback_in_the_shared_bots_log(glance: Glance) -> None:
    assert "Traceback" not in glance.log
    assert TOKEN not in glance.log
