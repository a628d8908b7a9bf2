"""What was said about photos, and what people can still do with it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, TypedColumns

from storage.schema.base import (
    BLOB,
    FLAG,
    IDS,
    INTEGER,
    NUMBERS,
    OBJECT,
    POINTS,
    REAL,
    TEXT,
    TEXTS,
    TOKEN,
    WORD,
    of_chat,
    optional,
    required,
    table,
)


class ReplyColumns(TypedColumns):
    """One message of ours that answers photos: a single one, or all of an album.

    `asked_by` asked in message `asked_message_id`, `album` is Telegram's id of the group of photos.
    `message_id` is our message that has the words and the buttons, once it is sent. Where one message cannot
    hold all words, it is the last of several, and `earlier_ids` are those before it, in order. `is_caption`:
    the words of the first stand under its picture.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    thread_id = optional(INTEGER)
    asked_by = required(INTEGER)
    asked_message_id = required(INTEGER)
    album = optional(TEXT)
    message_id = optional(INTEGER)
    is_caption = required(FLAG, default=False)
    earlier_ids = required(IDS, default=[], server_default="[]")
    language = required(WORD)
    created_at = required(REAL, index=True)


REPLIES = table(
    "replies",
    ReplyColumns,
    Index("ix_replies_message", "chat_id", "message_id"),
    Index("ix_replies_album", "chat_id", "album"),
    never_reuse_ids=True,
)


class AnswerColumns(TypedColumns):
    """What was said about a photo. Holds no embedding: a stranger's face leaves nothing but a box.

    `reply_id` is the reply it is part of, as its photo number `position`; `reply_message_id` is the bot's
    message that shows it, once it is sent. `revision` rises whenever what it says is changed.
    Where `models` is `storage.appearances.ENROLMENT`, it only notes who was enrolled from the photo.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    update_id = required(INTEGER, index=True)
    message_id = required(INTEGER)
    reply_message_id = optional(INTEGER)
    reply_id = optional(INTEGER, ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    position = required(INTEGER, default=1, server_default="1")
    revision = required(INTEGER, default=0, server_default="0")
    file_unique_id = required(TEXT)
    file_id = required(TEXT)
    models = required(TEXT)
    gallery_version = required(INTEGER)
    result = required(OBJECT)
    picture_file_id = optional(TEXT)
    created_at = required(REAL, index=True)


ANSWERS = table(
    "answers",
    AnswerColumns,
    Index("ix_answers_same_photo", "chat_id", "file_unique_id"),
    Index("ix_answers_reply", "chat_id", "reply_message_id"),
    never_reuse_ids=True,
)


class StrangerColumns(TypedColumns):
    """A face that nobody enrolled, where the chat switched remembering on. It goes when `expires_at` is over.

    The columns that it shares with a face mean the same; `face` is its index in its answer.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    answer_id = required(INTEGER, ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    face = required(INTEGER)
    crop = required(TEXT, index=True)
    box = required(NUMBERS)
    landmarks = required(POINTS)
    quality = required(OBJECT)
    source = required(TEXT)
    model = required(TEXT)
    vector = required(BLOB)
    expires_at = required(REAL, index=True)


STRANGERS = table(
    "strangers", StrangerColumns, Index("ix_strangers_chat_id", "chat_id"), never_reuse_ids=True
)


class PendingColumns(TypedColumns):
    """Something a person began and has not finished: an enrolment gathering photos, a face to pick.

    `data` is the use case's own JSON; `files` are spool or store names to delete with the row.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    user_id = required(INTEGER)
    kind = required(TEXT)
    data = required(OBJECT)
    files = required(TEXTS)
    created_at = required(REAL)
    expires_at = required(REAL, index=True)


PENDING = table(
    "pending", PendingColumns, Index("ix_pending_whose", "chat_id", "user_id", "kind"), never_reuse_ids=True
)


class ButtonColumns(TypedColumns):
    """What an inline button means. Its token is the callback data; buttons of one keyboard share `keyboard`.

    `user_id`: who may press, or NULL for anybody in the chat. `used_at` is set on all of a keyboard at once.
    """

    token = Column(TOKEN, primary_key=True)
    keyboard = required(TOKEN, index=True)
    chat_id = of_chat()
    user_id = optional(INTEGER)
    action = required(TEXT)
    data = required(OBJECT)
    expires_at = required(REAL, index=True)
    used_at = optional(REAL)


BUTTONS = table("buttons", ButtonColumns)
