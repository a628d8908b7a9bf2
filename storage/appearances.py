"""In which photos of a chat a person was seen, from what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import ANSWERS, PEOPLE


class Appearance(msgspec.Struct, frozen=True):
    """A photo that a person was named in: the message that has it, and whether surely or maybe (`tone`)."""

    answer_id: int
    message_id: int
    tone: str
    created_at: float


async def of_person(session: AsyncSession, person_id: int, *, limit: int, skip: int = 0) -> list[Appearance]:
    """The photos of their chat that a living person is in, newest first; of each what was said last."""
    chat_id = select(PEOPLE.c.chat_id).where(PEOPLE.c.id == person_id, PEOPLE.c.forgotten_at.is_(None))
    theirs = ANSWERS.c.chat_id == chat_id.scalar_subquery()
    latest = select(func.max(ANSWERS.c.id)).where(theirs).group_by(ANSWERS.c.file_unique_id)
    face = func.json_each(ANSWERS.c.result, "$.faces").table_valued("value")
    tone = func.json_extract(face.c.value, "$.tone")
    statement = (
        select(ANSWERS.c.id, ANSWERS.c.message_id, tone, ANSWERS.c.created_at)
        .join(face, func.json_extract(face.c.value, "$.person_id") == person_id)
        .where(theirs, ANSWERS.c.id.in_(latest))
        .order_by(ANSWERS.c.id.desc())
        .limit(limit)
        .offset(skip)
    )
    return [Appearance(*row) for row in await session.execute(statement)]


async def reassign_all(session: AsyncSession, source: int, target: int) -> list[int]:
    """Has the answers that named one person name another; their ids. See `reassign`."""
    chat_id = select(PEOPLE.c.chat_id).where(PEOPLE.c.id == source).scalar_subquery()
    return await _reassign(session, source, target, ANSWERS.c.chat_id == chat_id)


async def reassign(session: AsyncSession, answer_ids: Sequence[int], source: int, target: int) -> None:
    """Has those of these answers that name one person name another, under the name that was said.

    Nobody is in a photo twice: where both were named, the source becomes somebody unknown.
    """
    await _reassign(session, source, target, ANSWERS.c.id.in_(answer_ids))


async def _reassign(session: AsyncSession, source: int, target: int, where: ColumnElement[bool]) -> list[int]:
    face = func.json_each(ANSWERS.c.result, "$.faces").table_valued("value")
    person_id = func.json_extract(face.c.value, "$.person_id")
    naming = select(face.c.value).where(person_id == source).correlate(ANSWERS).exists()
    rows = (await session.execute(select(ANSWERS.c.id, ANSWERS.c.result).where(where, naming))).all()
    for answer_id, result in rows:
        changed = {**result, "faces": _with_other(result["faces"], source, target)}
        await session.execute(update(ANSWERS).where(ANSWERS.c.id == answer_id).values(result=changed))
    return [row.id for row in rows]


def _with_other(faces: list[dict[str, Any]], source: int, target: int) -> list[dict[str, Any]]:
    nobody = {"person_id": None, "name": None, "tone": "unknown", "similarity": None, "told": False}
    is_there = any(face.get("person_id") == target for face in faces)
    other = nobody if is_there else {"person_id": target}
    return [{**face, **other} if face.get("person_id") == source else face for face in faces]
