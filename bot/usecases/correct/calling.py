"""Faces are called by names in words: one, or several of a reply at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.correct import recording
from bot.usecases.correct.faces import call, deny
from bot.usecases.correct.values import Correction, NamedTwice, Person, Spot, spot
from storage import people
from storage.people import name_key


class Call(msgspec.Struct, frozen=True):
    """Face number `face` (an index) of an answer is to be called by a name; `label`: its number in words."""

    answer: int
    face: int
    name: str
    label: str = ""


class Named(msgspec.Struct, frozen=True):
    """A face is that person since; `is_new`: nobody was called so before."""

    label: str
    person: Person
    is_new: bool


class Called(msgspec.Struct, frozen=True):
    """What corrections in words did, and the record that undoes all of it."""

    named: tuple[Named, ...]
    record: int


async def call_faces(
    session: AsyncSession, chat_id: int, calls: Sequence[Call], correction: Correction
) -> Called:
    """Correct the answers, all of it or nothing. Raises BadName, Outdated, NotTheirs, NamedTwice."""
    _check(calls)
    spots = [await spot(session, chat_id, one.answer, one.face) for one in calls]
    before = await recording.look(session, chat_id, spots)
    if len(calls) > 1:
        # Two who were taken for each other: neither may be given what is the other's.
        for one in calls:
            await _deny(session, await spot(session, chat_id, one.answer, one.face), one.name, correction)
    named = []
    for one in calls:
        at = await spot(session, chat_id, one.answer, one.face)
        is_new = await people.find(session, chat_id, one.name) is None
        named.append(Named(one.label, await call(session, at, one.name, correction), is_new))
    return Called(tuple(named), await recording.record(session, before, correction))


def _check(calls: Sequence[Call]) -> None:
    """Raises NamedTwice: nobody is in a photo twice."""
    seen = set()
    for one in calls:
        key = (one.answer, name_key(one.name))
        if key in seen:
            raise NamedTwice(one.name)
        seen.add(key)


async def _deny(session: AsyncSession, at: Spot, name: str, correction: Correction) -> None:
    wrong = at.face.person_id
    meant = await people.find(session, at.row.chat_id, name)
    if wrong is not None and (meant is None or meant.id != wrong):
        await deny(session, at, wrong, correction)
