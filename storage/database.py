"""The database: how it is opened, and the two kinds of transaction."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.errors import DatabaseUnavailable, Trouble
from storage.schema import REVISION

BUSY_TIMEOUT_MS = 5_000
READERS = 4  # each is a thread and a page cache; reads take milliseconds

PRAGMAS = (
    # First, because the next one already needs a lock. Writers of this process queue on an asyncio lock; this
    # is for other processes (a backup, a person's sqlite3).
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    # Readers go on while somebody writes.
    "PRAGMA journal_mode = WAL",
    # An update is stored before Telegram is told that it arrived, and is not sent again: a commit must be on
    # the disk when it returns. NORMAL would lose the last commits with the power.
    "PRAGMA synchronous = FULL",
    # Off by default; a chat's rows go with the chat.
    "PRAGMA foreign_keys = ON",
    # A face that somebody deleted is overwritten, not merely unlinked; `Database.scrub` does the rest.
    "PRAGMA secure_delete = ON",
    # Sorting must not leave people's names in a temporary file.
    "PRAGMA temp_store = MEMORY",
    # A checkpoint cuts the log back to this, so that one large transaction does not occupy the disk for ever.
    "PRAGMA journal_size_limit = 4194304",
)

_TROUBLES: dict[int, tuple[Trouble, str]] = {
    sqlite3.SQLITE_PERM: ("not_writable", "may not be written: check its owner and permissions"),
    sqlite3.SQLITE_READONLY: ("not_writable", "may not be written: check its owner and permissions"),
    sqlite3.SQLITE_CANTOPEN: ("not_writable", "cannot be opened: check the folder and its permissions"),
    sqlite3.SQLITE_BUSY: ("locked", "is held by another program: end that one and start again"),
    sqlite3.SQLITE_LOCKED: ("locked", "is held by another program: end that one and start again"),
    sqlite3.SQLITE_FULL: ("full", "cannot grow: the disk is full"),
    sqlite3.SQLITE_CORRUPT: ("corrupt", "is damaged: restore it from a backup, or move it away"),
    sqlite3.SQLITE_NOTADB: ("corrupt", "is not an SQLite database: move it away, or change DATABASE_URL"),
    sqlite3.SQLITE_IOERR: ("io", "cannot be read or written: the disk reports an error"),
}


def database_file(url: str) -> Path:
    """The file that an address names; DatabaseUnavailable where it is no address of an SQLite file."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnavailable("bad_url", "DATABASE_URL is not an address like sqlite:///FILE.") from error
    named = address.database
    if address.get_backend_name() != "sqlite" or not named or named == ":memory:" or "uri" in address.query:
        raise DatabaseUnavailable("bad_url", "DATABASE_URL must name a file: sqlite:///FILE.")
    return Path(named)


def create_file(file: Path) -> None:
    """Creates the database file and its folder where they are not, for their owner alone.

    SQLite gives its log the permissions of the database.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        sentence = f"The database {file} cannot be opened: {error.strerror}."
        raise DatabaseUnavailable("not_writable", sentence) from error


def unavailable(file: Path, error: BaseException | None) -> DatabaseUnavailable | None:
    """What an SQLite error means for the installation; None where it is about one statement only."""
    if not isinstance(error, sqlite3.Error) or not hasattr(error, "sqlite_errorcode"):
        return None
    trouble = _TROUBLES.get(error.sqlite_errorcode & 0xFF)  # the low byte is the primary code
    return DatabaseUnavailable(trouble[0], f"The database {file} {trouble[1]}.") if trouble else None


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """Raises DatabaseUnavailable where the database as a whole fails; other errors pass."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        trouble = unavailable(file, error.orig if isinstance(error, DBAPIError) else error)
        if trouble is None:
            raise
        raise trouble from error


class Database:
    """The open database. One writer at a time, any number of readers."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._writing = asyncio.Lock()
        self._writer_task: asyncio.Task[Any] | None = None
        # IMMEDIATE takes the write lock at the start: a deferred transaction that reads first and then writes
        # would fail at once, without waiting, where somebody else wrote in between.
        self._writer = _engine(file, pool_size=1, begin="BEGIN IMMEDIATE")
        self._reader = _engine(file, pool_size=READERS, begin="BEGIN", pragmas=("PRAGMA query_only = ON",))
        self._writes = async_sessionmaker(self._writer, expire_on_commit=False)
        self._reads = async_sessionmaker(self._reader, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One write transaction: committed at the end, rolled back on any error.

        Writers queue here, in order of arrival, instead of spinning on SQLite's lock. RuntimeError for one
        inside another of the same task, which would wait for itself.
        """
        if self._writer_task is asyncio.current_task():
            raise RuntimeError("a write transaction inside another one")
        with translated(self.file):
            async with self._writing, self._writes() as session, session.begin():
                self._writer_task = asyncio.current_task()
                try:
                    await session.connection()  # begins now, not with the first statement
                    yield session
                finally:
                    self._writer_task = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent view of the database, for reading only."""
        with translated(self.file):
            async with self._reads() as session:
                yield session

    async def scrub(self) -> bool:
        """Writes the whole database anew, and empties the log: no byte of what was deleted is left.

        False where a reader was in the way for longer than the busy timeout: the log still has some of it.

        `secure_delete` overwrites a deleted row, but not the copies that SQLite leaves behind when it moves
        rows between pages; tests/storage/test_deletion.py finds them. Takes about a second for 100 MB,
        and as much memory as there is data.
        """
        await self._outside_transactions("VACUUM")
        ((is_blocked, _, _),) = await self._outside_transactions("PRAGMA wal_checkpoint(TRUNCATE)")
        return not is_blocked

    async def _outside_transactions(self, statement: str) -> list[tuple[int, ...]]:
        with translated(self.file):
            async with self._writing, self._writer.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                # Past SQLAlchemy, which would begin a transaction first.
                return list(await driver.execute_fetchall(statement))

    async def close(self) -> None:
        """Gives every connection back."""
        await self._reader.dispose()
        await self._writer.dispose()


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """The migrated database at `sqlite:///FILE`; DatabaseUnavailable where it cannot be written."""
    file = database_file(url)
    create_file(file)
    database = Database(file)
    try:
        async with database.begin() as session:
            check_revision(file, await _revision(session))
        yield database
    finally:
        await database.close()


def check_revision(file: Path, found: str | None) -> None:
    """Raises DatabaseUnavailable where the tables are not those of this program."""
    if found != REVISION:
        sentence = f"The database {file} is at {found or 'no revision'}, this program needs {REVISION}."
        raise DatabaseUnavailable("not_migrated", sentence)


async def _revision(session: AsyncSession) -> str | None:
    known = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if await session.scalar(text(known)) is None:
        return None
    found: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _engine(file: Path, *, pool_size: int, begin: str, pragmas: tuple[str, ...] = ()) -> AsyncEngine:
    address = URL.create("sqlite+aiosqlite", database=str(file))
    # isolation_level None: the driver begins nothing by itself, so that `begin` below is what begins.
    engine = create_async_engine(
        address, pool_size=pool_size, max_overflow=0, connect_args={"isolation_level": None}
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine.sync_engine, "invalidate")
    def end_transaction(connection: Any, record: object, error: BaseException | None) -> None:
        # A cancelled statement has its connection closed, which SQLite puts off for as long as a cursor is
        # alive, and with it the end of the transaction: nobody could write any more.
        if connection is not None:
            connection.rollback()

    return engine
