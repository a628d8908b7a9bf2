"""The people of a chat: list, rename, merge, forget, and the way back.

Each function works inside the caller's transaction. They raise NobodyCalled for a name nobody has, NameTaken
and BadName for a new name that cannot be used, and NotFound where a button comes too late.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.names import parse_name
from storage import people
from storage.people import PersonRow

SEPARATORS = ("->", "→", "=")


class NobodyCalled(Exception):
    """Nobody in this chat has that name."""


class TwoNamesNeeded(Exception):
    """A command that takes two names was given text that is not two names of which one is enrolled."""


class Renamed(msgspec.Struct, frozen=True):
    """A person has another name now."""

    person_id: int
    old: str
    new: str


class Merged(msgspec.Struct, frozen=True):
    """One person's photos became another's."""

    source: str
    target: str
    photos: int


class Forgotten(msgspec.Struct, frozen=True):
    """A person is no longer recognised, and will be deleted when the time to undo is over."""

    person_id: int
    name: str


async def everybody(session: AsyncSession, chat_id: int) -> Sequence[PersonRow]:
    """The chat's people by name, with how many photos each has."""
    return await people.listing(session, chat_id)


async def rename(session: AsyncSession, chat_id: int, text: str) -> Renamed:
    """`Alice Alicia`, or `Alice Smith -> Alice Jones`. Raises TwoNamesNeeded."""
    readings = list(splits(text))
    for old, new in readings:
        person = await people.find(session, chat_id, old)
        if person is not None:
            name = parse_name(new)
            await people.rename(session, person.id, name)
            return Renamed(person.id, person.name, name)
    if len(readings) == 1 and all(readings[0]):
        raise NobodyCalled(readings[0][0])
    raise TwoNamesNeeded


async def merge(session: AsyncSession, chat_id: int, text: str) -> Merged:
    """`Ali Alice` gives Ali's photos to Alice; both must be enrolled. Raises TwoNamesNeeded."""
    readings = list(splits(text))
    for first, second in readings:
        source = await people.find(session, chat_id, first)
        target = await people.find(session, chat_id, second)
        if len(readings) == 1 and first and second and (source is None or target is None):
            raise NobodyCalled(first if source is None else second)
        if source is not None and target is not None and source.id != target.id:
            await people.merge(session, source.id, target.id)
            photos = next(row.faces for row in await people.listing(session, chat_id) if row.id == target.id)
            return Merged(source.name, target.name, photos)
    raise TwoNamesNeeded


async def forget(session: AsyncSession, chat_id: int, text: str, now: float) -> Forgotten:
    """Stop recognising a person at once; `restore` brings them back until they are purged."""
    name = parse_name(text)
    person = await people.find(session, chat_id, name)
    if person is None:
        raise NobodyCalled(name)
    await people.forget(session, person.id, now)
    return Forgotten(person.id, person.name)


async def restore(session: AsyncSession, person_id: int) -> str:
    """Undo `forget`; returns the name. Raises NotFound once purged, NameTaken if somebody has it by now."""
    await people.restore(session, person_id)
    chat_id = await people.chat_of(session, person_id)
    return (await people.names(session, chat_id))[person_id]


async def rename_back(session: AsyncSession, person_id: int, name: str) -> None:
    """Undo `rename`. Raises NotFound if the person is gone, NameTaken if somebody has the name by now."""
    await people.rename(session, person_id, name)


def splits(text: str) -> Iterator[tuple[str, str]]:
    """The ways to read a text as two names: at an arrow or equals sign, else at each space."""
    for separator in SEPARATORS:
        if separator in text:
            first, second = text.split(separator, 1)
            yield first.strip(), second.strip()
            return
    words = text.split()
    for count in range(len(words) - 1, 0, -1):
        yield " ".join(words[:count]), " ".join(words[count:])
