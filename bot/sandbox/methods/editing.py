"""Methods that change or remove what is in a chat, or answer a press on a button."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.call import Call, Parameters
from bot.sandbox.contents import content_of
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import check_markup, inline_only
from bot.sandbox.methods.sending import media_part
from bot.sandbox.methods.targets import caption_content, target_chat, text_content
from bot.sandbox.values import ADMINS, Chat, Json
from bot.sandbox.world import World

# How long Telegram's apps wait for the answer to a press; the documentation names no number.
CALLBACK_LIFE_S = 60.0
MAX_CALLBACK_ANSWER = 200
DELETABLE_FOR_S = 48 * 3600  # https://core.telegram.org/bots/api#deletemessage
MEDIA = ("photo", "document", "video", "animation", "voice")
CAPTION = ("caption", "caption_entities")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_message_text(world: World, call: Call) -> Json:
    chat, message = _own_message(world, call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, chat, message, call, _without(message, "text", "entities") | text_content(call))


async def edit_message_caption(world: World, call: Call) -> Json:
    chat, message = _own_message(world, call)
    if not any(kind in message for kind in MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, chat, message, call, _without(message, *CAPTION) | caption_content(call))


async def edit_message_media(world: World, call: Call) -> Json:
    chat, message = _own_message(world, call)
    item = Parameters(call.structure("media", dict[str, Any]) or {})
    part = await media_part(world, call, item.text("type"), item.text("media"))
    rest = _without(message, *content_of(message))
    return _edit(world, chat, message, call, rest | caption_content(item) | part)


async def edit_message_reply_markup(world: World, call: Call) -> Json:
    chat, message = _own_message(world, call)
    return _edit(world, chat, message, call, message)


async def delete_message(world: World, call: Call) -> bool:
    chat = target_chat(world, call)
    message = chat.messages.get(call.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    own = message["from"]["id"] == world.bot.id
    too_old = time.time() - message["date"] > DELETABLE_FOR_S
    if too_old or not (own or chat.private or chat.status(world.bot.id) in ADMINS):
        raise bad_request("message can't be deleted")
    world.delete(chat, message["message_id"])
    return True


async def answer_callback_query(world: World, call: Call) -> bool:
    query = world.queries.pop(call.text("callback_query_id"), None)
    if query is None or time.monotonic() - query.opened_at > CALLBACK_LIFE_S:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = call.text("text")
    if len(text) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": call.flag("show_alert"), "user_id": query.user_id}
    world.tell("callback_answer", query.chat_id, callback_query_id=query.id, **answer)
    return True


def _own_message(world: World, call: Call) -> tuple[Chat, Json]:
    chat = target_chat(world, call)
    message = chat.messages.get(call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != world.bot.id:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(world: World, chat: Chat, old: Json, call: Call, new: Json) -> Json:
    markup = inline_only(check_markup(call.structure("reply_markup", dict[str, Any])))
    edited = _without(new, "reply_markup") | ({"reply_markup": markup} if markup else {})
    if _lasting(edited) == _lasting(old):
        raise bad_request(NOT_MODIFIED)
    return world.replace(chat, edited)


def _lasting(value: Any) -> Any:
    """What makes two versions of a message the same to Telegram: all but handles and the time of the edit."""
    if isinstance(value, dict):
        return {key: _lasting(item) for key, item in value.items() if key not in ("file_id", "edit_date")}
    return [_lasting(item) for item in value] if isinstance(value, list) else value


def _without(message: Json, *keys: str) -> Json:
    return {key: value for key, value in message.items() if key not in keys}
