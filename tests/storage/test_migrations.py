"""The migrations make the tables the program expects, one transaction at a time, and only when needed."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from migrations.__main__ import differences, main, problems
from storage import migrate as migrations
from storage import notes
from storage.database import database_file, open_database
from storage.errors import DatabaseUnavailable
from storage.migrate import migrate
from storage.schema import REVISION
from tests.storage.rows import NOW


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def set_revision(file: Path, revision: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_the_migrations_match_the_models_and_go_down_and_up(tmp_path: Path) -> None:
    assert problems(tmp_path / "glance.db") == []


def test_a_table_that_differs_is_noticed(migrated: Path, tmp_path: Path) -> None:
    file = tmp_path / "altered.db"
    file.write_bytes(migrated.read_bytes())
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("ALTER TABLE notes ADD COLUMN colour TEXT")
    assert "colour" in str(differences(file))


def test_the_check_that_contributors_run_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "match" in capsys.readouterr().out


def test_going_down_leaves_no_table_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "glance.db"
    migrations.run(file, "head")
    migrations.run(file, "base")
    assert tables(file) == {"alembic_version", "sqlite_sequence"}


async def test_migrating_again_keeps_the_data(url: str) -> None:
    async with open_database(url) as db, db.begin() as session:
        await notes.put(session, "key", "value", NOW)
    await migrate(url)
    async with open_database(url) as db, db.read() as session:
        assert await notes.get(session, "key") == "value"


async def test_two_programs_may_migrate_at_once(tmp_path: Path) -> None:
    file = tmp_path / "glance.db"
    code = "import asyncio, sys; from storage.migrate import migrate; asyncio.run(migrate(sys.argv[1]))"
    command = (sys.executable, "-c", code, f"sqlite:///{file}")
    programs = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    assert [await program.wait() for program in programs] == [0, 0]
    assert migrations.revision(file) == REVISION


async def test_a_newer_database_is_left_alone_with_a_sentence(url: str) -> None:
    set_revision(database_file(url), "2999_01_01_flying_cars")
    with pytest.raises(DatabaseUnavailable, match="made by a newer version") as refused:
        await migrate(url)
    assert refused.value.trouble == "newer"


async def test_another_programs_database_is_left_alone_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "addresses.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE addresses (id INTEGER)")
    with pytest.raises(DatabaseUnavailable, match="belongs to another program"):
        await migrate(f"sqlite:///{file}")
    assert tables(file) == {"addresses"}


async def test_an_unmigrated_database_is_not_opened(tmp_path: Path) -> None:
    async with AsyncExitStack() as opened:
        with pytest.raises(DatabaseUnavailable) as refused:
            await opened.enter_async_context(open_database(f"sqlite:///{tmp_path / 'glance.db'}"))
    assert refused.value.trouble == "not_migrated"


USES_AN_UP_TO_DATE_DATABASE = """
import asyncio, sys
from storage import access, answers, buttons, chats, gallery, inbox
from storage import notes, outbox, pending, people, photos, usage
from storage.database import open_database
from storage.migrate import migrate

async def main():
    await migrate(sys.argv[1])
    async with open_database(sys.argv[1]) as db, db.begin() as session:
        await inbox.counts(session)

asyncio.run(main())
print({"alembic", "numpy"} & set(sys.modules))
"""


def test_an_up_to_date_database_is_used_without_alembic_and_numpy(url: str) -> None:
    program = [sys.executable, "-c", USES_AN_UP_TO_DATE_DATABASE, url]
    ran = subprocess.run(program, capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
