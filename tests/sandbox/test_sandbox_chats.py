"""Groups, privacy mode, topics, buttons, menus, migration."""

from __future__ import annotations

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, ReactionTypeEmoji, Update
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Keyboard
from telegram.error import BadRequest, ChatMigrated

from tests.sandbox.conftest import Picture
from tests.support.sandbox import ANN, BEN, FAMILY, SandboxClient


async def new_updates(bot: Bot) -> list[Update]:
    """What came since the last call, confirmed."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return list(updates)


async def seen_texts(bot: Bot) -> list[str]:
    messages = [update.effective_message for update in await new_updates(bot)]
    return [message.text or message.caption or "" for message in messages if message]


async def test_privacy_mode_lets_through_commands_and_replies_only(
    sandbox: SandboxClient, bot: Bot, picture: Picture
) -> None:
    await new_updates(bot)
    answer = await bot.send_message(FAMILY, "who?")
    await sandbox.send_text(FAMILY, "just talking, @glance_sandbox_bot", BEN)
    await sandbox.send_photo(FAMILY, picture(), sender=BEN)
    await sandbox.send_text(FAMILY, "/who@another_bot", BEN)
    await sandbox.send_text(FAMILY, "/who@Glance_Sandbox_Bot", BEN)
    await sandbox.send_text(FAMILY, "me", BEN, reply_to=answer.message_id)
    assert await seen_texts(bot) == ["/who@Glance_Sandbox_Bot", "me"]


async def test_without_privacy_mode_the_bot_sees_everything(sandbox: SandboxClient, bot: Bot) -> None:
    await new_updates(bot)
    await sandbox.let_bot_read_all()
    await sandbox.send_text(FAMILY, "just talking", BEN)
    assert await seen_texts(bot) == ["just talking"]
    assert (await bot.get_me()).can_read_all_group_messages


async def test_a_command_that_replies_to_a_photo_carries_the_photo(
    sandbox: SandboxClient, bot: Bot, picture: Picture
) -> None:
    photo = await sandbox.send_photo(FAMILY, picture(), sender=ANN)
    await sandbox.send_text(FAMILY, "/who", BEN, reply_to=photo["message_id"])
    message = (await bot.get_updates(offset=-1))[0].message
    assert message and message.reply_to_message and len(message.reply_to_message.photo) == 3


async def test_adding_and_removing_the_bot_is_told(sandbox: SandboxClient, bot: Bot) -> None:
    await new_updates(bot)
    club = await sandbox.add_chat("Club", [ANN, BEN], admins=[ANN])
    await sandbox.set_membership(club, "bot", "kicked")
    changes = [update.my_chat_member for update in await new_updates(bot) if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["member", "kicked"]


async def test_somebody_who_joins_is_a_service_message(sandbox: SandboxClient, bot: Bot) -> None:
    dave = (await sandbox.post("users", {"first_name": "Dave"}))["id"]
    await sandbox.set_membership(FAMILY, dave, "member")
    message = (await bot.get_updates(offset=-1))[0].message
    assert message and [user.first_name for user in message.new_chat_members] == ["Dave"]


async def test_a_group_that_becomes_a_supergroup_answers_under_its_new_id_only(
    sandbox: SandboxClient, bot: Bot
) -> None:
    club = await sandbox.add_chat("Club", [ANN, BEN])
    new_id = await sandbox.migrate(club)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(club, "hello")
    assert moved.value.new_chat_id == new_id
    assert (await bot.send_message(new_id, "hello")).chat.type == "supergroup"


async def test_migration_sends_service_messages_in_both_chats(sandbox: SandboxClient, bot: Bot) -> None:
    club = await sandbox.add_chat("Club", [ANN, BEN])
    new_id = await sandbox.migrate(club)
    messages = [update.message for update in (await new_updates(bot))[-2:]]
    assert [message.migrate_to_chat_id for message in messages if message] == [new_id, None]
    assert [message.migrate_from_chat_id for message in messages if message] == [None, club]


async def test_forum_topics_keep_their_messages_apart(sandbox: SandboxClient, bot: Bot) -> None:
    forum = await sandbox.add_chat("Forum", [ANN], type="supergroup", is_forum=True)
    topic = await sandbox.add_topic(forum, "Photos")
    await sandbox.send_text(forum, "/who", ANN, message_thread_id=topic)
    message = (await bot.get_updates(offset=-1))[0].message
    assert message and message.is_topic_message and message.message_thread_id == topic
    assert (await bot.send_message(forum, "here", message_thread_id=topic)).message_thread_id == topic
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(FAMILY, "nowhere", message_thread_id=topic)


async def test_a_press_reaches_the_bot_and_its_answer_comes_back(sandbox: SandboxClient, bot: Bot) -> None:
    await bot.send_message(ANN, "sure?", reply_markup=Keyboard([[Button("Yes", callback_data="y")]]))
    shown = (await sandbox.history(ANN))[-1]
    query_id = await sandbox.press(ANN, shown, "Yes")
    query = (await bot.get_updates(offset=-1))[0].callback_query
    assert query and (query.id, query.data, query.from_user.id) == (query_id, "y", ANN)
    await query.answer("Done", show_alert=True)
    event = await sandbox.wait_for(lambda event: event["kind"] == "callback_answer")
    assert (event["text"], event["show_alert"], event["user_id"]) == ("Done", True, ANN)


async def test_edits_deletions_reactions_and_actions_are_events(sandbox: SandboxClient, bot: Bot) -> None:
    before = await sandbox.last_event()
    await bot.send_chat_action(ANN, "upload_photo")
    message = await bot.send_message(ANN, "a")
    await message.edit_text("b")
    await bot.set_message_reaction(ANN, message.message_id, [ReactionTypeEmoji("👀")])
    await message.delete()
    kinds = [event["kind"] for event in await sandbox.events(before, chat_id=ANN)]
    assert kinds == ["action", "message", "edit", "reaction", "delete"]


async def test_menus_follow_telegrams_order_of_scopes(sandbox: SandboxClient, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("start", "Begin")])
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("enroll", "Teach me a face")], scope=scope)
    private = await sandbox.get(f"chats/{ANN}/commands")
    group = await sandbox.get(f"chats/{FAMILY}/commands", **{"from": ANN})
    assert [command["command"] for command in private["commands"]] == ["enroll"]
    assert [command["command"] for command in group["commands"]] == ["start"]
    assert [command.command for command in await bot.get_my_commands(scope)] == ["enroll"]


async def test_members_and_admins_can_be_asked_for(bot: Bot) -> None:
    admins = await bot.get_chat_administrators(FAMILY)
    assert [admin.user.id for admin in admins] == [ANN]
    assert (await bot.get_chat_member(FAMILY, BEN)).status == "member"
    assert await bot.get_chat_member_count(FAMILY) == 4
    assert (await bot.get_chat(FAMILY)).title == "Family"


async def test_an_anonymous_admin_writes_as_the_group(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.send_text(FAMILY, "/who", ANN, anonymous=True)
    message = (await bot.get_updates(offset=-1))[0].message
    assert message and message.sender_chat and message.sender_chat.id == FAMILY
    assert message.from_user and message.from_user.username == "GroupAnonymousBot"


async def test_messages_can_be_copied_and_forwarded(bot: Bot, picture: Picture) -> None:
    original = await bot.send_photo(ANN, picture()[1], caption="look")
    await original.copy(BEN)
    forwarded = await original.forward(BEN)
    assert forwarded.photo[-1].file_unique_id == original.photo[-1].file_unique_id
    assert forwarded.forward_origin is not None


async def test_other_sites_scripts_are_kept_out(sandbox: SandboxClient) -> None:
    foreign = await sandbox.http.get("/sandbox/state", headers={"origin": "https://evil.example"})
    rebound = await sandbox.http.get("/sandbox/state", headers={"host": "evil.example"})
    assert (foreign.status_code, rebound.status_code) == (403, 403)
