"""python -m migrations check | new "What it does"

check  do the migrations make the tables of storage.schema, and go down and up again?
new    writes a migration from the difference between the two, to be read and completed by hand
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

from storage import migrate
from storage.schema import METADATA, REVISION


def main(arguments: list[str]) -> int:
    """Runs one command on a database of its own; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m migrations", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check")
    commands.add_parser("new").add_argument("message")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        if chosen.command == "new":
            new(file, chosen.message)
            return 0
        found = problems(file)
    sys.stdout.write("\n".join(found or ["The migrations match storage.schema."]) + "\n")
    return 1 if found else 0


def problems(file: Path) -> list[str]:
    """What is wrong with the migrations, tried out on an empty database file; empty where nothing is."""
    found = []
    if (heads := ScriptDirectory.from_config(migrate.config()).get_heads()) != [REVISION]:
        found.append(f"storage.schema.REVISION is {REVISION!r}, the newest migration {heads}.")
    migrate.run(file, "head")
    migrate.run(file, "base")
    migrate.run(file, "head")
    found += [f"The migrations lack: {difference}" for difference in differences(file)]
    return found


def differences(file: Path) -> list[Any]:
    """What Alembic would still change in a database file to reach storage.schema."""
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, METADATA))


def new(file: Path, message: str) -> None:
    """Writes a migration named by today's date and its message."""
    migrate.run(file, "head")
    name = f"{datetime.now(UTC):%Y_%m_%d}_{'_'.join(message.lower().split())}"[:32]  # alembic_version's width
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection:
        config = migrate.config()
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
