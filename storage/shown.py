"""Who is in which labelled photo: it goes with them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import EXAMPLE_PEOPLE, EXAMPLES, PEOPLE


async def add(session: AsyncSession, example_id: int, person_ids: Collection[int]) -> None:
    """Notes that people, of the example's chat and still there, are in its photo."""
    noted = select(EXAMPLE_PEOPLE.c.person_id).where(EXAMPLE_PEOPLE.c.example_id == example_id)
    chat_id = select(EXAMPLES.c.chat_id).where(EXAMPLES.c.id == example_id).scalar_subquery()
    new = select(literal(example_id), PEOPLE.c.id).where(
        PEOPLE.c.id.in_(person_ids), PEOPLE.c.chat_id == chat_id, PEOPLE.c.id.not_in(noted)
    )
    await session.execute(insert(EXAMPLE_PEOPLE).from_select(["example_id", "person_id"], new))


async def follow(session: AsyncSession, chat_id: int, file_unique_id: str, result: dict[str, Any]) -> None:
    """Notes who is in a labelled photo, and who is not any more, as its answer says now.

    `result` is the answer's; see schema.AnswerColumns.
    """
    faces = result.get("faces")
    if faces is None:
        return
    same = (EXAMPLES.c.chat_id == chat_id, EXAMPLES.c.file_unique_id == file_unique_id)
    people = {face["person_id"] for face in faces if face.get("person_id") is not None}
    for example_id in (await session.scalars(select(EXAMPLES.c.id).where(*same))).all():
        others = (EXAMPLE_PEOPLE.c.example_id == example_id, EXAMPLE_PEOPLE.c.person_id.not_in(people))
        await session.execute(delete(EXAMPLE_PEOPLE).where(*others))
        await add(session, example_id, people)


async def people_in(session: AsyncSession, chat_id: int) -> set[int]:
    """Everybody who is in a labelled photo of a chat."""
    shown = select(EXAMPLE_PEOPLE.c.person_id).join(EXAMPLES, EXAMPLE_PEOPLE.c.example_id == EXAMPLES.c.id)
    return set(await session.scalars(shown.where(EXAMPLES.c.chat_id == chat_id)))
