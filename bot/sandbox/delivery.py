"""From people to the bot: which messages a bot may see, and how they reach it."""

from __future__ import annotations

import time

from bot.sandbox.entities import entity_text
from bot.sandbox.values import ADMINS, PRESENT, Chat, Json, MemberStatus
from bot.sandbox.world import World

SERVICE = frozenset({
    "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id",
    "group_chat_created", "supergroup_chat_created", "forum_topic_created", "new_chat_title",
})  # fmt: skip

RESTRICTED_RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages",
    "can_manage_topics", "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


def deliver(world: World, chat: Chat, message: Json, kind: str = "message") -> None:
    """Queue an update about a person's message, where the bot is in the chat and may see it."""
    if chat.status(world.bot.id) in PRESENT and _visible(world, chat, message):
        world.updates.push(kind, message)


def change_member(world: World, chat: Chat, actor_id: int, user_id: int, status: MemberStatus) -> None:
    """Let somebody (or the bot) join, leave, be promoted or be removed, as Telegram tells it."""
    old = chat.status(user_id)
    chat.members[user_id] = status
    user = world.user_json(user_id)
    change = {
        "chat": world.chat_json(chat),
        "from": world.user_json(actor_id),
        "date": int(time.time()),
        "old_chat_member": member_json(world, user_id, old),
        "new_chat_member": member_json(world, user_id, status),
    }
    world.updates.push("my_chat_member" if user_id == world.bot.id else "chat_member", change)
    world.tell("membership", chat.id, user_id=user_id, old=old, new=status)
    if chat.private or (old in PRESENT) == (status in PRESENT):
        return
    service = {"new_chat_members": [user]} if status in PRESENT else {"left_chat_member": user}
    deliver(world, chat, world.post(chat, actor_id, service))


def member_json(world: World, user_id: int, status: MemberStatus) -> Json:
    """The Bot API's ChatMember; admins may do everything."""
    member: Json = {"user": world.user_json(user_id), "status": status}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status == "administrator":
        rights = (
            "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
            "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
            "can_edit_stories", "can_delete_stories", "can_pin_messages", "can_be_edited",
        )  # fmt: skip
        return member | {"is_anonymous": False, **dict.fromkeys(rights, True)}
    if status == "restricted":
        return member | {"is_member": True, "until_date": 0, **dict.fromkeys(RESTRICTED_RIGHTS, False)}
    return member | {"until_date": 0} if status == "kicked" else member


def migrate(world: World, chat: Chat) -> Chat:
    """Turn a group into a supergroup: a new chat, service messages in both, the old id answers no more."""
    new = world.add_chat("supergroup", chat.title, dict(chat.members))
    actor_id = next((user for user, status in chat.members.items() if status in ADMINS), world.bot.id)
    deliver(world, chat, world.post(chat, actor_id, {"migrate_to_chat_id": new.id}))
    chat.migrated_to = new.id
    deliver(world, new, world.post(new, actor_id, {"migrate_from_chat_id": chat.id}))
    return new


def _visible(world: World, chat: Chat, message: Json) -> bool:
    """Privacy mode: https://core.telegram.org/bots/features#privacy-mode"""
    if chat.private or world.bot.can_read_all_group_messages or chat.status(world.bot.id) in ADMINS:
        return True
    if SERVICE & message.keys():
        return True
    replied_to = message.get("reply_to_message", {}).get("from", {}).get("id")
    return replied_to == world.bot.id or _is_command_for(world.bot.username, message)


def _is_command_for(username: str, message: Json) -> bool:
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    for entity in entities:
        if entity["type"] == "bot_command" and entity["offset"] == 0:
            _, _, addressee = entity_text(text, entity).partition("@")
            return not addressee or addressee.lower() == username.lower()
    return False
