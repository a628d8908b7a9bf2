"""Where a message goes: chat, topic, the message it replies to, its keyboard, its text."""

from __future__ import annotations

from typing import Any

from bot.sandbox.call import Call, Parameters, whole_number
from bot.sandbox.entities import find_entities, trim, utf16_length
from bot.sandbox.errors import bad_request, forbidden
from bot.sandbox.keyboards import check_markup, inline_only
from bot.sandbox.markup import parse_html
from bot.sandbox.values import PRESENT, Chat, Json
from bot.sandbox.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024


def target_chat(world: World, call: Parameters, name: str = "chat_id") -> Chat:
    """The chat a call is for; ApiError where the bot cannot reach it."""
    text = call.text(name)
    chat = world.chats.get(whole_number(text) or 0)
    if chat is None:
        raise bad_request("chat not found" if text else "chat_id is empty")
    if chat.migrated_to:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.private:
        _check_person(world, chat)
    elif chat.status(world.bot.id) == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    elif chat.status(world.bot.id) not in PRESENT:
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


def surroundings(world: World, chat: Chat, call: Call) -> Json:
    """The fields of a new message that are not its content: topic, reply, keyboard."""
    reply = _replied_to(chat, call)
    fields = topic_of(chat, call.integer("message_thread_id"))
    if reply:
        fields = {**thread_of_reply(chat, reply), **fields, "reply_to_message": quoted(reply)}
    if markup := inline_only(check_markup(call.structure("reply_markup", dict[str, Any]))):
        fields["reply_markup"] = markup
    return fields


def topic_of(chat: Chat, thread_id: int) -> Json:
    """The thread fields of a message; ApiError where there is no such topic."""
    if not thread_id:
        return {}
    if not chat.is_forum or thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def thread_of_reply(chat: Chat, reply: Json) -> Json:
    """The thread that a reply falls into: the topic, or in a supergroup the first message answered to."""
    if reply.get("is_topic_message"):
        return {"message_thread_id": reply["message_thread_id"], "is_topic_message": True}
    if chat.type == "supergroup" and not chat.is_forum:
        return {"message_thread_id": reply.get("message_thread_id", reply["message_id"])}
    return {}


def quoted(message: Json) -> Json:
    """A message as it appears inside a reply to it: without what it replied to itself."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def formatted(call: Parameters, name: str, entities_name: str) -> tuple[str, list[Json]]:
    """A text parameter with its entities, by parse mode or given; ApiError where it cannot be parsed."""
    text = call.text(name)
    mode = call.text("parse_mode")
    if mode.lower() == "html":
        plain, entities = parse_html(text)
    elif mode:
        raise bad_request("unsupported parse_mode")
    else:
        plain, entities = trim(text, given_entities(call, entities_name))
    return plain, find_entities(plain, entities)


def given_entities(call: Parameters, name: str) -> list[Json]:
    """The entities that a caller found itself; ApiError where one has no type or no place."""
    entities = call.structure(name, list[dict[str, Any]]) or []
    for entity in entities:
        placed = all(isinstance(entity.get(key), int) for key in ("offset", "length"))
        if not placed or not isinstance(entity.get("type"), str):
            raise bad_request("can't parse MessageEntity")
    return entities


def text_content(call: Parameters) -> Json:
    """The content of a text message; ApiError where it is empty or too long."""
    text, entities = formatted(call, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption_content(call: Parameters) -> Json:
    """The caption fields of a message; ApiError where it is too long."""
    caption, entities = formatted(call, "caption", "caption_entities")
    if utf16_length(caption) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    fields: Json = {"caption": caption} if caption else {}
    return fields | ({"caption_entities": entities} if entities else {})


def _check_person(world: World, chat: Chat) -> None:
    if world.users[chat.id].blocked:
        raise forbidden("bot was blocked by the user")
    if chat.next_message_id == 1:
        raise forbidden("bot can't initiate conversation with a user")


def _replied_to(chat: Chat, call: Call) -> Json | None:
    parameters = Parameters(call.structure("reply_parameters", dict[str, Any]) or {})
    message_id = parameters.integer("message_id") or call.integer("reply_to_message_id")
    if not message_id:
        return None
    message = chat.messages.get(message_id)
    name = "allow_sending_without_reply"
    lenient = parameters.flag(name) or call.flag(name)
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    return message
