"""What a chat can be told about its people: a page of them, or one."""

from __future__ import annotations

import msgspec
from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import NotFound
from storage.schema import CONSENTS, FACES, NEGATIVES, PEOPLE


class PersonCard(msgspec.Struct, frozen=True):
    """A living person: `faces` enrolled, `denials` ("no"s) remembered, by whom enrolled, and who they are.

    `user_id`: the Telegram user, if they are linked; `allowed`: they agreed themselves.
    """

    id: int
    name: str
    faces: int
    denials: int
    created_by: int
    user_id: int | None
    allowed: bool


async def page(session: AsyncSession, chat_id: int, *, skip: int, limit: int) -> list[PersonCard]:
    """Some of a chat's living people, by name."""
    statement = _cards().where(PEOPLE.c.chat_id == chat_id).order_by(PEOPLE.c.name_key)
    return [PersonCard(*row) for row in await session.execute(statement.limit(limit).offset(skip))]


async def card(session: AsyncSession, chat_id: int, person_id: int) -> PersonCard:
    """A living person of a chat. Raises NotFound."""
    statement = _cards().where(PEOPLE.c.chat_id == chat_id, PEOPLE.c.id == person_id)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("person", person_id)
    return PersonCard(*row)


async def crops(session: AsyncSession, person_id: int, limit: int) -> list[str]:
    """The crops of a person's latest faces, newest first."""
    mine = select(FACES.c.crop).where(FACES.c.person_id == person_id)
    return list(await session.scalars(mine.order_by(FACES.c.id.desc()).limit(limit)))


def _cards() -> Select[int, str, int, int, int, int | None, bool]:
    faces = select(func.count()).where(FACES.c.person_id == PEOPLE.c.id)
    denials = select(func.count()).where(NEGATIVES.c.person_id == PEOPLE.c.id)
    agreed = exists().where(CONSENTS.c.person_id == PEOPLE.c.id, CONSENTS.c.kind == "allowed")
    return select(
        PEOPLE.c.id,
        PEOPLE.c.name,
        faces.correlate(PEOPLE).scalar_subquery(),
        denials.correlate(PEOPLE).scalar_subquery(),
        PEOPLE.c.created_by,
        PEOPLE.c.user_id,
        agreed.correlate(PEOPLE),
    ).where(PEOPLE.c.forgotten_at.is_(None))
