"""The people of a chat: list, rename, merge, forget, and the way back.

Each function works inside the caller's transaction, and finds only people of the chat it is given. They raise
NobodyCalled for a name nobody has, NameTaken and BadName for a new name that cannot be used, NotFound where a
button comes too late, and TwoUsers where two people cannot be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import catch_up, learn
from bot.usecases.names import parse_name
from storage import cards, merging, negatives, people
from storage.cards import PersonCard
from storage.merging import Moved
from storage.negatives import NewNegative
from storage.unlearning import Taught, taught_with

# As many as can be read at a glance, and found among buttons.
PAGE_PEOPLE = 20
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
    """One person's photos became another's; `moved` is what `unmerge` takes to undo it."""

    source: str
    target: str
    photos: int
    moved: dict[str, Any]


class Forgotten(msgspec.Struct, frozen=True):
    """A person is no longer recognised, and will be deleted when the time to undo is over.

    `taught`: what goes with them.
    """

    person_id: int
    name: str
    taught: Taught


class DenialsForgotten(msgspec.Struct, frozen=True):
    """The "no"s about the person called `name` are gone; `denials` is what `restore_denials` takes."""

    name: str
    denials: tuple[NewNegative, ...]


class Page(msgspec.Struct, frozen=True):
    """Some of the `total` people of a chat: those of page `number`, from 0, of `pages`."""

    people: tuple[PersonCard, ...]
    number: int
    pages: int
    total: int


async def page(session: AsyncSession, chat_id: int, number: int) -> Page:
    """A page of the chat's people by name; the last one where there are no longer so many."""
    total = await people.count(session, chat_id)
    pages = max(1, -(-total // PAGE_PEOPLE))
    number = min(number, pages - 1)
    found = await cards.page(session, chat_id, skip=number * PAGE_PEOPLE, limit=PAGE_PEOPLE)
    return Page(tuple(found), number, pages, total)


async def person(session: AsyncSession, chat_id: int, person_id: int) -> PersonCard:
    """One of the chat's people. Raises NotFound."""
    return await cards.card(session, chat_id, person_id)


async def named(session: AsyncSession, chat_id: int, text: str) -> PersonCard:
    """The chat's person of that name. Raises BadName, NobodyCalled."""
    name = parse_name(text)
    row = await people.find(session, chat_id, name)
    if row is None:
        raise NobodyCalled(name)
    return await cards.card(session, chat_id, row.id)


async def rename(session: AsyncSession, chat_id: int, text: str, now: float) -> Renamed:
    """`Alice Alicia`, or `Alice Smith -> Alice Jones`. Raises TwoNamesNeeded."""
    readings = list(splits(text))
    for old, new in readings:
        person = await people.find(session, chat_id, old)
        if person is not None:
            return await rename_to(session, chat_id, person.id, new, now)
    if len(readings) == 1 and all(readings[0]):
        raise NobodyCalled(readings[0][0])
    raise TwoNamesNeeded


async def rename_to(session: AsyncSession, chat_id: int, person_id: int, text: str, now: float) -> Renamed:
    """Give one of the chat's people the name that a text is."""
    old = await cards.card(session, chat_id, person_id)
    name = parse_name(text)
    await people.rename(session, person_id, name)
    await catch_up.queue(session, chat_id, now)
    return Renamed(person_id, old.name, name)


async def merge(session: AsyncSession, chat_id: int, text: str, now: float) -> Merged:
    """`Ali Alice` gives Ali's photos to Alice; both must be enrolled. Raises TwoNamesNeeded, TwoUsers."""
    readings = list(splits(text))
    for first, second in readings:
        source = await people.find(session, chat_id, first)
        target = await people.find(session, chat_id, second)
        if len(readings) == 1 and first and second and (source is None or target is None):
            raise NobodyCalled(first if source is None else second)
        if source is not None and target is not None and source.id != target.id:
            return await merge_people(session, chat_id, (source.id, target.id), now)
    raise TwoNamesNeeded


async def merge_people(
    session: AsyncSession, chat_id: int, source_and_target: tuple[int, int], now: float
) -> Merged:
    """Give what the first of two of the chat's people has to the second. Raises NotFound, TwoUsers."""
    source, target = source_and_target
    old = await cards.card(session, chat_id, source)
    await cards.card(session, chat_id, target)
    moved = await merging.merge(session, source, target, now)
    await catch_up.queue(session, chat_id, now)
    merged = await cards.card(session, chat_id, target)
    return Merged(old.name, merged.name, merged.faces, msgspec.to_builtins(moved))


async def unmerge(session: AsyncSession, chat_id: int, moved: dict[str, Any], now: float) -> str:
    """Undo `merge`; returns the name of who is back. Raises NotFound once purged, NameTaken."""
    merged = msgspec.convert(moved, Moved)
    await merging.unmerge(session, merged)
    await catch_up.queue(session, chat_id, now, naming=merged.target)
    return (await cards.card(session, chat_id, merged.source)).name


async def forget(session: AsyncSession, chat_id: int, person_id: int, now: float) -> Forgotten:
    """Stop recognising a person at once; `restore` brings them back until they are purged."""
    card = await cards.card(session, chat_id, person_id)
    await people.forget(session, person_id, now)
    await catch_up.queue(session, chat_id, now)
    return Forgotten(person_id, card.name, await taught_with(session, person_ids=[person_id]))


async def restore(session: AsyncSession, chat_id: int, person_id: int, now: float) -> str:
    """Undo `forget`; returns the name. Raises NotFound once purged, NameTaken if somebody has it by now."""
    await people.restore(session, person_id)
    await catch_up.queue(session, chat_id, now)
    return (await cards.card(session, chat_id, person_id)).name


async def forget_denials(session: AsyncSession, chat_id: int, person_id: int, now: float) -> DenialsForgotten:
    """Forget every "that is not her". Raises NotFound."""
    card = await cards.card(session, chat_id, person_id)
    gone = await negatives.remove_of(session, person_id)
    await catch_up.queue(session, chat_id, now)
    return DenialsForgotten(card.name, tuple(gone))


async def restore_denials(
    session: AsyncSession, chat_id: int, denials: Sequence[NewNegative], by: int, now: float
) -> None:
    """Undo `forget_denials`; the photos are looked at again for what they teach. Raises NotFound."""
    for denial in denials:
        await negatives.add(session, denial, by, now)
    await learn.queue_denials(session, chat_id, now)
    await catch_up.queue(session, chat_id, now)


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
