"""Run by Alembic: applies migrations on the connection that storage.migrate opened."""

from __future__ import annotations

from alembic import context

from storage.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite changes little about a table in place: the table is copied.
    render_as_batch=True,
    # SQLite's DDL is transactional, which Alembic does not assume.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
