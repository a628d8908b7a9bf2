"""Edits of messages of ours, as calls to Telegram."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.replies import Keyboard, Shown
from storage.outbox import Send


class Edit(msgspec.Struct, frozen=True):
    """What a message of ours shall become; None for what stays. A keyboard that is not given goes.

    `text` is its words, under its picture where `is_caption`. A new `picture` (a file of ours) replaces its
    caption as well. `answer_id`: the answer whose picture it shows, drawn from its `answer_revision`.
    """

    message_id: int
    text: str | None = None
    is_caption: bool = False
    keyboard: Keyboard | None = None
    picture: Shown | None = None
    answer_id: int | None = None
    answer_revision: int = 0


def send_for(chat_id: int, edit: Edit, markup: dict[str, Any]) -> Send:
    """The call that makes an edit. A later one of the same kind takes its place while it waits."""
    method, content = _method(edit)
    files = {"picture": str(edit.picture.path)} if edit.picture is not None else {}
    return Send(
        chat_id,
        method,
        {"chat_id": chat_id, "message_id": edit.message_id, **content, **markup},
        files=files,
        answer_ids=(edit.answer_id,) if edit.answer_id is not None else (),
        answer_revision=edit.answer_revision,
        coalesce=f"{method}:{edit.message_id}",
    )


def _method(edit: Edit) -> tuple[str, dict[str, Any]]:
    if edit.picture is not None:
        kind = "photo" if edit.picture.fits_photo else "document"
        media = {"type": kind, "media": "attach://picture", "caption": edit.text or "", "parse_mode": "HTML"}
        return "editMessageMedia", {"media": media}
    if edit.text is None:
        return "editMessageReplyMarkup", {}
    name, method = ("caption", "editMessageCaption") if edit.is_caption else ("text", "editMessageText")
    return method, {name: edit.text, "parse_mode": "HTML"}
