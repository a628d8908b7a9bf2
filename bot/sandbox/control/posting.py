"""People's messages: what the page and the tests send, turned into messages and updates."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import UploadFile

from bot.sandbox.call import Parameters
from bot.sandbox.contents import ATTRIBUTES, content_of, document_part, other_part, photo_part
from bot.sandbox.delivery import deliver
from bot.sandbox.entities import find_entities, utf16_length
from bot.sandbox.errors import ControlError
from bot.sandbox.methods.sending import MAX_ALBUM, forward_origin, new_album_id
from bot.sandbox.methods.targets import MAX_CAPTION, MAX_TEXT, given_entities, quoted, thread_of_reply
from bot.sandbox.pictures import NotAPictureError
from bot.sandbox.values import ANONYMOUS_ADMIN_ID, CHANNEL_BOT_ID, PRESENT, Chat, Json
from bot.sandbox.world import World

Uploads = Sequence[tuple[str, UploadFile]]

# The one channel in whose name people can write here; they choose its title.
CHANNEL_ID = -1_009_999_999_999


async def post_as_person(world: World, chat: Chat, fields: Parameters, uploads: Uploads) -> list[Json]:
    """Send what a form says as its sender, and tell the bot; the messages. ControlError, ApiError."""
    sender_id = _sender(world, chat, fields)
    around = _around(world, chat, fields)
    contents = await _contents(world, chat, fields, uploads)
    if len(contents) > MAX_ALBUM:
        raise ControlError(f"an album has at most {MAX_ALBUM} items")
    if len(contents) > 1:
        around["media_group_id"] = new_album_id()
    messages = [world.post(chat, sender_id, around | content) for content in contents]
    for message in messages:
        deliver(world, chat, message)
    return messages


def with_text(name: str, entities_name: str, limit: int, text: str, given: list[Json]) -> Json:
    """A text or caption and its entities, as fields of a message; ControlError where it is too long."""
    if utf16_length(text) > limit:
        raise ControlError(f"a {name} has at most {limit} characters")
    entities = find_entities(text, given)
    fields: Json = {name: text} if text else {}
    return fields | ({entities_name: entities} if entities else {})


def _sender(world: World, chat: Chat, fields: Parameters) -> int:
    sender_id = fields.integer("from", chat.id if chat.private else 0)
    user = world.user(sender_id)
    if chat.status(sender_id) not in PRESENT or chat.migrated_to:
        raise ControlError(f"{user.first_name} is not in this chat")
    if "channel" in fields:
        return CHANNEL_BOT_ID
    return ANONYMOUS_ADMIN_ID if fields.flag("anonymous") else sender_id


def _around(world: World, chat: Chat, fields: Parameters) -> Json:
    """Topic, reply and the sender's disguise."""
    around: Json = {"sender_chat": world.chat_json(chat)} if fields.flag("anonymous") else {}
    if "channel" in fields:
        around = {"sender_chat": {"id": CHANNEL_ID, "type": "channel", "title": fields.text("channel")}}
    if reply_to := fields.integer("reply_to"):
        if reply_to not in chat.messages:
            raise ControlError(f"there is no message {reply_to} to reply to")
        reply = chat.messages[reply_to]
        around |= {**thread_of_reply(chat, reply), "reply_to_message": quoted(reply)}
    if album := fields.text("media_group_id"):
        around["media_group_id"] = album  # a late photo of an album that was sent before
    if thread_id := fields.integer("message_thread_id"):
        if thread_id not in chat.topics:
            raise ControlError(f"there is no topic {thread_id}")
        around |= {"message_thread_id": thread_id, "is_topic_message": True}
        # Telegram shows what begins a topic as that which all of it replies to.
        around.setdefault("reply_to_message", quoted(chat.messages[thread_id]))
    return around


async def _contents(world: World, chat: Chat, fields: Parameters, uploads: Uploads) -> list[Json]:
    """The content of each message that a form asks for, the caption on the first."""
    if forwarded := fields.integer("forward"):
        original = world.chat(fields.integer("forward_from", chat.id)).messages.get(forwarded)
        if original is None:
            raise ControlError(f"there is no message {forwarded} to forward")
        return [{**content_of(original), **forward_origin(original)}]
    given = given_entities(fields, "entities")
    parts = [await _media_part(world, fields, name, upload) for name, upload in uploads]
    if parts:
        caption = with_text("caption", "caption_entities", MAX_CAPTION, fields.text("caption"), given)
        return [parts[0] | caption, *parts[1:]]
    text = fields.text("text").strip()
    if not text:
        raise ControlError("nothing to send")
    return [with_text("text", "entities", MAX_TEXT, text, given)]


async def _media_part(world: World, fields: Parameters, name: str, upload: UploadFile) -> Json:
    kind = fields.text("kind") or name
    if kind == "photo":
        try:
            return photo_part(await world.files.add_photo(upload.file))
        except NotAPictureError as error:
            raise ControlError(f"{upload.filename} cannot be sent as a photo; send it as a file") from error
    kind = kind if kind in ATTRIBUTES else "document"
    mime = upload.content_type or "application/octet-stream"
    stored = await world.files.add(upload.file, kind, upload.filename or "", mime)
    return document_part(stored) if kind == "document" else other_part(kind, stored)
