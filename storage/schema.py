"""The tables. Times are seconds since the epoch (UTC), ids of chats, users and messages are Telegram's."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# The migration these tables are the result of; a test holds it against Alembic's head. Kept here so that
# a start on an up-to-date database need not import Alembic.
REVISION = "2026_11_22_first_light"

# Batch-mode migrations can only drop constraints that have names.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        # Telegram's ids need 64 bits. SQLite's INTEGER has them, and only INTEGER keys count up.
        int: BigInteger().with_variant(Integer, "sqlite"),
        bytes: LargeBinary,
        dict[str, Any]: JSON,
        dict[str, str]: JSON,
        list[str]: JSON,
        list[float]: JSON,
        list[list[float]]: JSON,
    }


# Without it SQLite gives a deleted row's id to the next one, and stored references (a button's person, the
# outbox row that an edit is for) would come to mean something else.
NEVER_REUSE_IDS = {"sqlite_autoincrement": True}


class Chat(Base):
    """A chat that wrote to the bot. `gallery_version` rises with every change to its people and faces."""

    __tablename__ = "chats"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    gallery_version: Mapped[int] = mapped_column(default=0)
    face_model: Mapped[str | None]
    created_at: Mapped[float]
    left_at: Mapped[float | None]


class Person(Base):
    """A person of one chat's gallery. `name_key` is what makes "alice" and "Alice" one person."""

    __tablename__ = "people"
    __table_args__ = (
        Index(
            "uq_people_living_name",
            "chat_id",
            "name_key",
            unique=True,
            sqlite_where=text("forgotten_at IS NULL"),
        ),
        NEVER_REUSE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str]
    created_by: Mapped[int]
    created_at: Mapped[float]
    forgotten_at: Mapped[float | None]


class Face(Base):
    """One enrolled face. `crop` is the sha256 under which the photo store keeps its crop.

    Box (left, top, right, bottom) and landmarks (x, y) lie inside the crop, in pixels: what re-embedding
    needs. `source` is the file_unique_id of the photo it was cut from.
    """

    __tablename__ = "faces"
    __table_args__ = (UniqueConstraint("person_id", "crop"), NEVER_REUSE_IDS)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    crop: Mapped[str] = mapped_column(index=True)
    box: Mapped[list[float]]
    landmarks: Mapped[list[list[float]]]
    quality: Mapped[dict[str, Any]]
    source: Mapped[str]
    enrolled_by: Mapped[int]
    enrolled_at: Mapped[float]


class Embedding(Base):
    """A face's vector under one model, as little-endian float32 bytes."""

    __tablename__ = "embeddings"
    face_id: Mapped[int] = mapped_column(ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[bytes]


class Answer(Base):
    """What was said about a photo. Holds no embedding: a stranger's face leaves nothing but a box.

    `reply_message_id` is the bot's message that says it, once it is sent.
    """

    __tablename__ = "answers"
    __table_args__ = (
        Index("ix_answers_same_photo", "chat_id", "file_unique_id"),
        Index("ix_answers_reply", "chat_id", "reply_message_id"),
        NEVER_REUSE_IDS,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    update_id: Mapped[int] = mapped_column(index=True)
    message_id: Mapped[int]
    reply_message_id: Mapped[int | None]
    file_unique_id: Mapped[str]
    file_id: Mapped[str]
    models: Mapped[str]
    gallery_version: Mapped[int]
    result: Mapped[dict[str, Any]]
    picture_file_id: Mapped[str | None]
    created_at: Mapped[float] = mapped_column(index=True)


class Pending(Base):
    """Something a person began and has not finished: an enrolment gathering photos, a face to pick.

    `data` is the use case's own JSON; `files` are spool or store names to delete with the row.
    """

    __tablename__ = "pending"
    __table_args__ = (Index("ix_pending_whose", "chat_id", "user_id", "kind"), NEVER_REUSE_IDS)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    user_id: Mapped[int]
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]
    files: Mapped[list[str]]
    created_at: Mapped[float]
    expires_at: Mapped[float] = mapped_column(index=True)


class Button(Base):
    """What an inline button means. Its token is the callback data; buttons of one keyboard share `keyboard`.

    `user_id`: who may press, or NULL for anybody in the chat. `used_at` is set on all of a keyboard at once.
    """

    __tablename__ = "buttons"
    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    keyboard: Mapped[str] = mapped_column(String(32), index=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    user_id: Mapped[int | None]
    action: Mapped[str]
    data: Mapped[dict[str, Any]]
    expires_at: Mapped[float] = mapped_column(index=True)
    used_at: Mapped[float | None]


class Inbox(Base):
    """An update, stored before Telegram was told that it arrived.

    `lane`: 'fast' passes everything by, 'read' waits for earlier 'write' rows of its chat, 'write' waits for
    all earlier 'read' and 'write' rows of its chat. `state`: received, answered (its outbox rows are stored),
    done (all of them are sent, payload wiped). A row is claimed by (owner, lease_until). `album`: Telegram's
    id of the group of photos it came in; an album's rows wait for each other and are claimed together.
    """

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_open", "state", "chat_id", "update_id"),)
    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chat_id: Mapped[int]
    user_id: Mapped[int]
    album: Mapped[str | None]
    lane: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), default="received")
    payload: Mapped[bytes]
    owner: Mapped[str | None]
    lease_until: Mapped[float | None]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[float] = mapped_column(default=0.0)
    received_at: Mapped[float]
    finished_at: Mapped[float | None]


class Outbox(Base):
    """One call to Telegram that must happen. Rows of one chat leave in the order of their ids.

    `method` and `payload` are the Bot API's; `files` maps a payload field to a file to upload.
    `edits` names the outbox row whose message this one edits (its message id may not be known yet).
    `coalesce`: a later row with the same key replaces this one while it waits.
    `state`: queued, sending, sent, failed.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "state", "chat_id", "id"), NEVER_REUSE_IDS)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int]
    update_id: Mapped[int | None] = mapped_column(index=True)
    method: Mapped[str]
    payload: Mapped[dict[str, Any]]
    files: Mapped[dict[str, str]]
    edits: Mapped[int | None]
    answer_id: Mapped[int | None]
    coalesce: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(8), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[float] = mapped_column(default=0.0)
    message_id: Mapped[int | None]
    error: Mapped[str | None]
    created_at: Mapped[float]
    finished_at: Mapped[float | None]


class Grant(Base):
    """Who may use the bot where ACCESS is `invite`: a user or a chat, and who let them in."""

    __tablename__ = "grants"
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    granted_by: Mapped[int]
    granted_at: Mapped[float]


class Invite(Base):
    """An invitation an owner made: a deep link's parameter, good for one use."""

    __tablename__ = "invites"
    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_by: Mapped[int]
    expires_at: Mapped[float]


class Usage(Base):
    """Photos taken on a day, per user and per chat (`subject`: 'user:1', 'chat:-2').

    `day` counts days since the epoch.
    """

    __tablename__ = "usage"
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(primary_key=True)
    photos: Mapped[int] = mapped_column(default=0)


class Note(Base):
    """Small facts about the installation that must outlive a restart (what owners were told, and when)."""

    __tablename__ = "notes"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    updated_at: Mapped[float]
