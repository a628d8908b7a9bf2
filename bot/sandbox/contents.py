"""Stored files as the parts of a message that carry them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.files import StoredFile, identity

Json = dict[str, Any]

# What the page's and the tests' clips are said to be; nobody measures them here.
CLIP = {"width": 320, "height": 320, "duration": 3}
CONTENT_KEYS = (
    "text", "entities", "caption", "caption_entities", "photo", "document", "sticker", "voice", "video",
    "video_note", "animation",
)  # fmt: skip
ATTRIBUTES: dict[str, Json] = {
    "sticker": {
        "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False,
    },
    "voice": {"duration": 2, "mime_type": "audio/ogg"},
    "video": {**CLIP, "mime_type": "video/mp4"},
    "video_note": {"length": 240, "duration": 3},
    "animation": {**CLIP, "mime_type": "video/mp4"},
}  # fmt: skip


def photo_part(sizes: list[StoredFile]) -> Json:
    """A photo: all its sizes, the largest last."""
    return {"photo": [{**identity(size), "width": size.width, "height": size.height} for size in sizes]}


def document_part(file: StoredFile) -> Json:
    """A document, as it was uploaded."""
    named = {"file_name": file.name, "mime_type": file.mime}
    return {"document": {**identity(file), **{key: value for key, value in named.items() if value}}}


def other_part(kind: str, file: StoredFile) -> Json:
    """A sticker, voice message, video, video note or animation (which is a document as well)."""
    part: Json = {kind: {**identity(file), **ATTRIBUTES[kind]}}
    return part | document_part(file) if kind == "animation" else part


def content_of(message: Json) -> Json:
    """What a copy of a message carries over."""
    return {key: message[key] for key in CONTENT_KEYS if key in message}
