"""Control endpoints for what people do in a chat."""

from __future__ import annotations

import secrets
import time
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.sandbox.call import MAX_FIELD_BYTES, Parameters
from bot.sandbox.control.posting import Uploads, post_as_person, with_text
from bot.sandbox.delivery import deliver
from bot.sandbox.errors import ControlError
from bot.sandbox.keyboards import callback_data_of
from bot.sandbox.methods.profile import menu_for
from bot.sandbox.methods.targets import MAX_CAPTION, MAX_TEXT
from bot.sandbox.sandbox import body_as, json_response, place, sandbox_of
from bot.sandbox.values import Chat, Json, Query

# Only these are shown by the page; anything else might run as a script of this origin.
SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"})


class Press(msgspec.Struct):
    """A press on a button; in a private chat `from` may be left out."""

    message_id: int
    data: str
    sender: int = msgspec.field(name="from", default=0)


class Edit(msgspec.Struct):
    """A person's edit of their own message: its new text or caption."""

    message_id: int
    text: str
    sender: int = msgspec.field(name="from", default=0)


class Deletion(msgspec.Struct):
    message_id: int


async def post_message(request: Request) -> Response:
    """Send text, photos, files, a forward, as one of the chat's people."""
    world, chat = place(request)
    if request.headers.get("content-type", "").startswith("application/json"):
        values: dict[str, Any] = await body_as(request, dict[str, Any])
        return json_response({"messages": await post_as_person(world, chat, Parameters(values), [])})
    async with request.form(max_files=64, max_part_size=MAX_FIELD_BYTES) as form:
        fields = {name: part for name, part in form.multi_items() if isinstance(part, str)}
        uploads: Uploads = [(name, part) for name, part in form.multi_items() if isinstance(part, UploadFile)]
        return json_response({"messages": await post_as_person(world, chat, Parameters(fields), uploads)})


async def press_button(request: Request) -> Response:
    """Press a button under a message; the bot's answer arrives as an event."""
    world, chat = place(request)
    press = await body_as(request, Press)
    message = _message(chat, press.message_id)
    if press.data not in callback_data_of(message):
        raise ControlError("there is no such button under this message")
    sender_id = press.sender or chat.id
    query_id = str(secrets.randbits(62))
    user = world.user(sender_id).as_user()
    world.queries[query_id] = Query(query_id, chat.id, sender_id, time.monotonic())
    world.updates.push("callback_query", {
        "id": query_id,
        "from": user,
        "message": message,
        "chat_instance": str(abs(chat.id)),
        "data": press.data,
    })  # fmt: skip
    return json_response({"callback_query_id": query_id})


async def edit_message(request: Request) -> Response:
    """Edit a person's message."""
    world, chat = place(request)
    edit = await body_as(request, Edit)
    message = _message(chat, edit.message_id)
    if message["from"]["id"] != (edit.sender or chat.id):
        raise ControlError("people edit only their own messages")
    is_text = "text" in message
    names = ("text", "entities") if is_text else ("caption", "caption_entities")
    rest = {key: value for key, value in message.items() if key not in names}
    fields = with_text(*names, MAX_TEXT if is_text else MAX_CAPTION, edit.text, [])
    edited = world.replace(chat, rest | fields)
    deliver(world, chat, edited, "edited_message")
    return json_response({"message": edited})


async def delete_message(request: Request) -> Response:
    """Delete a message; Telegram does not tell the bot."""
    world, chat = place(request)
    world.delete(chat, (await body_as(request, Deletion)).message_id)
    return json_response({})


async def history(request: Request) -> Response:
    """All messages of a chat, oldest first, and the bot's reactions to them."""
    _, chat = place(request)
    return json_response({"messages": list(chat.messages.values()), "reactions": chat.reactions})


async def command_menu(request: Request) -> Response:
    """The commands that Telegram would suggest to a person in a chat."""
    world, chat = place(request)
    user_id = Parameters(request.query_params).integer("from", chat.id)
    return json_response({"commands": menu_for(world, chat, user_id)})


async def file_bytes(request: Request) -> Response:
    """Any file that was sent, for the page to show."""
    files = sandbox_of(request).world.files
    file = files.by_unique_id(request.path_params["unique_id"])
    if file is None:
        raise ControlError("there is no such file", HTTPStatus.NOT_FOUND)
    if file.mime in SHOWN_TYPES:
        return FileResponse(files.location(file), media_type=file.mime)
    name = file.name or file.unique_id
    return FileResponse(files.location(file), media_type="application/octet-stream", filename=name)


def _message(chat: Chat, message_id: int) -> Json:
    if message_id not in chat.messages:
        raise ControlError(f"there is no message {message_id}")
    return chat.messages[message_id]
