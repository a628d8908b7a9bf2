"""What two chats were taught becomes one chat's, where a group became a supergroup that was met before."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import labels, shown
from storage.schema import EXAMPLE_PEOPLE, EXAMPLES, LABELS, MODELS


async def unite(session: AsyncSession, old: int, new: int) -> None:
    """Moves labels, labelled photos and models of one chat to another, where labels of one name become one.

    Of one picture in both, the new chat's label counts. Trainings are the caller's.
    """
    await _move_labels(session, old, new)
    await _move_examples(session, old, new)
    await _move_models(session, old, new)


async def _move_labels(session: AsyncSession, old: int, new: int) -> None:
    for label in await labels.listing(session, old):
        namesake = await labels.find(session, new, label.name)
        if namesake is not None:
            theirs = update(EXAMPLES).where(EXAMPLES.c.label_id == label.id)
            await session.execute(theirs.values(label_id=namesake.id))
            await labels.remove(session, label.id)
    await session.execute(update(LABELS).where(LABELS.c.chat_id == old).values(chat_id=new))


async def _move_examples(session: AsyncSession, old: int, new: int) -> None:
    there = EXAMPLES.alias()
    twice = select(EXAMPLES.c.id, there.c.id).join(there, there.c.photo == EXAMPLES.c.photo)
    rows = await session.execute(twice.where(EXAMPLES.c.chat_id == old, there.c.chat_id == new))
    for old_id, new_id in rows.all():
        in_it = select(EXAMPLE_PEOPLE.c.person_id).where(EXAMPLE_PEOPLE.c.example_id == old_id)
        await shown.add(session, new_id, set(await session.scalars(in_it)))
    moved = update(EXAMPLES).where(EXAMPLES.c.chat_id == old).values(chat_id=new)
    await session.execute(moved.prefix_with("OR IGNORE"))


async def _move_models(session: AsyncSession, old: int, new: int) -> None:
    """Versions are counted on from those of the new chat, and what it has in use stays in use."""
    there = select(MODELS.c.kind, func.max(MODELS.c.version), func.max(MODELS.c.live))
    rows = await session.execute(there.where(MODELS.c.chat_id == new).group_by(MODELS.c.kind))
    for kind, latest, has_live in rows.all():
        theirs = update(MODELS).where(MODELS.c.chat_id == old, MODELS.c.kind == kind)
        if has_live:
            await session.execute(theirs.values(live=False))
        await session.execute(theirs.values(chat_id=new, version=MODELS.c.version + latest))
    await session.execute(update(MODELS).where(MODELS.c.chat_id == old).values(chat_id=new))
