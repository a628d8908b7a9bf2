"""What a chat teaches: its labels, the photos that have them, what was learnt from them, and trainings."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, TypedColumns, UniqueConstraint, false, text

from storage.schema.base import (
    FLAG,
    INTEGER,
    OBJECT,
    REAL,
    TEXT,
    TEXTS,
    WORD,
    of_chat,
    optional,
    required,
    table,
)


class LabelColumns(TypedColumns):
    """A word that a chat gives to photos. `name_key` is what makes "cat" and "Cat" one label.

    `created_by` is 0 where whoever did it asked to be forgotten. What is deleted can be brought back until
    it is purged.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    name = required(TEXT)
    name_key = required(TEXT)
    created_by = required(INTEGER)
    created_at = required(REAL)
    deleted_at = optional(REAL)


LABELS = table(
    "labels",
    LabelColumns,
    Index(
        "uq_labels_living_name",
        "chat_id",
        "name_key",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
    ),
    never_reuse_ids=True,
)


class ExampleColumns(TypedColumns):
    """A labelled photo. `photo` is the sha256 under which the store of labelled photos keeps it.

    `file_unique_id` and `message_id` say where it came from (NULL: the message stayed behind in the group
    that became this supergroup), `album` which others came with it. `sender_id` sent it first, `labelled_by`
    gave it the label; both are 0 where they asked to be forgotten. `side`: which side of the split the first
    training put it on (train, held_out), for good; NULL until then.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    label_id = required(INTEGER, ForeignKey("labels.id", ondelete="CASCADE"), index=True)
    photo = required(TEXT, index=True)
    file_unique_id = required(TEXT)
    message_id = optional(INTEGER)
    album = optional(TEXT)
    sender_id = required(INTEGER, index=True)
    labelled_by = required(INTEGER, index=True)
    labelled_at = required(REAL)
    side = optional(WORD)


EXAMPLES = table(
    "examples",
    ExampleColumns,
    # One picture has one label in a chat.
    UniqueConstraint("chat_id", "photo"),
    Index("ix_examples_file", "chat_id", "file_unique_id"),
    never_reuse_ids=True,
)


class ExamplePersonColumns(TypedColumns):
    """Somebody who was recognised in a labelled photo: it goes with them."""

    id = Column(INTEGER, primary_key=True)
    example_id = required(INTEGER, ForeignKey("examples.id", ondelete="CASCADE"), index=True)
    person_id = required(INTEGER, ForeignKey("people.id", ondelete="CASCADE"), index=True)


EXAMPLE_PEOPLE = table("example_people", ExamplePersonColumns, never_reuse_ids=True)


class ModelColumns(TypedColumns):
    """What was learnt, as version `version` of its kind (labels, people) in its chat.

    `file` is the sha256 under which the models folder has it, `network` that of the network it brings ("":
    it stands on the shared one, `backbone`). `labels` are its classes in order. `report` is what its training
    measured; `fingerprint` (of the photos and their labels) and `seed` are what it was trained with.
    `activated_at`: when it was last put in use; at most one of a kind is `live`.

    Of a retired one, the row tells that there was one, and why it went (see storage.models); the rest is
    wiped.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    kind = required(WORD)
    version = required(INTEGER)
    file = required(TEXT, index=True)
    network = required(TEXT, index=True)
    backbone = required(TEXT)
    method = required(WORD)
    labels = required(TEXTS)
    report = required(OBJECT)
    fingerprint = required(TEXT)
    seed = required(INTEGER)
    trained_by = required(INTEGER)
    trained_at = required(REAL)
    live = required(FLAG, default=False, server_default=false())
    activated_at = optional(REAL)
    retired_at = optional(REAL)
    retired_because = optional(TEXT)


MODELS = table(
    "models",
    ModelColumns,
    UniqueConstraint("chat_id", "kind", "version"),
    Index("uq_models_live", "chat_id", "kind", unique=True, sqlite_where=text("live")),
    never_reuse_ids=True,
)


class ModelExampleColumns(TypedColumns):
    """A photo, or a face's crop, that a model learnt from: by its sha256, as the label that it had then.

    It stays when the example goes, since the model has still learnt from it. `sender_id`: as in an example.
    """

    model_id = Column(INTEGER, ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    photo = Column(TEXT, primary_key=True)
    label = required(TEXT)
    sender_id = required(INTEGER, index=True)


MODEL_EXAMPLES = table("model_examples", ModelExampleColumns)


class ModelPersonColumns(TypedColumns):
    """Somebody a model learnt from: as its class `position`, or (NULL) in a photo that it learnt from."""

    id = Column(INTEGER, primary_key=True)
    model_id = required(INTEGER, ForeignKey("models.id", ondelete="CASCADE"), index=True)
    person_id = required(INTEGER, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    position = optional(INTEGER)


MODEL_PEOPLE = table("model_people", ModelPersonColumns, never_reuse_ids=True)


class TrainingColumns(TypedColumns):
    """A training that waits (queued), is under way (running) or is to stop (cancelling).

    Its row goes when it ends.

    `outbox_id`: the call that tells how far it is (NULL: none does yet), which later ones edit. `data` is
    what its runner notes. Its folder is named after its id, which is never another's.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    thread_id = optional(INTEGER)
    kind = required(WORD)
    asked_by = required(INTEGER)
    language = required(WORD)
    state = required(TEXT, default="queued")
    outbox_id = optional(INTEGER)
    seed = required(INTEGER)
    attempts = required(INTEGER, default=0)
    created_at = required(REAL)
    started_at = optional(REAL)
    data = required(OBJECT)


TRAININGS = table("trainings", TrainingColumns, UniqueConstraint("chat_id", "kind"), never_reuse_ids=True)
