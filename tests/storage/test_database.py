"""The database file: who may read it, what survives, what tasks at once see, what is said when it fails."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import sys
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage import notes
from storage.database import Database, database_file, open_database
from storage.errors import DatabaseUnavailable
from storage.migrate import migrate
from tests.storage.rows import NOW
from tests.support.leftovers import empty_log


async def test_what_is_committed_is_there_after_reopening(url: str) -> None:
    async with open_database(url) as db, db.begin() as session:
        await notes.put(session, "key", "value", NOW)
    async with open_database(url) as db, db.read() as session:
        assert await notes.get(session, "key") == "value"


async def test_an_error_takes_the_whole_transaction_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.begin() as session:
            await notes.put(session, "key", "value", NOW)
            raise ZeroDivisionError
    async with db.read() as session:
        assert await notes.get(session, "key") is None


async def test_reading_goes_on_while_somebody_writes_and_sees_nothing_half_done(db: Database) -> None:
    async with db.begin() as writer:
        await notes.put(writer, "key", "value", NOW)
        async with db.read() as reader:
            assert await notes.get(reader, "key") is None
    async with db.read() as reader:
        assert await notes.get(reader, "key") == "value"


async def test_a_read_keeps_seeing_one_moment(db: Database) -> None:
    async with db.read() as reader:
        assert await notes.get(reader, "key") is None
        async with db.begin() as writer:
            await notes.put(writer, "key", "value", NOW)
        assert await notes.get(reader, "key") is None


async def test_a_read_cannot_write(db: Database) -> None:
    async with db.read() as session:
        with pytest.raises(OperationalError, match="readonly"):
            await notes.put(session, "key", "value", NOW)


async def test_writers_take_turns_and_lose_no_count(db: Database) -> None:
    async def count_up() -> None:
        async with db.begin() as session:
            await notes.put(session, "n", str(int(await notes.get(session, "n") or 0) + 1), NOW)

    await asyncio.gather(*(count_up() for _ in range(30)))
    async with db.read() as session:
        assert await notes.get(session, "n") == "30"


async def test_a_write_inside_a_write_is_an_error_and_not_a_standstill(db: Database) -> None:
    async with AsyncExitStack() as opened:
        await opened.enter_async_context(db.begin())
        with pytest.raises(RuntimeError, match="inside another"):
            await opened.enter_async_context(db.begin())


async def test_a_cancelled_writer_leaves_nothing_and_lets_the_next_one_in(db: Database) -> None:
    inside = asyncio.Event()

    async def write_for_ever() -> None:
        async with db.begin() as session:
            await notes.put(session, "key", "half", NOW)
            inside.set()
            while True:
                await notes.get(session, "key")

    task = asyncio.create_task(write_for_ever())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with db.begin() as session:
        assert await notes.get(session, "key") is None


async def test_the_database_and_its_folder_are_their_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "glance.db"
    await migrate(f"sqlite:///{file}")
    async with open_database(f"sqlite:///{file}") as db, db.begin() as session:
        await notes.put(session, "key", "value", NOW)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
        assert set(modes.values()) == {0o600}
        assert "glance.db-wal" in modes
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_the_connection_has_the_settings_that_data_depends_on(db: Database) -> None:
    wanted = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "secure_delete": 1,
        "busy_timeout": 5000,
    }
    async with db.begin() as session:
        found = {name: await session.scalar(text(f"PRAGMA {name}")) for name in wanted}
    assert found == wanted


@pytest.mark.parametrize("url", ["postgresql://host/db", "sqlite://", "sqlite:///:memory:", "no address"])
async def test_an_address_that_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="sqlite:///FILE") as refused:
        await migrate(url)
    assert refused.value.trouble == "bad_url"


async def test_the_asynchronous_form_of_the_address_is_accepted_too(url: str) -> None:
    async with open_database(url.replace("sqlite:", "sqlite+aiosqlite:")) as db, db.read() as session:
        assert await notes.get(session, "key") is None


async def test_a_folder_in_the_databases_place_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"cannot be opened: .*\.") as refused:
        await migrate(f"sqlite:///{tmp_path}")
    assert refused.value.trouble == "not_writable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_one_sentence(url: str) -> None:
    database_file(url).chmod(0o400)
    with pytest.raises(DatabaseUnavailable) as refused:
        asyncio.run(migrate(url))
    assert refused.value.trouble == "not_writable"


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "glance.db"
    file.write_text("A shopping list, not a database. " * 50)
    with pytest.raises(DatabaseUnavailable, match="is not an SQLite database") as refused:
        asyncio.run(migrate(f"sqlite:///{file}"))
    assert refused.value.trouble == "corrupt"


def test_a_damaged_database_is_one_sentence(url: str) -> None:
    content = database_file(url).read_bytes()
    database_file(url).write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(DatabaseUnavailable, match="is damaged"):
        asyncio.run(migrate(url))


async def test_a_full_disk_is_one_sentence_and_the_database_goes_on(db: Database) -> None:
    async with db.begin() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
        await session.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(DatabaseUnavailable, match="the disk is full"):
        async with db.begin() as session:
            await notes.put(session, "key", "x" * 1_000_000, NOW)
    async with db.read() as session:
        assert await notes.get(session, "key") is None


async def test_a_database_that_another_program_holds_is_one_sentence(db: Database) -> None:
    async with db.begin() as session:
        await session.execute(text("PRAGMA busy_timeout = 0"))
    with closing(sqlite3.connect(db.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with AsyncExitStack() as opened:
            with pytest.raises(DatabaseUnavailable) as refused:
                await opened.enter_async_context(db.begin())
    assert refused.value.trouble == "locked"


KILLED_WHILE_WRITING = """
import asyncio, sys
from storage import notes
from storage.database import open_database

async def main():
    async with open_database(sys.argv[1]) as db:
        async with db.begin() as session:
            await notes.put(session, "safe", "yes", 1.0)
        async with db.begin() as session:
            await notes.put(session, "half", "yes", 1.0)
            print("now", flush=True)
            await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_process_killed_in_a_transaction_leaves_only_what_was_committed(url: str) -> None:
    program = (sys.executable, "-c", KILLED_WHILE_WRITING, url)
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"now\n"
    process.kill()
    await process.wait()
    async with open_database(url) as db, db.read() as session:
        assert [await notes.get(session, key) for key in ("safe", "half")] == ["yes", None]


async def test_what_was_deleted_is_not_left_in_the_log(db: Database) -> None:
    async with db.begin() as session:
        await notes.put(session, "secret", "rosebud", NOW)
    async with db.begin() as session:
        await notes.put(session, "secret", "", NOW)
    empty_log(db.file)
    files = await asyncio.to_thread(lambda: [path.read_bytes() for path in db.file.parent.iterdir()])
    assert not any(b"rosebud" in content for content in files)


@pytest.mark.parametrize("steps", range(0, 60, 3))
async def test_a_cancelled_transaction_is_taken_back_and_lets_others_write(db: Database, steps: int) -> None:
    async def write() -> None:
        async with db.begin() as session:
            await notes.put(session, "key", "value", NOW)
            await notes.put(session, "never", await notes.get(session, "key") or "", NOW)
            await asyncio.Event().wait()

    writing = asyncio.create_task(write())
    for _ in range(steps):
        await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait({writing})
    async with asyncio.timeout(2), db.begin() as session:
        assert await notes.get(session, "key") is None
