"""Run by Alembic: applies migrations on the connection that storage.migrate opened."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, inspect

from storage.schema import METADATA


def last_ids(connection: Connection) -> dict[str, int]:
    """The highest id that each table without reuse of ids ever gave (SQLite's sqlite_sequence)."""
    # SQLite makes that table with the first one that needs it, and never drops it.
    made = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").first()
    if made is None:
        return {}
    return dict(connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all())


def keep_ids_used(connection: Connection, used: dict[str, int]) -> None:
    """Has no table give an id again that it gave before it was copied: the copy knows only of rows it has."""
    now = last_ids(connection)
    for name in used.keys() & set(inspect(connection).get_table_names()):
        highest = max(used[name], now.get(name, 0))
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, highest))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    # SQLite changes little about a table in place: the table is copied.
    render_as_batch=True,
    # SQLite's DDL is transactional, which Alembic does not assume.
    transactional_ddl=True,
)
used = last_ids(connection)
with context.begin_transaction():
    context.run_migrations()
    keep_ids_used(connection, used)
