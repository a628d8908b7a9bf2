"""The tables. Times are seconds since the epoch (UTC), ids of chats, users and messages are Telegram's.

A class lists the columns and says what a row means; the constant below it is the table, which queries are
made of (`INBOX.c.update_id`). Tables, not mapped classes: nothing here needs the ORM's identity map, and
mapping took 30 ms of each start.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

# The migration these tables are the result of; a test holds it against Alembic's head. Kept here so that
# a start on an up-to-date database need not import Alembic.
REVISION = "2026_11_22_people"

# Batch-mode migrations can only drop constraints that have names.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=NAMING)

# Telegram's ids need 64 bits. SQLite's INTEGER has them, and only INTEGER keys count up.
INTEGER = BigInteger().with_variant(Integer, "sqlite")
REAL: TypeEngine[float] = Double()
TEXT = String()
TOKEN = String(32)
WORD = String(8)
FLAG = Boolean(create_constraint=False)
BLOB = LargeBinary()
# JSON, named after what is inside.
OBJECT: TypeEngine[dict[str, Any]] = JSON()
NAMES: TypeEngine[dict[str, str]] = JSON()
TEXTS: TypeEngine[list[str]] = JSON()
NUMBERS: TypeEngine[list[float]] = JSON()
IDS: TypeEngine[list[int]] = JSON()
POINTS: TypeEngine[list[list[float]]] = JSON()

ColumnsT = TypeVar("ColumnsT", bound=TypedColumns)
ValueT = TypeVar("ValueT")


def _required(kind: TypeEngine[ValueT], *items: SchemaItem, **options: Any) -> Column[ValueT]:
    """A column that is never NULL; further arguments are Column's."""
    return Column(kind, *items, nullable=False, **options)


def _optional(kind: TypeEngine[ValueT], *items: SchemaItem, **options: Any) -> Column[ValueT | None]:
    """A column that may be NULL; further arguments are Column's."""
    return Column(kind, *items, nullable=True, **options)


def _chat_id() -> Column[int]:
    """The chat that a row belongs to: the row goes with it, and follows it to a new id."""
    return _required(INTEGER, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))


def _table(
    name: str, columns: type[ColumnsT], *items: SchemaItem, never_reuse_ids: bool = False
) -> Table[ColumnsT]:
    """The table of the columns that a class lists, each named like its attribute.

    Table would take the class as it is, but then copies every column: 20 ms of each start instead of 16.

    `never_reuse_ids`: without it SQLite gives a deleted row's id to the next one, and stored references (a
    button's person, the outbox row that an edit is for) would come to mean something else.
    """
    listed = {key: column for key, column in vars(columns).items() if isinstance(column, Column)}
    for key, column in listed.items():
        column.name = column.key = key
    table = Table(name, METADATA, *listed.values(), *items, sqlite_autoincrement=never_reuse_ids)
    return table.with_cols(columns)


class ChatColumns(TypedColumns):
    """A chat that wrote to the bot. `gallery_version` rises with every change to its people and faces.

    What its admins set: `tagging` (name people in every photo), `strictness` (strict, normal, loose),
    `strangers` (remember faces nobody enrolled), `keep_answers_s` (NULL: as the installation does) and
    `language` (NULL: that of whoever writes). `greeted_at`: when it was told what the bot sees and keeps.
    """

    id = Column(INTEGER, primary_key=True, autoincrement=False)
    kind = _required(TEXT)
    title = _required(TEXT, default="")
    gallery_version = _required(INTEGER, default=0)
    face_model = _optional(TEXT)
    created_at = _required(REAL)
    left_at = _optional(REAL)
    tagging = _required(FLAG, default=False, server_default=false())
    strictness = _required(WORD, default="normal", server_default="normal")
    strangers = _required(FLAG, default=False, server_default=false())
    keep_answers_s = _optional(REAL)
    language = _optional(WORD)
    greeted_at = _optional(REAL)


CHATS = _table("chats", ChatColumns)


class PersonColumns(TypedColumns):
    """A person of one chat's gallery. `name_key` is what makes "alice" and "Alice" one person.

    `user_id`: the Telegram user who this is, and who allowed it; `mention`: and allowed to be mentioned.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = _chat_id()
    name = _required(TEXT)
    name_key = _required(TEXT)
    created_by = _required(INTEGER)
    created_at = _required(REAL)
    forgotten_at = _optional(REAL)
    user_id = _optional(INTEGER)
    mention = _required(FLAG, default=False, server_default=false())


PEOPLE = _table(
    "people",
    PersonColumns,
    Index(
        "uq_people_living_name",
        "chat_id",
        "name_key",
        unique=True,
        sqlite_where=text("forgotten_at IS NULL"),
    ),
    Index("ix_people_user_id", "user_id"),
    never_reuse_ids=True,
)


class FaceColumns(TypedColumns):
    """One enrolled face. `crop` is the sha256 under which the photo store keeps its crop.

    Box (left, top, right, bottom) and landmarks (x, y) lie inside the crop, in pixels: what re-embedding
    needs. `source` is the file_unique_id of the photo it was cut from. `enrolled_by` is 0 where whoever did
    it asked to be forgotten.
    """

    id = Column(INTEGER, primary_key=True)
    person_id = _required(INTEGER, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    crop = _required(TEXT, index=True)
    box = _required(NUMBERS)
    landmarks = _required(POINTS)
    quality = _required(OBJECT)
    source = _required(TEXT)
    enrolled_by = _required(INTEGER)
    enrolled_at = _required(REAL)


FACES = _table("faces", FaceColumns, UniqueConstraint("person_id", "crop"), never_reuse_ids=True)


class EmbeddingColumns(TypedColumns):
    """A face's vector under one model, as little-endian float32 bytes."""

    face_id = Column(INTEGER, ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True)
    model = Column(TEXT, primary_key=True)
    vector = _required(BLOB)


EMBEDDINGS = _table("embeddings", EmbeddingColumns)


class NegativeColumns(TypedColumns):
    """A "no": this face is not this person. It goes with the person.

    `vector` is the face's, under `model`, as little-endian float32 bytes; `source` (file_unique_id) and `box`
    (pixels of the upright photo) say which face of which photo it was, whatever the model.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = _chat_id()
    person_id = _required(INTEGER, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    model = _required(TEXT)
    vector = _required(BLOB)
    source = _required(TEXT)
    box = _required(NUMBERS)
    created_by = _required(INTEGER)
    created_at = _required(REAL)


NEGATIVES = _table("negatives", NegativeColumns, Index("ix_negatives_chat_id", "chat_id"))


class ConsentColumns(TypedColumns):
    """Why a person may be recognised: who said so, when, and to which version of our words.

    `kind`: `attested` (whoever enrolled them says they agreed) or `allowed` (they pressed Allow themselves).
    `given_by` is 0 where whoever attested asked to be forgotten, `wording` "" where they were enrolled before
    there were words of ours.
    """

    id = Column(INTEGER, primary_key=True)
    person_id = _required(INTEGER, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind = _required(WORD)
    given_by = _required(INTEGER, index=True)
    wording = _required(TEXT)
    given_at = _required(REAL)


CONSENTS = _table("consents", ConsentColumns)


class RefusalColumns(TypedColumns):
    """Somebody said No in this chat. `digest` is a keyed hash of the user's id: all that stays of them."""

    chat_id = Column(
        INTEGER, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    digest = Column(TEXT, primary_key=True)
    refused_at = _required(REAL)


REFUSALS = _table("refusals", RefusalColumns)


class ReplyColumns(TypedColumns):
    """One message of ours that answers photos: a single one, or all of an album.

    `asked_by` asked in message `asked_message_id`, `album` is Telegram's id of the group of photos.
    `message_id` is our message that has the words and the buttons, once it is sent; `is_caption` where they
    stand under the picture.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = _chat_id()
    thread_id = _optional(INTEGER)
    asked_by = _required(INTEGER)
    asked_message_id = _required(INTEGER)
    album = _optional(TEXT)
    message_id = _optional(INTEGER)
    is_caption = _required(FLAG, default=False)
    language = _required(WORD)
    created_at = _required(REAL, index=True)


REPLIES = _table(
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
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = _chat_id()
    update_id = _required(INTEGER, index=True)
    message_id = _required(INTEGER)
    reply_message_id = _optional(INTEGER)
    reply_id = _optional(INTEGER, ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    position = _required(INTEGER, default=1, server_default="1")
    revision = _required(INTEGER, default=0, server_default="0")
    file_unique_id = _required(TEXT)
    file_id = _required(TEXT)
    models = _required(TEXT)
    gallery_version = _required(INTEGER)
    result = _required(OBJECT)
    picture_file_id = _optional(TEXT)
    created_at = _required(REAL, index=True)


ANSWERS = _table(
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
    chat_id = _chat_id()
    answer_id = _required(INTEGER, ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    face = _required(INTEGER)
    crop = _required(TEXT, index=True)
    box = _required(NUMBERS)
    landmarks = _required(POINTS)
    quality = _required(OBJECT)
    source = _required(TEXT)
    model = _required(TEXT)
    vector = _required(BLOB)
    expires_at = _required(REAL, index=True)


STRANGERS = _table(
    "strangers", StrangerColumns, Index("ix_strangers_chat_id", "chat_id"), never_reuse_ids=True
)


class JobColumns(TypedColumns):
    """Work that follows from an update but is too slow for it: redrawing an answer, looking at old photos.

    `data` is the job's own JSON; `key` keeps one job from being queued twice. `not_before` is also the end of
    the lease of whoever works on it.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = _chat_id()
    kind = _required(TEXT)
    key = _required(TEXT)
    data = _required(OBJECT)
    attempts = _required(INTEGER, default=0)
    not_before = _required(REAL, index=True)
    created_at = _required(REAL)


JOBS = _table("jobs", JobColumns, UniqueConstraint("chat_id", "kind", "key"), never_reuse_ids=True)


class PendingColumns(TypedColumns):
    """Something a person began and has not finished: an enrolment gathering photos, a face to pick.

    `data` is the use case's own JSON; `files` are spool or store names to delete with the row.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = _chat_id()
    user_id = _required(INTEGER)
    kind = _required(TEXT)
    data = _required(OBJECT)
    files = _required(TEXTS)
    created_at = _required(REAL)
    expires_at = _required(REAL, index=True)


PENDING = _table(
    "pending", PendingColumns, Index("ix_pending_whose", "chat_id", "user_id", "kind"), never_reuse_ids=True
)


class ButtonColumns(TypedColumns):
    """What an inline button means. Its token is the callback data; buttons of one keyboard share `keyboard`.

    `user_id`: who may press, or NULL for anybody in the chat. `used_at` is set on all of a keyboard at once.
    """

    token = Column(TOKEN, primary_key=True)
    keyboard = _required(TOKEN, index=True)
    chat_id = _chat_id()
    user_id = _optional(INTEGER)
    action = _required(TEXT)
    data = _required(OBJECT)
    expires_at = _required(REAL, index=True)
    used_at = _optional(REAL)


BUTTONS = _table("buttons", ButtonColumns)


class InboxColumns(TypedColumns):
    """An update, stored before Telegram was told that it arrived.

    `lane`: 'fast' passes everything by, 'read' waits for earlier 'write' rows of its chat, 'write' waits for
    all earlier 'read' and 'write' rows of its chat. `state`: received, answered (its outbox rows are stored),
    done (all of them are sent, payload wiped). A row is claimed by (owner, lease_until). `album`: Telegram's
    id of the group of photos it came in; an album's rows wait for each other and are claimed together.
    """

    update_id = Column(INTEGER, primary_key=True, autoincrement=False)
    chat_id = _required(INTEGER)
    user_id = _required(INTEGER)
    album = _optional(TEXT)
    lane = _required(WORD)
    state = _required(WORD, default="received")
    payload = _required(BLOB)
    owner = _optional(TEXT)
    lease_until = _optional(REAL)
    attempts = _required(INTEGER, default=0)
    not_before = _required(REAL, default=0.0)
    received_at = _required(REAL)
    finished_at = _optional(REAL)


INBOX = _table("inbox", InboxColumns, Index("ix_inbox_open", "state", "chat_id", "update_id"))


class OutboxColumns(TypedColumns):
    """One call to Telegram that must happen. Rows of one chat leave in the order of their ids.

    `method` and `payload` are the Bot API's; `files` maps a payload field to a file to upload.
    `edits` names the outbox row whose message this one edits (its message id may not be known yet).
    `reply_id`: the reply whose words and buttons its message has; `answer_ids`: the answers that its messages
    show, in order, and `answer_revision` what their pictures were drawn from.
    What is withdrawn while it is being sent has a `finished_at` already: it is not sent again.
    `coalesce`: a later row with the same key replaces this one while it waits.
    `state`: queued, sending, sent, failed.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = _required(INTEGER)
    update_id = _optional(INTEGER, index=True)
    method = _required(TEXT)
    payload = _required(OBJECT)
    files = _required(NAMES)
    edits = _optional(INTEGER)
    reply_id = _optional(INTEGER)
    answer_ids = _required(IDS, default=[], server_default="[]")
    answer_revision = _required(INTEGER, default=0, server_default="0")
    coalesce = _optional(TEXT)
    state = _required(WORD, default="queued")
    attempts = _required(INTEGER, default=0)
    not_before = _required(REAL, default=0.0)
    message_id = _optional(INTEGER)
    error = _optional(TEXT)
    created_at = _required(REAL)
    finished_at = _optional(REAL)


OUTBOX = _table(
    "outbox", OutboxColumns, Index("ix_outbox_open", "state", "chat_id", "id"), never_reuse_ids=True
)


class GrantColumns(TypedColumns):
    """Who may use the bot where ACCESS is `invite`: a user or a chat, and who let them in."""

    subject_id = Column(INTEGER, primary_key=True, autoincrement=False)
    granted_by = _required(INTEGER)
    granted_at = _required(REAL)


GRANTS = _table("grants", GrantColumns)


class InviteColumns(TypedColumns):
    """An invitation an owner made: a deep link's parameter, good for one use."""

    token = Column(TOKEN, primary_key=True)
    created_by = _required(INTEGER)
    expires_at = _required(REAL)


INVITES = _table("invites", InviteColumns)


class UsageColumns(TypedColumns):
    """Photos taken on a day, per user and per chat (`subject`: 'user:1', 'chat:-2').

    `day` counts days since the epoch.
    """

    day = Column(INTEGER, primary_key=True, autoincrement=False)
    subject = Column(TEXT, primary_key=True)
    photos = _required(INTEGER, default=0)


USAGE = _table("usage", UsageColumns)


class NoteColumns(TypedColumns):
    """Small facts about the installation that must outlive a restart (what owners were told, and when)."""

    key = Column(TEXT, primary_key=True)
    value = _required(TEXT)
    updated_at = _required(REAL)


NOTES = _table("notes", NoteColumns)
