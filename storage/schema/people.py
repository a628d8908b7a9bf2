"""The gallery: people, their faces and what they agreed to."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, TypedColumns, UniqueConstraint, false, text

from storage.schema.base import (
    BLOB,
    FLAG,
    INTEGER,
    NUMBERS,
    OBJECT,
    POINTS,
    REAL,
    TEXT,
    WORD,
    of_chat,
    optional,
    required,
    table,
)


class PersonColumns(TypedColumns):
    """A person of one chat's gallery. `name_key` is what makes "alice" and "Alice" one person.

    `user_id`: the Telegram user who this is, and who allowed it; `mention`: and allowed to be mentioned.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    name = required(TEXT)
    name_key = required(TEXT)
    created_by = required(INTEGER)
    created_at = required(REAL)
    forgotten_at = optional(REAL)
    user_id = optional(INTEGER)
    mention = required(FLAG, default=False, server_default=false())


PEOPLE = table(
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
    person_id = required(INTEGER, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    crop = required(TEXT, index=True)
    box = required(NUMBERS)
    landmarks = required(POINTS)
    quality = required(OBJECT)
    source = required(TEXT)
    enrolled_by = required(INTEGER)
    enrolled_at = required(REAL)


FACES = table("faces", FaceColumns, UniqueConstraint("person_id", "crop"), never_reuse_ids=True)


class EmbeddingColumns(TypedColumns):
    """A face's vector under one model, as little-endian float32 bytes."""

    face_id = Column(INTEGER, ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True)
    model = Column(TEXT, primary_key=True)
    vector = required(BLOB)


EMBEDDINGS = table("embeddings", EmbeddingColumns)


class NegativeColumns(TypedColumns):
    """A "no": this face is not this person. It goes with the person.

    `vector` is the face's, under `model`, as little-endian float32 bytes; `source` (file_unique_id) and `box`
    (pixels of the upright photo) say which face of which photo it was, whatever the model.
    """

    id = Column(INTEGER, primary_key=True)
    chat_id = of_chat()
    person_id = required(INTEGER, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    model = required(TEXT)
    vector = required(BLOB)
    source = required(TEXT)
    box = required(NUMBERS)
    created_by = required(INTEGER)
    created_at = required(REAL)


NEGATIVES = table("negatives", NegativeColumns, Index("ix_negatives_chat_id", "chat_id"))


class ConsentColumns(TypedColumns):
    """Why a person may be recognised: who said so, when, and to which version of our words.

    `kind`: `attested` (whoever enrolled them says they agreed) or `allowed` (they pressed Allow themselves).
    `given_by` is 0 where whoever attested asked to be forgotten, `wording` "" where they were enrolled before
    there were words of ours.
    """

    id = Column(INTEGER, primary_key=True)
    person_id = required(INTEGER, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind = required(WORD)
    given_by = required(INTEGER, index=True)
    wording = required(TEXT)
    given_at = required(REAL)


CONSENTS = table("consents", ConsentColumns)
