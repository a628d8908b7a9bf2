"""The people of a chat's gallery. Every change raises the chat's gallery version in the same transaction."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers
from storage.errors import NameTaken, NotFound
from storage.schema import FACES, PEOPLE
from storage.versions import bump_gallery, release_model


class PersonRow(msgspec.Struct, frozen=True):
    """A person, with the name as it was given and the number of enrolled faces."""

    id: int
    name: str
    faces: int


def name_key(name: str) -> str:
    """What two spellings of one name share: case, width, white space and invisible marks do not count."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    visible = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return " ".join(visible.split())


async def add(session: AsyncSession, chat_id: int, name: str, by: int, now: float) -> int:
    """Adds a person without faces and returns the id. Raises NameTaken, NotFound (no such chat)."""
    await bump_gallery(session, chat_id)
    await _check_free(session, chat_id, name)
    row = {"chat_id": chat_id, "name": name, "name_key": name_key(name), "created_by": by, "created_at": now}
    return (await session.execute(insert(PEOPLE).values(row).returning(PEOPLE.c.id))).scalar_one()


async def find(session: AsyncSession, chat_id: int, name: str) -> PersonRow | None:
    """The living person of that name, in any spelling."""
    statement = _living(chat_id).where(PEOPLE.c.name_key == name_key(name))
    row = (await session.execute(statement)).one_or_none()
    return PersonRow(*row) if row else None


async def listing(session: AsyncSession, chat_id: int) -> list[PersonRow]:
    """A chat's living people by name."""
    rows = await session.execute(_living(chat_id).order_by(PEOPLE.c.name_key))
    return [PersonRow(*row) for row in rows]


async def count(session: AsyncSession, chat_id: int) -> int:
    """How many living people a chat has."""
    living = (PEOPLE.c.chat_id == chat_id, PEOPLE.c.forgotten_at.is_(None))
    return await session.scalar(select(func.count()).select_from(PEOPLE).where(*living)) or 0


async def names(session: AsyncSession, chat_id: int) -> dict[int, str]:
    """The names of a chat's living people by their ids."""
    living = (PEOPLE.c.chat_id == chat_id, PEOPLE.c.forgotten_at.is_(None))
    return dict((await session.execute(select(PEOPLE.c.id, PEOPLE.c.name).where(*living))).all())


async def rename(session: AsyncSession, person_id: int, name: str) -> None:
    """Gives a living person another name or spelling. Raises NameTaken, NotFound."""
    chat_id = await chat_of(session, person_id)
    await _check_free(session, chat_id, name, but=person_id)
    values = {"name": name, "name_key": name_key(name)}
    await session.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(values))
    await bump_gallery(session, chat_id)


async def faceless(session: AsyncSession, person_ids: Collection[int]) -> set[int]:
    """Those of these people who have no face left, forgotten or not; who is gone is passed over."""
    without = (PEOPLE.c.id.in_(person_ids), PEOPLE.c.id.not_in(select(FACES.c.person_id)))
    return set(await session.scalars(select(PEOPLE.c.id).where(*without)))


async def remove_faceless(session: AsyncSession, person_ids: Collection[int]) -> None:
    """Deletes those of these people who have no face left."""
    ids = await faceless(session, person_ids)
    rows = await session.execute(select(PEOPLE.c.id, PEOPLE.c.chat_id).where(PEOPLE.c.id.in_(ids)))
    await _remove(session, dict(rows.all()))


async def remove(session: AsyncSession, person_id: int) -> None:
    """Deletes a person at once, with everything that names them; nobody where they are gone already."""
    row = await session.execute(select(PEOPLE.c.id, PEOPLE.c.chat_id).where(PEOPLE.c.id == person_id))
    await _remove(session, dict(row.all()))


async def forget(session: AsyncSession, person_id: int, now: float) -> None:
    """Takes a person out of the gallery; `restore` undoes it until they are purged. Raises NotFound."""
    chat_id = await chat_of(session, person_id)
    await session.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(forgotten_at=now))
    await bump_gallery(session, chat_id)


async def restore(session: AsyncSession, person_id: int) -> None:
    """Brings a forgotten person back. Raises NotFound (purged, or never forgotten), NameTaken."""
    forgotten = select(PEOPLE.c.chat_id, PEOPLE.c.name).where(
        PEOPLE.c.id == person_id, PEOPLE.c.forgotten_at.is_not(None)
    )
    row = (await session.execute(forgotten)).one_or_none()
    if row is None:
        raise NotFound("person", person_id)
    await _check_free(session, row.chat_id, row.name)
    await session.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(forgotten_at=None))
    await bump_gallery(session, row.chat_id)


async def chat_of(session: AsyncSession, person_id: int) -> int:
    """The chat of a living person; NotFound."""
    living = select(PEOPLE.c.chat_id).where(PEOPLE.c.id == person_id, PEOPLE.c.forgotten_at.is_(None))
    chat_id = await session.scalar(living)
    if chat_id is None:
        raise NotFound("person", person_id)
    return chat_id


async def home_of(session: AsyncSession, person_id: int) -> int | None:
    """The chat of a person, forgotten or not; None where the person is gone."""
    return await session.scalar(select(PEOPLE.c.chat_id).where(PEOPLE.c.id == person_id))


async def _remove(session: AsyncSession, people: Mapping[int, int]) -> None:
    """Deletes people, given with their chats, and everything that names them."""
    if not people:
        return
    await answers.remove_naming(session, people)
    await session.execute(delete(PEOPLE).where(PEOPLE.c.id.in_(people)))
    chat_ids = set(people.values())
    await release_model(session, chat_ids)
    for chat_id in chat_ids:
        await bump_gallery(session, chat_id)


def _living(chat_id: int) -> Select[int, str, int]:
    return (
        select(PEOPLE.c.id, PEOPLE.c.name, func.count(FACES.c.id))
        .outerjoin(FACES)
        .where(PEOPLE.c.chat_id == chat_id, PEOPLE.c.forgotten_at.is_(None))
        .group_by(PEOPLE.c.id)
    )


async def _check_free(session: AsyncSession, chat_id: int, name: str, but: int | None = None) -> None:
    holder = await find(session, chat_id, name)
    if holder is not None and holder.id != but:
        raise NameTaken(holder.id, holder.name)
