"""Groups as Telegram has them: roles, disguises, mentions, topics, forced replies."""

from __future__ import annotations

import pytest
from telegram import Bot, ForceReply, Message
from telegram.error import Forbidden

from tests.sandbox.conftest import Picture
from tests.support.sandbox import ANN, BEN, CLEO, FAMILY, SandboxClient


async def latest(bot: Bot) -> Message:
    message = (await bot.get_updates(offset=-1))[0].message
    assert message is not None
    return message


@pytest.mark.parametrize("status", ["creator", "administrator", "member", "restricted", "left", "kicked"])
async def test_everybody_has_a_status(sandbox: SandboxClient, bot: Bot, status: str) -> None:
    await sandbox.set_membership(FAMILY, BEN, status)
    assert (await bot.get_chat_member(FAMILY, BEN)).status == status


async def test_the_bot_has_one_too_until_it_is_removed(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.set_membership(FAMILY, "bot", "administrator")
    assert (await bot.get_chat_member(FAMILY, bot.id)).status == "administrator"
    await sandbox.set_membership(FAMILY, "bot", "kicked")
    with pytest.raises(Forbidden, match="kicked"):
        await bot.get_chat_member(FAMILY, bot.id)


async def test_an_admin_bot_sees_everything_in_privacy_mode(
    sandbox: SandboxClient, bot: Bot, picture: Picture
) -> None:
    await sandbox.set_membership(FAMILY, "bot", "administrator")
    await sandbox.send_photo(FAMILY, picture(), "look", BEN)
    assert (await latest(bot)).caption == "look"


async def test_a_channel_writes_in_its_own_name(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.send_text(FAMILY, "/who", ANN, channel="News")
    message = await latest(bot)
    assert message.sender_chat and (message.sender_chat.type, message.sender_chat.title) == (
        "channel",
        "News",
    )
    assert message.from_user and message.from_user.username == "Channel_Bot"


async def test_a_text_mention_carries_its_user(sandbox: SandboxClient, bot: Bot) -> None:
    user = {"id": BEN, "is_bot": False, "first_name": "Ben"}
    mention = {"type": "text_mention", "offset": 8, "length": 3, "user": user}
    await sandbox.send_text(FAMILY, "/enroll Ben", ANN, entities=[mention])
    (entity,) = [found for found in (await latest(bot)).entities if found.type == "text_mention"]
    assert entity.user and entity.user.id == BEN


async def test_a_mention_by_id_names_who_is_in_the_chat_and_nobody_else(
    sandbox: SandboxClient, bot: Bot
) -> None:
    await sandbox.post("users", {"first_name": "Dave"})
    text = f'<a href="tg://user?id={CLEO}">Cleo</a> and <a href="tg://user?id={CLEO + 1}">Dave</a>'
    message = await bot.send_message(FAMILY, text, parse_mode="HTML")
    assert [entity.user.first_name for entity in message.entities if entity.user] == ["Cleo"]
    assert message.text == "Cleo and Dave"


async def test_what_is_said_in_a_topic_replies_to_its_beginning(sandbox: SandboxClient, bot: Bot) -> None:
    forum = await sandbox.add_chat("Forum", [ANN], type="supergroup", is_forum=True)
    topic = await sandbox.add_topic(forum, "Photos")
    await sandbox.send_text(forum, "/people", ANN, message_thread_id=topic)
    begun = (await latest(bot)).reply_to_message
    assert begun and begun.message_id == topic and begun.forum_topic_created


async def test_a_forced_reply_is_asked_for_and_is_no_part_of_the_message(
    sandbox: SandboxClient, bot: Bot
) -> None:
    await bot.send_message(FAMILY, "Which name?", reply_markup=ForceReply(selective=True))
    asked = await sandbox.wait_for(lambda event: event["kind"] == "asked", chat_id=FAMILY)
    question = (await sandbox.history(FAMILY))[-1]
    assert asked["markup"] == {"force_reply": True, "selective": True}
    assert asked["message_id"] == question["message_id"] and "reply_markup" not in question
    await sandbox.send_text(FAMILY, "Alice", BEN, reply_to=question["message_id"])
    assert (await latest(bot)).text == "Alice"


async def test_a_deep_link_into_a_group_adds_the_bot_and_hands_it_the_parameter(
    sandbox: SandboxClient, bot: Bot
) -> None:
    club = await sandbox.add_chat("Club", [ANN], bot="left")
    await sandbox.start_in_group(club, "a-parameter", ANN)
    assert (await latest(bot)).text == "/start@glance_sandbox_bot a-parameter"
    assert (await bot.get_chat_member(club, bot.id)).status == "member"
