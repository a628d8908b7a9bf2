"""What tables are made of: types of columns, how constraints are named, and the table of a class."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypedColumns,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

# Batch-mode migrations can only drop constraints that have names.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=NAMING)

# Telegram's ids need 64 bits. SQLite's INTEGER has them, and only INTEGER keys count up.
INTEGER = BigInteger().with_variant(Integer, "sqlite")
REAL: TypeEngine[float] = Double()
TEXT = String()
TOKEN = String(32)
WORD = String(8)
FLAG = Boolean(create_constraint=False)
BLOB = LargeBinary()
# JSON, named after what is inside.
OBJECT: TypeEngine[dict[str, Any]] = JSON()
NAMES: TypeEngine[dict[str, str]] = JSON()
TEXTS: TypeEngine[list[str]] = JSON()
NUMBERS: TypeEngine[list[float]] = JSON()
IDS: TypeEngine[list[int]] = JSON()
POINTS: TypeEngine[list[list[float]]] = JSON()

ColumnsT = TypeVar("ColumnsT", bound=TypedColumns)
ValueT = TypeVar("ValueT")


def required(kind: TypeEngine[ValueT], *items: SchemaItem, **options: Any) -> Column[ValueT]:
    """A column that is never NULL; further arguments are Column's."""
    return Column(kind, *items, nullable=False, **options)


def optional(kind: TypeEngine[ValueT], *items: SchemaItem, **options: Any) -> Column[ValueT | None]:
    """A column that may be NULL; further arguments are Column's."""
    return Column(kind, *items, nullable=True, **options)


def of_chat() -> Column[int]:
    """The chat that a row belongs to: the row goes with it, and follows it to a new id."""
    return required(INTEGER, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))


def table(
    name: str, columns: type[ColumnsT], *items: SchemaItem, never_reuse_ids: bool = False
) -> Table[ColumnsT]:
    """The table of the columns that a class lists, each named like its attribute.

    Table would take the class as it is, but then copies every column: 20 ms of each start instead of 16.

    `never_reuse_ids`: without it SQLite gives a deleted row's id to the next one, and stored references (a
    button's person, the outbox row that an edit is for) would come to mean something else.
    """
    listed = {key: column for key, column in vars(columns).items() if isinstance(column, Column)}
    for key, column in listed.items():
        column.name = column.key = key
    table = Table(name, METADATA, *listed.values(), *items, sqlite_autoincrement=never_reuse_ids)
    return table.with_cols(columns)
