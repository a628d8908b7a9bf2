"""Brings the embedded database to this program's tables. Alembic is imported only where there is work."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from storage.database import BUSY_TIMEOUT_MS, create_file, database_file, translated
from storage.errors import DatabaseUnavailable
from storage.schema import REVISION

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


async def migrate(url: str) -> None:
    """Migrates the database at `sqlite:///FILE`, creating it where it is not there.

    All of it happens in one transaction: killed in the middle, it leaves the tables as they were. Raises
    DatabaseUnavailable, among others where the tables are newer than this program.
    """
    file = database_file(url)
    create_file(file)
    if await asyncio.to_thread(revision, file) != REVISION:
        await asyncio.to_thread(run, file, "head")


def revision(file: Path) -> str | None:
    """The revision of the tables in a database file; None in an empty file."""
    with translated(file), closing(sqlite3.connect(file, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        if not tables:
            return None
        if "alembic_version" not in tables:
            sentence = f"The database {file} belongs to another program: change DATABASE_URL."
            raise DatabaseUnavailable("foreign", sentence)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def config() -> Config:
    """Alembic's configuration for the folder of migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s")
    return config


def run(file: Path, target: Literal["head", "base"]) -> None:
    """Migrates a database file all the way up or down, in one transaction."""
    from alembic import command
    from alembic.script import ScriptDirectory
    from sqlalchemy import NullPool, create_engine, event

    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if (found := revision(file)) not in {None, *known}:
        sentence = f"The database {file} was made by a newer version ({found}): update this program."
        raise DatabaseUnavailable("newer", sentence)
    connect_args = {"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool, connect_args=connect_args)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    # Foreign keys stay off (SQLite's default): batch mode drops and recreates a table, and a cascade would
    # take the rows of others with it.
    with translated(file), engine.begin() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        (command.upgrade if target == "head" else command.downgrade)(settings, target)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise DatabaseUnavailable(
                "corrupt", f"The database {file} has rows without their parents: {broken[:3]}."
            )
