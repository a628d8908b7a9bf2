"""Whom to offer when a face is to be named: the people it resembles first, then the others by name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.correct import Person
from bot.usecases.seen import SeenFace
from storage import people


async def people_for(session: AsyncSession, chat_id: int, face: SeenFace) -> list[Person]:
    """The chat's people, likeliest first, but for whom the face surely is already."""
    rows = [Person(row.id, row.name) for row in await people.listing(session, chat_id)]
    return likeliest_first(rows, face)


def likeliest_first(by_name: Sequence[Person], face: SeenFace) -> list[Person]:
    """Those whom a face resembles, nearest first, before the others, who keep their order."""
    rank = {person_id: place for place, person_id in enumerate(face.nearest)}
    others = [person for person in by_name if face.tone != "sure" or person.id != face.person_id]
    return sorted(others, key=lambda person: rank.get(person.id, len(rank)))
