"""Methods about chats, their members, files, and small signs of life."""

from __future__ import annotations

from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.delivery import change_member, member_json
from bot.sandbox.errors import bad_request
from bot.sandbox.files import MAX_DOWNLOAD_BYTES, identity, wrong_file_id
from bot.sandbox.methods.reactions import REACTIONS
from bot.sandbox.methods.targets import target_chat, topic_of
from bot.sandbox.values import ADMINS, PRESENT, Json
from bot.sandbox.world import World

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


async def send_chat_action(world: World, call: Call) -> bool:
    chat = target_chat(world, call)
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    thread = topic_of(chat, call.integer("message_thread_id"))
    world.tell("action", chat.id, action=call.text("action"), **thread)
    return True


async def set_message_reaction(world: World, call: Call) -> bool:
    chat = target_chat(world, call)
    message = chat.messages.get(call.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    reactions = call.structure("reaction", list[dict[str, Any]]) or []
    emoji = [_reaction(reaction) for reaction in reactions]
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    chat.reactions[message["message_id"]] = emoji
    world.tell("reaction", chat.id, message_id=message["message_id"], emoji=emoji)
    return True


async def get_file(world: World, call: Call) -> Json:
    if not call.text("file_id"):
        raise wrong_file_id()
    file = world.files.by_file_id(call.text("file_id"))
    if file.size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**identity(file), "file_id": call.text("file_id"), "file_path": file.path}


async def get_chat(world: World, call: Call) -> Json:
    chat = target_chat(world, call)
    return {
        **world.chat_json(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }


async def get_chat_member(world: World, call: Call) -> Json:
    chat = target_chat(world, call)
    user_id = call.integer("user_id")
    if user_id != world.bot.id and user_id not in world.users:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member_json(world, user_id, chat.status(user_id))


async def get_chat_administrators(world: World, call: Call) -> list[Json]:
    chat = target_chat(world, call)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    return [member_json(world, user, status) for user, status in chat.members.items() if status in ADMINS]


async def get_chat_member_count(world: World, call: Call) -> int:
    return sum(status in PRESENT for status in target_chat(world, call).members.values())


async def leave_chat(world: World, call: Call) -> bool:
    chat = target_chat(world, call)
    if chat.private:
        raise bad_request("chat can't be left")
    change_member(world, chat, world.bot.id, world.bot.id, "left")
    return True


def _reaction(reaction: Json) -> str:
    emoji = str(reaction.get("emoji"))
    # Clients write some emoji with a variation selector, the documentation without.
    if emoji.replace("\ufe0f", "") not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    return emoji
