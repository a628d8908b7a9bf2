"""A database of the first version, with a row in every table, goes up to this one and back without a loss."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine

from bot.usecases.enrol import FoundFace
from bot.usecases.enrol import gathering as enrolling
from storage import migrate as migrations
from storage.database import open_database

FIRST_LIGHT = "2026_11_22_first_light"
CHAT, USER, LATER = -42, 1, 4_000_000_000.0
QUALITY = {"score": 0.9, "size_px": 80, "sharpness": 100, "yaw": 0, "confidence": 0.9, "problems": []}
FACE = {
    "crop": "crop", "box": {"left": 0, "top": 0, "right": 9, "bottom": 9}, "landmarks": [[1, 2]],
    "quality": QUALITY, "model": "m", "source": "photo", "embedding": "",
}  # fmt: skip
TIMES = {"created_at": 5.0, "expires_at": LATER}
ROWS: dict[str, dict[str, Any]] = {
    "chats": {"id": CHAT, "kind": "group", "title": "Friends", "gallery_version": 3, "created_at": 5.0},
    "grants": {"subject_id": CHAT, "granted_by": USER, "granted_at": 5.0},
    "inbox": {
        "update_id": 9, "chat_id": CHAT, "user_id": USER, "lane": "read", "state": "received",
        "payload": b"{}", "attempts": 0, "not_before": 0.0, "received_at": 5.0,
    },
    "invites": {"token": "token", "created_by": USER, "expires_at": LATER},
    "notes": {"key": "key", "value": "value", "updated_at": 5.0},
    "usage": {"day": 1, "subject": "user:1", "photos": 2},
    "people": {
        "id": 7, "chat_id": CHAT, "name": "Alice", "name_key": "alice", "created_by": USER, "created_at": 5.0,
    },
    "faces": {
        "id": 8, "person_id": 7, "crop": "crop", "box": "[0, 0, 9, 9]", "landmarks": "[[1, 2]]",
        "quality": json.dumps(QUALITY), "source": "photo", "enrolled_by": USER, "enrolled_at": 5.0,
    },
    "embeddings": {"face_id": 8, "model": "m", "vector": b"\0\0\0\0"},
    "pending": {
        "id": 4, "chat_id": CHAT, "user_id": USER, "kind": "pick", "files": '["crop"]',
        "data": json.dumps({"name": "Alice", "faces": [FACE]}), **TIMES,
    },
    "buttons": {
        "token": "token", "keyboard": "keys", "chat_id": CHAT, "user_id": USER, "action": "pick",
        "data": "{}", "expires_at": LATER,
    },
    "answers": {
        "id": 30, "chat_id": CHAT, "update_id": 9, "message_id": 10, "file_unique_id": "photo",
        "file_id": "file", "models": "m", "gallery_version": 3, "result": "{}", "created_at": 5.0,
    },
    "outbox": {
        "id": 40, "chat_id": CHAT, "method": "sendPhoto", "payload": "{}", "files": "{}", "answer_id": 30,
        "state": "queued", "attempts": 0, "not_before": 0.0, "created_at": 5.0,
    },
}  # fmt: skip


def move(file: Path, step: Callable[..., None], target: str) -> None:
    """Takes a database file to one revision."""
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.begin() as connection:
        settings = migrations.config()
        settings.attributes["connection"] = connection
        step(settings, target)


def rows_in(file: Path, table: str) -> list[dict[str, Any]]:
    """What a table holds, without what is NULL."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
    return [{key: value for key, value in row.items() if value is not None} for row in found]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of the first version; outbox row 99 was the latest, and is gone."""
    file = tmp_path / "glance.db"
    file.touch()
    move(file, command.upgrade, FIRST_LIGHT)
    with closing(sqlite3.connect(file)) as connection, connection:
        for table, row in ROWS.items():
            columns, marks = ", ".join(row), ", ".join("?" for _ in row)
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))
        connection.execute("UPDATE sqlite_sequence SET seq = 99 WHERE name = 'outbox'")
    return file


def test_going_up_loses_no_row_of_any_table(file: Path) -> None:
    migrations.run(file, "head")
    for table, row in ROWS.items():
        [migrated] = rows_in(file, table)
        kept = {key: value for key, value in row.items() if key != "answer_id"}
        assert migrated | kept == migrated


def test_going_up_and_down_again_leaves_every_row_as_it_was(file: Path) -> None:
    migrations.run(file, "head")
    move(file, command.downgrade, FIRST_LIGHT)
    assert {table: rows_in(file, table) for table in ROWS} == {table: [row] for table, row in ROWS.items()}


def test_what_was_being_sent_still_knows_its_answer(file: Path) -> None:
    migrations.run(file, "head")
    [row] = rows_in(file, "outbox")
    assert json.loads(row["answer_ids"]) == [30]


def test_ids_that_were_used_are_not_used_again_after_going_up_or_down(file: Path) -> None:
    migrations.run(file, "head")
    assert {"name": "outbox", "seq": 99} in rows_in(file, "sqlite_sequence")
    move(file, command.downgrade, FIRST_LIGHT)
    assert {"name": "outbox", "seq": 99} in rows_in(file, "sqlite_sequence")


def test_people_from_before_have_a_consent_attested_by_whoever_enrolled_them(file: Path) -> None:
    migrations.run(file, "head")
    consent = {"id": 1, "person_id": 7, "kind": "attested", "given_by": USER, "wording": "", "given_at": 5.0}
    assert rows_in(file, "consents") == [consent]


def test_a_face_that_waits_to_be_picked_from_before_can_still_be_picked(file: Path) -> None:
    migrations.run(file, "head")
    [row] = rows_in(file, "pending")
    [face] = msgspec.convert(json.loads(row["data"])["faces"], list[FoundFace])
    assert (face.crop, face.problem) == ("crop", None)


async def test_what_somebody_began_before_makes_nobody_a_guest(file: Path) -> None:
    migrations.run(file, "head")
    async with open_database(f"sqlite:///{file}") as db, db.read() as session:
        assert not await enrolling.is_guest(session, USER, None, now=6.0)
