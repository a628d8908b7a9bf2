"""Why people may be recognised, and who said No.

Of somebody who said No, only a digest of their user id is stored. Making it is up to `bot.usecases.consent`,
so that the key never comes near the database.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec
from sqlalchemy import delete, exists, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import CONSENTS, REFUSALS

ConsentKind = Literal["attested", "allowed"]


class ConsentRow(msgspec.Struct, frozen=True):
    """A consent; see schema.ConsentColumns."""

    person_id: int
    kind: str
    given_by: int
    wording: str
    given_at: float


class NewConsent(msgspec.Struct, frozen=True):
    """A consent to be recorded; see schema.ConsentColumns."""

    person_id: int
    kind: ConsentKind
    given_by: int
    wording: str


async def record(session: AsyncSession, consent: NewConsent, now: float) -> None:
    """Records a consent; one of that kind, by the same person and to the same words, stays as it was."""
    same = (
        CONSENTS.c.person_id == consent.person_id,
        CONSENTS.c.kind == consent.kind,
        CONSENTS.c.given_by == consent.given_by,
        CONSENTS.c.wording == consent.wording,
    )
    if not await session.scalar(select(exists().where(*same))):
        await session.execute(insert(CONSENTS).values({**msgspec.structs.asdict(consent), "given_at": now}))


async def of_people(session: AsyncSession, person_ids: Collection[int]) -> list[ConsentRow]:
    """The consents for these people, oldest first."""
    statement = select(
        CONSENTS.c.person_id,
        CONSENTS.c.kind,
        CONSENTS.c.given_by,
        CONSENTS.c.wording,
        CONSENTS.c.given_at,
    ).where(CONSENTS.c.person_id.in_(person_ids))
    return [ConsentRow(*row) for row in await session.execute(statement.order_by(CONSENTS.c.id))]


async def refuse(session: AsyncSession, chat_id: int, digest: str, now: float) -> None:
    """Remembers a No in this chat."""
    statement = sqlite.insert(REFUSALS).values(chat_id=chat_id, digest=digest, refused_at=now)
    await session.execute(statement.on_conflict_do_nothing())


async def refused(session: AsyncSession, chat_id: int, digest: str) -> bool:
    """Whether somebody said No in this chat."""
    same = (REFUSALS.c.chat_id == chat_id, REFUSALS.c.digest == digest)
    return bool(await session.scalar(select(exists().where(*same))))


async def lift_refusal(session: AsyncSession, chat_id: int, digest: str) -> bool:
    """Forgets a No, and says whether there was one."""
    same = (REFUSALS.c.chat_id == chat_id, REFUSALS.c.digest == digest)
    gone = delete(REFUSALS).where(*same).returning(REFUSALS.c.digest)
    return await session.scalar(gone) is not None


async def has_refusals(session: AsyncSession, chat_id: int) -> bool:
    """Whether anybody said No in this chat."""
    return bool(await session.scalar(select(exists().where(REFUSALS.c.chat_id == chat_id))))
