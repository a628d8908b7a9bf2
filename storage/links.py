"""Which Telegram user a person of a gallery is."""

from __future__ import annotations

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.people import chat_of, name_key
from storage.schema import PEOPLE
from storage.versions import bump_gallery


class LinkRow(msgspec.Struct, frozen=True):
    """A living person, the Telegram user they are (None: nobody said), and who enrolled them first."""

    id: int
    name: str
    user_id: int | None
    mention: bool
    created_by: int


_ROW = select(PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.user_id, PEOPLE.c.mention, PEOPLE.c.created_by).where(
    PEOPLE.c.forgotten_at.is_(None)
)


async def find(session: AsyncSession, chat_id: int, name: str) -> LinkRow | None:
    """The living person of that name, in any spelling."""
    statement = _ROW.where(PEOPLE.c.chat_id == chat_id, PEOPLE.c.name_key == name_key(name))
    row = (await session.execute(statement)).one_or_none()
    return LinkRow(*row) if row else None


async def get(session: AsyncSession, chat_id: int, person_id: int) -> LinkRow | None:
    """A living person of a chat by their id."""
    statement = _ROW.where(PEOPLE.c.chat_id == chat_id, PEOPLE.c.id == person_id)
    row = (await session.execute(statement)).one_or_none()
    return LinkRow(*row) if row else None


async def of_user(session: AsyncSession, chat_id: int, user_id: int) -> LinkRow | None:
    """The living person of a chat who is that Telegram user; where there are several, the first."""
    statement = _ROW.where(PEOPLE.c.chat_id == chat_id, PEOPLE.c.user_id == user_id)
    row = (await session.execute(statement.order_by(PEOPLE.c.id).limit(1))).one_or_none()
    return LinkRow(*row) if row else None


async def link(session: AsyncSession, person_id: int, user_id: int, *, mention: bool | None) -> None:
    """Notes which Telegram user a living person is, and whether they may be mentioned (None: as before).

    Raises NotFound.
    """
    chat_id = await chat_of(session, person_id)
    values = {"user_id": user_id} | ({} if mention is None else {"mention": mention})
    await session.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(values))
    # Remembered answers mention nobody yet, or somebody who no longer wants it.
    await bump_gallery(session, chat_id)


async def mentionable(session: AsyncSession, chat_id: int) -> dict[int, int]:
    """The Telegram users to mention where living people of a chat are named, by the people's ids."""
    allowed = (PEOPLE.c.chat_id == chat_id, PEOPLE.c.mention, PEOPLE.c.forgotten_at.is_(None))
    rows = await session.execute(select(PEOPLE.c.id, PEOPLE.c.user_id).where(*allowed))
    return {person_id: user_id for person_id, user_id in rows if user_id is not None}
