"""What is left of somebody on the disk: their traces are looked for in the raw bytes of every file."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from tests.support.glance import Glance

# SQLite stores integers big-endian, in as few bytes as they need (https://sqlite.org/fileformat.html#record_format).
WIDTHS = (6, 8)

Traces = Mapping[str, bytes]


def name_traces(name: str) -> dict[str, bytes]:
    """A name as it may be written: UTF-8, composed and decomposed, and as JSON escapes it."""
    forms = {form: unicodedata.normalize(form, name) for form in ("NFC", "NFD")}
    written = {f"name in {form}": text.encode() for form, text in forms.items()}
    escaped = {f"name in JSON, {form}": json.dumps(text)[1:-1].encode() for form, text in forms.items()}
    return {"name": name.encode(), **written, **escaped}


def id_traces(user_id: int) -> dict[str, bytes]:
    """A user's id as it may be written: decimal, and as an integer in either order of bytes."""
    widths = [width for width in WIDTHS if user_id < 2 ** (8 * width - 1)]
    numbers = {
        f"id in {width} bytes, {order}": user_id.to_bytes(width, order)
        for width in widths
        for order in ("big", "little")
    }
    return {"id in digits": str(user_id).encode(), **numbers}


def empty_log(database: Path) -> None:
    """Brings the write-ahead log into the database: what was deleted last is still in the log before."""
    with closing(sqlite3.connect(database)) as connection:
        ((is_blocked, _, _),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not is_blocked


def files_below(folder: Path, skip: Iterable[str] = ()) -> list[Path]:
    """Every file of a folder, but for the subfolders that are skipped."""
    skipped = {folder / name for name in skip}
    return [path for path in folder.rglob("*") if path.is_file() and not skipped & set(path.parents)]


def left_in(files: Iterable[Path], traces: Traces) -> list[str]:
    """Which traces are in which files: in their bytes or their names."""
    found = []
    for path in files:
        content = path.read_bytes()
        found += [
            f"{what} in {path.name}"
            for what, trace in traces.items()
            if trace in content or trace in path.name.encode()
        ]
    return found


def rows_with(glance: Glance, value: object) -> list[str]:
    """Every table and column of the database that has a value, alone or inside its JSON."""
    found = []
    for (table,) in glance.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for _, column, kind, *_ in glance.rows(f"PRAGMA table_info({table})"):
            same = f"{column} = ?1"
            if kind == "JSON":
                inside = f"SELECT 1 FROM json_tree(CAST({column} AS TEXT)) WHERE atom = ?1"
                same = f"json_valid({column}) AND EXISTS ({inside})"
            if glance.rows(f"SELECT 1 FROM {table} WHERE {same} LIMIT 1", value):
                found.append(f"{table}.{column}")
    return found
