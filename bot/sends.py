"""Replies of ours, as calls to Telegram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.replies import CAPTION_LIMIT, TEXT_LIMIT, Reply, Shown, length, pages
from storage.outbox import Send

Payload = Mapping[str, Any]


def sends_for(reply: Reply, where: Payload) -> list[Send]:
    """The calls that say a reply: its pictures, and its words in as many messages as they need.

    `where`: the part of a send method's parameters that says where. The words stand under the picture where
    they fit, but not under an album that has buttons: it takes none.
    """
    texts = pages(reply.text, TEXT_LIMIT)
    if not reply.pictures:
        return [_text(where, text) for text in texts]
    if length(reply.text) <= CAPTION_LIMIT and (reply.keyboard is None or len(reply.pictures) == 1):
        return _pictures(where, reply.pictures, reply.text)
    return [*_pictures(where, reply.pictures, ""), *(_text(where, text) for text in texts)]


def linked(sends: Sequence[Send], reply_id: int | None, answer_ids: Sequence[int]) -> list[Send]:
    """The sends, each tied to the answers it shows, and those that have the words to their reply."""
    waiting = list(answer_ids)
    tied = []
    for number, send in enumerate(sends, start=1):
        if send.method == "sendMediaGroup":
            count = len(send.payload["media"])
        elif send.method == "sendMessage":
            count = len(waiting) if number == 1 else 0
        else:
            count = 1
        has_words = send.method == "sendMessage" or number == len(sends)
        tied.append(
            msgspec.structs.replace(
                send, reply_id=reply_id if has_words else None, answer_ids=tuple(waiting[:count])
            )
        )
        del waiting[:count]
    return tied


def _text(where: Payload, text: str) -> Send:
    return Send(where["chat_id"], "sendMessage", {**where, "text": text, "parse_mode": "HTML"})


def _pictures(where: Payload, pictures: Sequence[Shown], caption: str) -> list[Send]:
    if len(pictures) > 1 and all(picture.fits_photo for picture in pictures):
        return [_album(where, pictures, caption)]
    return [
        _picture(where, picture, caption if number == 0 else "") for number, picture in enumerate(pictures)
    ]


def _picture(where: Payload, picture: Shown, caption: str) -> Send:
    method, name = ("sendPhoto", "photo") if picture.fits_photo else ("sendDocument", "document")
    payload = {**where, "caption": caption, "parse_mode": "HTML"}
    files = {}
    if picture.file_id is not None:
        payload[name] = picture.file_id
    else:
        files[name] = str(picture.path)
    return Send(where["chat_id"], method, payload, files=files)


def _album(where: Payload, pictures: Sequence[Shown], caption: str) -> Send:
    media: list[dict[str, Any]] = []
    files: dict[str, str] = {}
    for number, picture in enumerate(pictures):
        item = {"type": "photo", "media": picture.file_id or f"attach://picture{number}"}
        if number == 0:
            item |= {"caption": caption, "parse_mode": "HTML"}
        if picture.file_id is None:
            files[f"picture{number}"] = str(picture.path)
        media.append(item)
    return Send(where["chat_id"], "sendMediaGroup", {**where, "media": media}, files=files)
