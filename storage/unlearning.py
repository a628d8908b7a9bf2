"""What was taught with somebody's photos, or in a chat, goes when they do: photos, models, trainings.

Each function deletes rows in the caller's transaction and returns the addresses (see `storage.files`) of the
files that nothing needs any more.
"""

from __future__ import annotations

import time
from collections.abc import Collection

import msgspec
from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import examples, retiring, trainings
from storage.files import labelled, model_files, run
from storage.retiring import Named
from storage.schema import EXAMPLE_PEOPLE, EXAMPLES, FACES, MODELS, PEOPLE, TRAININGS


class Taught(msgspec.Struct, frozen=True):
    """What was taught with somebody's photos: how many labelled ones there are, and what learnt from them."""

    photos: int
    models: tuple[Named, ...]


async def taught_with(
    session: AsyncSession, *, user_id: int | None = None, person_ids: Collection[int] = ()
) -> Taught:
    """What `unlearn` would delete, in whichever chats."""
    theirs = _theirs(user_id, person_ids)
    photos = await session.scalar(select(func.count()).select_from(EXAMPLES).where(theirs))
    learnt = await retiring.learnt_from(session, user_id=user_id, person_ids=person_ids)
    return Taught(photos or 0, tuple(learnt))


async def unlearn(
    session: AsyncSession, *, user_id: int | None = None, person_ids: Collection[int] = ()
) -> list[str]:
    """Deletes the labelled photos that a user sent or that show people, and retires what learnt from them.

    What is being learnt with them just now is begun anew.
    """
    theirs = _theirs(user_id, person_ids)
    labelled_in = set(await session.scalars(select(EXAMPLES.c.chat_id).where(theirs)))
    enrolled = select(PEOPLE.c.chat_id).join(FACES, FACES.c.person_id == PEOPLE.c.id)
    enrolled_in = set(await session.scalars(enrolled.where(PEOPLE.c.id.in_(person_ids))))
    learnt = await retiring.learnt_from(session, user_id=user_id, person_ids=person_ids)
    files = await retiring.retire(session, [model.id for model in learnt], "forgotten", time.time())
    files += await examples.remove_where(session, theirs)
    files += await trainings.begin_anew(session, labelled_in, "labels")
    return files + await trainings.begin_anew(session, enrolled_in, "people")


async def files_of_chats(session: AsyncSession, chat_ids: Collection[int]) -> set[str]:
    """The files of all that was taught in chats, to be deleted with the chats."""
    photos = await session.scalars(select(EXAMPLES.c.photo).where(EXAMPLES.c.chat_id.in_(chat_ids)))
    files = {labelled(photo) for photo in photos}
    kept = select(MODELS.c.file, MODELS.c.network).where(MODELS.c.chat_id.in_(chat_ids))
    for row in await session.execute(kept):
        files.update(model_files(row.file, row.network))
    begun = await session.scalars(select(TRAININGS.c.id).where(TRAININGS.c.chat_id.in_(chat_ids)))
    return files | {run(training_id) for training_id in begun}


def _theirs(user_id: int | None, person_ids: Collection[int]) -> ColumnElement[bool]:
    """Which examples are somebody's."""
    showing = select(EXAMPLE_PEOPLE.c.example_id).where(EXAMPLE_PEOPLE.c.person_id.in_(person_ids))
    sent = EXAMPLES.c.sender_id == user_id if user_id is not None else false()
    return or_(sent, EXAMPLES.c.id.in_(showing))
