"""A chat, what its admins set, and who said No in it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, TypedColumns, false

from storage.schema.base import FLAG, INTEGER, REAL, TEXT, WORD, optional, required, table


class ChatColumns(TypedColumns):
    """A chat that wrote to the bot. `gallery_version` rises with every change to its people and faces.

    What its admins set: `tagging` (name people in every photo), `strictness` (strict, normal, loose),
    `strangers` (remember faces nobody enrolled), `keep_answers_s` (NULL: as the installation does) and
    `language` (NULL: that of whoever writes). `greeted_at`: when it was told what the bot sees and keeps.
    """

    id = Column(INTEGER, primary_key=True, autoincrement=False)
    kind = required(TEXT)
    title = required(TEXT, default="")
    gallery_version = required(INTEGER, default=0)
    face_model = optional(TEXT)
    created_at = required(REAL)
    left_at = optional(REAL)
    tagging = required(FLAG, default=False, server_default=false())
    strictness = required(WORD, default="normal", server_default="normal")
    strangers = required(FLAG, default=False, server_default=false())
    keep_answers_s = optional(REAL)
    language = optional(WORD)
    greeted_at = optional(REAL)


CHATS = table("chats", ChatColumns)


class RefusalColumns(TypedColumns):
    """Somebody said No in this chat. `digest` is a keyed hash of the user's id: all that stays of them."""

    chat_id = Column(
        INTEGER, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    digest = Column(TEXT, primary_key=True)
    refused_at = required(REAL)


REFUSALS = table("refusals", RefusalColumns)
