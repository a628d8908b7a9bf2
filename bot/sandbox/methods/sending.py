"""Methods that put new messages into a chat."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.call import Call, Parameters
from bot.sandbox.contents import content_of, document_part, photo_part
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.files import MAX_UPLOAD_BYTES
from bot.sandbox.methods.targets import caption_content, surroundings, target_chat, text_content
from bot.sandbox.values import Chat, Json
from bot.sandbox.world import World

MAX_ALBUM = 10


async def send_message(world: World, call: Call) -> Json:
    chat = target_chat(world, call)
    return _post(world, chat, call, {**surroundings(world, chat, call), **text_content(call)})


async def send_photo(world: World, call: Call) -> Json:
    chat = target_chat(world, call)
    content = {**surroundings(world, chat, call), **caption_content(call)}
    return _post(world, chat, call, content | await media_part(world, call, "photo", call.text("photo")))


async def send_document(world: World, call: Call) -> Json:
    chat = target_chat(world, call)
    content = {**surroundings(world, chat, call), **caption_content(call)}
    part = await media_part(world, call, "document", call.text("document"))
    return _post(world, chat, call, content | part)


async def send_media_group(world: World, call: Call) -> list[Json]:
    chat = target_chat(world, call)
    items = [Parameters(item) for item in _album(call)]
    if "reply_markup" in call:
        raise bad_request("reply markup can't be used in albums")
    around = surroundings(world, chat, call) | {"media_group_id": new_album_id()}
    contents = [
        around | caption_content(item) | await media_part(world, call, item.text("type"), item.text("media"))
        for item in items
    ]
    return [world.post(chat, world.bot.id, content) for content in contents]


async def copy_message(world: World, call: Call) -> Json:
    chat, original = target_chat(world, call), _original(world, call, "copy")
    content = content_of(original)
    if "caption" in call:
        content = {**content, **caption_content(call)}
    sent = world.post(chat, world.bot.id, {**surroundings(world, chat, call), **content})
    return {"message_id": sent["message_id"]}


async def forward_message(world: World, call: Call) -> Json:
    chat, original = target_chat(world, call), _original(world, call, "forward")
    return world.post(chat, world.bot.id, {**content_of(original), **forward_origin(original)})


async def media_part(world: World, call: Call, kind: str, media: str) -> Json:
    """The photo or document part of a message, from an upload or a file_id; ApiError."""
    if kind not in ("photo", "document"):
        raise bad_request(f"type of file mismatch: {kind} can't be sent here")
    name = media.removeprefix("attach://") if media.startswith("attach://") else kind
    upload = call.files.get(name)
    if upload is None:
        return _known_file(world, kind, media)
    if (upload.size or 0) > MAX_UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo":
        return photo_part(await world.files.add_bots_photo(upload.file))
    content_type = upload.content_type or "application/octet-stream"
    stored = await world.files.add(upload.file, "document", upload.filename or "file", content_type)
    return document_part(stored)


def forward_origin(original: Json) -> Json:
    """Where a forwarded message came from."""
    if "forward_origin" in original:
        return {"forward_origin": original["forward_origin"]}
    origin = {"type": "user", "sender_user": original["from"], "date": original["date"]}
    return {"forward_origin": origin}


def new_album_id() -> str:
    """What the messages of one album share."""
    return str(secrets.randbelow(10**17) + 10**17)


def _post(world: World, chat: Chat, call: Call, content: Json) -> Json:
    """Post a message of the bot; a keyboard or forced reply that it asks for is no part of the message."""
    message = world.post(chat, world.bot.id, content)
    markup = call.structure("reply_markup", dict[str, Any])
    if markup and "inline_keyboard" not in markup:
        chat.asked[message["message_id"]] = markup
        world.tell("asked", chat.id, message_id=message["message_id"], markup=markup)
    return message


def _known_file(world: World, kind: str, media: str) -> Json:
    if not media:
        raise bad_request(f"there is no {kind} in the request")
    if media.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    if media.startswith("attach://"):
        raise bad_request("attached file not found in the request")
    file = world.files.by_file_id(media)
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.capitalize()} as {kind.capitalize()}")
    return photo_part(world.files.sizes(file)) if kind == "photo" else document_part(file)


def _album(call: Call) -> list[dict[str, Any]]:
    media = call.structure("media", list[dict[str, Any]])
    if not media:
        raise bad_request("there are no messages to send")
    if len(media) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    if len({item.get("type") == "document" for item in media}) > 1:
        raise bad_request("document can't be mixed with other media types")
    return media


def _original(world: World, call: Call, verb: str) -> Json:
    source: Chat = target_chat(world, call, "from_chat_id")
    message = source.messages.get(call.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    return message
