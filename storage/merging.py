"""Two people of a chat become one, and two again.

`merge` only sets the source aside: it is forgotten, and goes for good with those whom nobody brought back.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import appearances, people
from storage.errors import NotFound, TwoUsers
from storage.schema import CONSENTS, EXAMPLE_PEOPLE, FACES, MODEL_PEOPLE, NEGATIVES, PEOPLE


class Moved(msgspec.Struct, frozen=True):
    """What a merge moved from `source` to `target`, by the ids of the rows: what `unmerge` moves back.

    `examples` are who is in which labelled photo, `models` who was learnt by which model. `linked`: the
    target had no Telegram user, and has the source's now.
    """

    source: int
    target: int
    faces: tuple[int, ...]
    negatives: tuple[int, ...]
    consents: tuple[int, ...]
    answers: tuple[int, ...]
    linked: bool
    examples: tuple[int, ...] = ()
    models: tuple[int, ...] = ()


async def merge(session: AsyncSession, source: int, target: int, now: float) -> Moved:
    """Gives what the source has to the target, but for faces whose crop it has, and forgets the source.

    Raises NotFound unless both are living people of one chat, TwoUsers for two different Telegram users.
    """
    chat_id = await people.chat_of(session, target)
    if source == target or await people.chat_of(session, source) != chat_id:
        raise NotFound("person", source)
    if await _are_two_users(session, source, target):
        raise TwoUsers(source, target)
    moved = await _move(session, source, target)
    await people.forget(session, source, now)
    return moved


async def unmerge(session: AsyncSession, moved: Moved) -> None:
    """Moves back what a merge moved, and restores the source.

    A face that was merged on since is taken back from whoever has it by now. Raises NotFound (purged) and
    NameTaken.
    """
    await people.restore(session, moved.source)
    back = {"person_id": moved.source}
    await session.execute(update(FACES).where(FACES.c.id.in_(moved.faces)).values(back))
    for table, ids in (
        (NEGATIVES, moved.negatives),
        (CONSENTS, moved.consents),
        (EXAMPLE_PEOPLE, moved.examples),
        (MODEL_PEOPLE, moved.models),
    ):
        # Their ids are used again, so that only those which are still there are the same rows.
        still_there = (table.c.id.in_(ids), table.c.person_id == moved.target)
        await session.execute(update(table).where(*still_there).values(back))
    if moved.linked:
        unlinked = {"user_id": None, "mention": False}
        await session.execute(update(PEOPLE).where(PEOPLE.c.id == moved.target).values(unlinked))
    await appearances.reassign(session, moved.answers, moved.target, moved.source)


async def absorb(session: AsyncSession, source: int, target: int) -> None:
    """What `merge` does where nobody can undo it: the source is gone. The caller raises the gallery version.

    Where they are different Telegram users, neither becomes the other: what the source had is deleted.
    """
    if not await _are_two_users(session, source, target):
        await _move(session, source, target)
    await people.remove(session, source)


async def _move(session: AsyncSession, source: int, target: int) -> Moved:
    kept = FACES.alias()
    known = select(kept.c.crop).where(kept.c.person_id == target)
    new_to_target = FACES.c.crop.not_in(known)
    moved = {"person_id": target}
    faces = update(FACES).where(FACES.c.person_id == source, new_to_target).values(moved)
    negatives = update(NEGATIVES).where(NEGATIVES.c.person_id == source).values(moved)
    consents = update(CONSENTS).where(CONSENTS.c.person_id == source).values(moved)
    examples = update(EXAMPLE_PEOPLE).where(EXAMPLE_PEOPLE.c.person_id == source).values(moved)
    models = update(MODEL_PEOPLE).where(MODEL_PEOPLE.c.person_id == source).values(moved)
    return Moved(
        source=source,
        target=target,
        linked=await _link(session, source, target),
        faces=tuple(await session.scalars(faces.returning(FACES.c.id))),
        negatives=tuple(await session.scalars(negatives.returning(NEGATIVES.c.id))),
        consents=tuple(await session.scalars(consents.returning(CONSENTS.c.id))),
        examples=tuple(await session.scalars(examples.returning(EXAMPLE_PEOPLE.c.id))),
        models=tuple(await session.scalars(models.returning(MODEL_PEOPLE.c.id))),
        # Forgetting `target` later must find them.
        answers=tuple(await appearances.reassign_all(session, source, target)),
    )


async def _are_two_users(session: AsyncSession, source: int, target: int) -> bool:
    users = select(PEOPLE.c.user_id).where(PEOPLE.c.id.in_((source, target)), PEOPLE.c.user_id.is_not(None))
    return len(set(await session.scalars(users))) > 1


async def _link(session: AsyncSession, source: int, target: int) -> bool:
    """Makes the target the Telegram user that the source is, where it is none; whether it did."""
    theirs = select(PEOPLE.c.user_id, PEOPLE.c.mention).where(PEOPLE.c.id == source)
    user_id, mention = (await session.execute(theirs)).one()
    if user_id is None:
        return False
    unlinked = (PEOPLE.c.id == target, PEOPLE.c.user_id.is_(None))
    linking = update(PEOPLE).where(*unlinked).values(user_id=user_id, mention=mention)
    return await session.scalar(linking.returning(PEOPLE.c.id)) is not None
