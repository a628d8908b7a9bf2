"""What people began and have not finished."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import PENDING


class NewPending(msgspec.Struct, frozen=True):
    """Something begun; see schema.PendingColumns."""

    chat_id: int
    user_id: int
    kind: str
    data: dict[str, Any]
    expires_at: float
    files: tuple[str, ...] = ()


class PendingRow(msgspec.Struct, frozen=True):
    """Something begun and not finished."""

    id: int
    chat_id: int
    user_id: int
    kind: str
    data: dict[str, Any]
    files: tuple[str, ...]
    created_at: float
    expires_at: float


_COLUMNS = (
    PENDING.c.id,
    PENDING.c.chat_id,
    PENDING.c.user_id,
    PENDING.c.kind,
    PENDING.c.data,
    PENDING.c.files,
    PENDING.c.created_at,
    PENDING.c.expires_at,
)


async def put(session: AsyncSession, new: NewPending, now: float) -> int:
    """Stores what somebody began and returns its id."""
    row = {**msgspec.structs.asdict(new), "files": list(new.files), "created_at": now}
    return (await session.execute(insert(PENDING).values(row).returning(PENDING.c.id))).scalar_one()


async def get(session: AsyncSession, pending_id: int, now: float) -> PendingRow | None:
    """A row by its id, unless its time is over."""
    statement = select(*_COLUMNS).where(PENDING.c.id == pending_id, PENDING.c.expires_at > now)
    return _row_or_none((await session.execute(statement)).one_or_none())


async def mine(session: AsyncSession, chat_id: int, user_id: int, kind: str, now: float) -> PendingRow | None:
    """The latest of a kind that this person began in this chat, unless its time is over."""
    whose = (PENDING.c.chat_id == chat_id, PENDING.c.user_id == user_id, PENDING.c.kind == kind)
    statement = select(*_COLUMNS).where(*whose, PENDING.c.expires_at > now)
    latest = statement.order_by(PENDING.c.id.desc()).limit(1)
    return _row_or_none((await session.execute(latest)).one_or_none())


async def of_kinds(session: AsyncSession, kinds: Collection[str]) -> list[PendingRow]:
    """All of some kinds that anybody began, oldest first; there are few at any time."""
    statement = select(*_COLUMNS).where(PENDING.c.kind.in_(kinds)).order_by(PENDING.c.id)
    return [_row(row) for row in await session.execute(statement)]


async def everything(session: AsyncSession) -> list[PendingRow]:
    """All that anybody began, oldest first, also what its time is over of."""
    return [_row(row) for row in await session.execute(select(*_COLUMNS).order_by(PENDING.c.id))]


async def change(session: AsyncSession, pending_id: int, data: dict[str, Any], files: Sequence[str]) -> None:
    """Replaces what is known of something begun; nothing happens where it is gone."""
    values = {"data": data, "files": list(files)}
    await session.execute(update(PENDING).where(PENDING.c.id == pending_id).values(values))


async def latest_with(
    session: AsyncSession, kind: str, part: tuple[str, int], now: float
) -> PendingRow | None:
    """The latest of a kind whose data has this number under this key, unless its time is over."""
    key, number = part
    same = (PENDING.c.kind == kind, PENDING.c.data[key].as_integer() == number)
    statement = select(*_COLUMNS).where(*same, PENDING.c.expires_at > now)
    latest = statement.order_by(PENDING.c.id.desc()).limit(1)
    return _row_or_none((await session.execute(latest)).one_or_none())


async def all_of(session: AsyncSession, user_id: int, kinds: Collection[str], now: float) -> list[PendingRow]:
    """What this person began in any chat, latest first, but for what its time is over."""
    whose = (PENDING.c.user_id == user_id, PENDING.c.kind.in_(kinds), PENDING.c.expires_at > now)
    rows = await session.execute(select(*_COLUMNS).where(*whose).order_by(PENDING.c.id.desc()))
    return [_row(row) for row in rows]


async def with_token(session: AsyncSession, token: str, now: float) -> PendingRow | None:
    """The row whose data has this `token`, unless its time is over."""
    same = (PENDING.c.data["token"].as_string() == token, PENDING.c.expires_at > now)
    return _row_or_none((await session.execute(select(*_COLUMNS).where(*same).limit(1))).one_or_none())


async def remove(session: AsyncSession, pending_id: int) -> PendingRow | None:
    """Deletes a row and returns it: finished, or cancelled. None where it is gone already."""
    statement = delete(PENDING).where(PENDING.c.id == pending_id).returning(*_COLUMNS)
    return _row_or_none((await session.execute(statement)).one_or_none())


async def remove_mine(session: AsyncSession, chat_id: int, user_id: int, kind: str) -> list[PendingRow]:
    """Deletes all of a kind that this person began in this chat, and returns them."""
    whose = (PENDING.c.chat_id == chat_id, PENDING.c.user_id == user_id, PENDING.c.kind == kind)
    rows = await session.execute(delete(PENDING).where(*whose).returning(*_COLUMNS))
    return [_row(row) for row in rows]


async def expired(session: AsyncSession, now: float) -> list[PendingRow]:
    """Deletes the rows whose time is over and returns them, so that their files can go as well."""
    statement = delete(PENDING).where(PENDING.c.expires_at <= now).returning(*_COLUMNS)
    return [_row(row) for row in await session.execute(statement)]


def _row(row: Row[*tuple[Any, ...]]) -> PendingRow:
    return PendingRow(**{**row._mapping, "files": tuple(row.files)})


def _row_or_none(row: Row[*tuple[Any, ...]] | None) -> PendingRow | None:
    return _row(row) if row is not None else None
