"""Who may use the bot where ACCESS is `invite`."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import GRANTS, INVITES

TOKEN_BYTES = 16  # 22 characters; a deep link's parameter may have 64


async def granted(session: AsyncSession, subjects: Collection[int]) -> bool:
    """Whether any of these users and chats was let in."""
    return bool(await session.scalar(select(exists().where(GRANTS.c.subject_id.in_(subjects)))))


async def grant(session: AsyncSession, subject_id: int, by: int, now: float) -> None:
    """Lets a user or a chat in; who is in already stays so."""
    statement = insert(GRANTS).values(subject_id=subject_id, granted_by=by, granted_at=now)
    await session.execute(statement.on_conflict_do_nothing())


async def invite(session: AsyncSession, by: int, expires_at: float) -> str:
    """Makes an invitation for one use and returns its token, a deep link's parameter."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await session.execute(insert(INVITES).values(token=token, created_by=by, expires_at=expires_at))
    return token


async def redeem(session: AsyncSession, token: str, subject_id: int, now: float) -> bool:
    """Uses an invitation up and lets its bearer in; False for one that is unknown, used or expired."""
    valid = (INVITES.c.token == token, INVITES.c.expires_at > now)
    by = await session.scalar(delete(INVITES).where(*valid).returning(INVITES.c.created_by))
    if by is None:
        return False
    await grant(session, subject_id, by, now)
    return True


async def rekey(session: AsyncSession, old: int, new: int) -> None:
    """Moves a chat's grant to its new id."""
    moved = delete(GRANTS).where(GRANTS.c.subject_id == old)
    statement = moved.returning(GRANTS.c.granted_by, GRANTS.c.granted_at)
    row = (await session.execute(statement)).one_or_none()
    if row is not None:
        await grant(session, new, row.granted_by, row.granted_at)


async def purge(session: AsyncSession, before: float) -> int:
    """Deletes the invitations that expired before a time, and says how many."""
    statement = delete(INVITES).where(INVITES.c.expires_at < before).returning(INVITES.c.token)
    return len((await session.scalars(statement)).all())
