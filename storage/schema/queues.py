"""Work to be done: updates that came, calls to Telegram, and what follows from either."""

from __future__ import annotations

from sqlalchemy import Column, Index, TypedColumns, UniqueConstraint, false

from storage.schema.base import (
    BLOB,
    FLAG,
    IDS,
    INTEGER,
    NAMES,
    OBJECT,
    REAL,
    TEXT,
    WORD,
    of_chat,
    optional,
    required,
    table,
)


class JobColumns(TypedColumns):
    """Work that follows from an update but is too slow for it: redrawing an answer, looking at old photos.

    `data` is the job's own JSON; `key` keeps one job from being queued twice. `not_before` is also the end of
    the lease of whoever works on it.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    kind = required(TEXT)
    key = required(TEXT)
    data = required(OBJECT)
    attempts = required(INTEGER, default=0)
    not_before = required(REAL, index=True)
    created_at = required(REAL)


JOBS = table("jobs", JobColumns, UniqueConstraint("chat_id", "kind", "key"), never_reuse_ids=True)


class InboxColumns(TypedColumns):
    """An update, stored before Telegram was told that it arrived.

    `lane`: 'fast' passes everything by, 'read' waits for earlier 'write' rows of its chat, 'write' waits for
    all earlier 'read' and 'write' rows of its chat. `state`: received, answered (its outbox rows are stored),
    done (all of them are sent, payload wiped). A row is claimed by (owner, lease_until). `album`: Telegram's
    id of the group of photos it came in; an album's rows wait for each other and are claimed together.
    """

    update_id = Column(INTEGER, primary_key=True, autoincrement=False)
    chat_id = required(INTEGER)
    user_id = required(INTEGER)
    album = optional(TEXT)
    lane = required(WORD)
    state = required(WORD, default="received")
    payload = required(BLOB)
    owner = optional(TEXT)
    lease_until = optional(REAL)
    attempts = required(INTEGER, default=0)
    not_before = required(REAL, default=0.0)
    received_at = required(REAL)
    finished_at = optional(REAL)


INBOX = table("inbox", InboxColumns, Index("ix_inbox_open", "state", "chat_id", "update_id"))


class OutboxColumns(TypedColumns):
    """One call to Telegram that must happen. Rows of one chat leave in the order of their ids, `patient` ones
    after all others.

    `method` and `payload` are the Bot API's; `files` maps a payload field to a file to upload.
    `edits` names the outbox row whose message this one edits (its message id may not be known yet).
    `reply_id`: the reply whose words and buttons its message has; `answer_ids`: the answers that its messages
    show, in order, and `answer_revision` what their pictures were drawn from.
    What is withdrawn while it is being sent has a `finished_at` already: it is not sent again.
    `coalesce`: a later row with the same key replaces this one while it waits.
    `state`: queued, sending, sent, failed.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = required(INTEGER)
    update_id = optional(INTEGER, index=True)
    method = required(TEXT)
    payload = required(OBJECT)
    files = required(NAMES)
    edits = optional(INTEGER)
    reply_id = optional(INTEGER)
    answer_ids = required(IDS, default=[], server_default="[]")
    answer_revision = required(INTEGER, default=0, server_default="0")
    coalesce = optional(TEXT)
    patient = required(FLAG, default=False, server_default=false())
    state = required(WORD, default="queued")
    attempts = required(INTEGER, default=0)
    not_before = required(REAL, default=0.0)
    message_id = optional(INTEGER)
    error = optional(TEXT)
    created_at = required(REAL)
    finished_at = optional(REAL)


OUTBOX = table(
    "outbox", OutboxColumns, Index("ix_outbox_open", "state", "chat_id", "id"), never_reuse_ids=True
)
