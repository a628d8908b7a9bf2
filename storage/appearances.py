"""In which photos of a chat a person is: as it was answered, and those that they were enrolled with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import ANSWERS, FACES, PEOPLE

# What stands for the models in an answer that notes whose face, one alone, was enrolled from a photo.
ENROLMENT = "enrolment"


class Appearance(msgspec.Struct, frozen=True):
    """A photo that a person is in: the message that has it, and whether surely or maybe (`tone`)."""

    answer_id: int
    message_id: int
    tone: str
    created_at: float

    @property
    def is_sure(self) -> bool:
        return self.tone == "sure"


async def of_person(session: AsyncSession, person_id: int, *, limit: int, skip: int = 0) -> list[Appearance]:
    """The photos of their chat that a living person is in, newest first, each once.

    Of a photo counts what was said last, and that the person has a face of it.
    """
    chat_id = select(PEOPLE.c.chat_id).where(PEOPLE.c.id == person_id, PEOPLE.c.forgotten_at.is_(None))
    theirs = ANSWERS.c.chat_id == chat_id.scalar_subquery()
    said = select(func.max(ANSWERS.c.id)).where(theirs, ANSWERS.c.models != ENROLMENT)
    enrolled = select(FACES.c.id).where(
        FACES.c.person_id == person_id, FACES.c.source == ANSWERS.c.file_unique_id
    )
    counts = or_(
        ANSWERS.c.id.in_(said.group_by(ANSWERS.c.file_unique_id)),
        and_(ANSWERS.c.models == ENROLMENT, enrolled.exists()),
    )
    face = func.json_each(ANSWERS.c.result, "$.faces").table_valued("value")
    is_them = func.json_extract(face.c.value, "$.person_id") == person_id
    newest = select(func.max(ANSWERS.c.id)).join(face, is_them).where(theirs, counts)
    tone = func.json_extract(face.c.value, "$.tone")
    statement = (
        select(ANSWERS.c.id, ANSWERS.c.message_id, tone, ANSWERS.c.created_at)
        .join(face, is_them)
        .where(ANSWERS.c.id.in_(newest.group_by(ANSWERS.c.file_unique_id)))
        .order_by(ANSWERS.c.id.desc())
        .limit(limit)
        .offset(skip)
    )
    return [Appearance(*row) for row in await session.execute(statement)]


async def forget_enrolment(session: AsyncSession, person_id: int, source: str) -> None:
    """A face of a person that came from a photo (its file_unique_id) is theirs no more."""
    note = (ANSWERS.c.models == ENROLMENT, ANSWERS.c.file_unique_id == source)
    whose = func.json_extract(ANSWERS.c.result, "$.faces[0].person_id")
    await session.execute(delete(ANSWERS).where(*note, whose == person_id))


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
