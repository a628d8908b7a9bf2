"""First light: the tables of a bot that answers photos and knows people by name.

Why: a restart must lose neither an update that Telegram was told of, nor an answer on its way, nor a
person somebody enrolled.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "2026_11_22_first_light"
down_revision: str | None = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVING = sa.text("forgotten_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("gallery_version", ID, nullable=False),
        sa.Column("face_model", sa.String(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("left_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
    )
    op.create_table(
        "grants",
        sa.Column("subject_id", ID, autoincrement=False, nullable=False),
        sa.Column("granted_by", ID, nullable=False),
        sa.Column("granted_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_grants")),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", ID, autoincrement=False, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("album", sa.String(), nullable=True),
        sa.Column("lane", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("attempts", ID, nullable=False),
        sa.Column("not_before", sa.Double(), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_open", "inbox", ["state", "chat_id", "update_id"])

    op.create_table(
        "invites",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_invites")),
    )
    op.create_table(
        "notes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notes")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("update_id", ID, nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("edits", ID, nullable=True),
        sa.Column("answer_id", ID, nullable=True),
        sa.Column("coalesce", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", ID, nullable=False),
        sa.Column("not_before", sa.Double(), nullable=False),
        sa.Column("message_id", ID, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_open", "outbox", ["state", "chat_id", "id"])
    op.create_index(op.f("ix_outbox_update_id"), "outbox", ["update_id"])

    op.create_table(
        "usage",
        sa.Column("day", ID, autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("photos", ID, nullable=False),
        sa.PrimaryKeyConstraint("day", "subject", name=op.f("pk_usage")),
    )
    op.create_table(
        "answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("update_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("reply_message_id", ID, nullable=True),
        sa.Column("file_unique_id", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("models", sa.String(), nullable=False),
        sa.Column("gallery_version", ID, nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("picture_file_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            name=op.f("fk_answers_chat_id_chats"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_answers_created_at"), "answers", ["created_at"])
    op.create_index("ix_answers_reply", "answers", ["chat_id", "reply_message_id"])
    op.create_index("ix_answers_same_photo", "answers", ["chat_id", "file_unique_id"])
    op.create_index(op.f("ix_answers_update_id"), "answers", ["update_id"])

    op.create_table(
        "buttons",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("keyboard", sa.String(length=32), nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("used_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            name=op.f("fk_buttons_chat_id_chats"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_buttons")),
    )
    op.create_index(op.f("ix_buttons_expires_at"), "buttons", ["expires_at"])
    op.create_index(op.f("ix_buttons_keyboard"), "buttons", ["keyboard"])

    op.create_table(
        "pending",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            name=op.f("fk_pending_chat_id_chats"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pending_expires_at"), "pending", ["expires_at"])
    op.create_index("ix_pending_whose", "pending", ["chat_id", "user_id", "kind"])

    op.create_table(
        "people",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("forgotten_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chats.id"],
            name=op.f("fk_people_chat_id_chats"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_people_living_name",
        "people",
        ["chat_id", "name_key"],
        unique=True,
        sqlite_where=LIVING,
    )

    op.create_table(
        "faces",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("crop", sa.String(), nullable=False),
        sa.Column("box", sa.JSON(), nullable=False),
        sa.Column("landmarks", sa.JSON(), nullable=False),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("enrolled_by", ID, nullable=False),
        sa.Column("enrolled_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_faces_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faces")),
        sa.UniqueConstraint("person_id", "crop", name=op.f("uq_faces_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_faces_crop"), "faces", ["crop"])
    op.create_index(op.f("ix_faces_person_id"), "faces", ["person_id"])

    op.create_table(
        "embeddings",
        sa.Column("face_id", ID, nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["face_id"], ["faces.id"], name=op.f("fk_embeddings_face_id_faces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("face_id", "model", name=op.f("pk_embeddings")),
    )


def downgrade() -> None:
    # Their indexes go with them; children first.
    for table in (
        "embeddings",
        "faces",
        "people",
        "pending",
        "buttons",
        "answers",
        "usage",
        "outbox",
        "notes",
        "invites",
        "inbox",
        "grants",
        "chats",
    ):
        op.drop_table(table)
