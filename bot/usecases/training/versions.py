"""The models of a chat: use another version, go back, delete."""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from storage import models, retiring
from storage.models import ModelRow


class StillInUse(Exception):
    """The model is in use: another one has to be, before it can be deleted."""


class Versions(msgspec.Struct, frozen=True):
    """A chat's models, newest first; `can_go_back`: an earlier one was in use."""

    models: tuple[ModelRow, ...]
    live: ModelRow | None


async def listing(session: AsyncSession, chat_id: int) -> Versions:
    """The versions that are there."""
    rows = [row for row in await models.listing(session, chat_id, "labels") if row.retired_at is None]
    return Versions(tuple(rows), next((row for row in rows if row.live), None))


async def use(session: AsyncSession, chat_id: int, model_id: int, now: float) -> ModelRow:
    """Put one of the chat's models in use, from the next photo on. Raises NotFound."""
    return await models.activate(session, chat_id, model_id, now)


async def go_back(session: AsyncSession, chat_id: int, now: float) -> ModelRow | None:
    """Put the one in use that was before; None where there was none."""
    return await models.roll_back(session, chat_id, "labels", now)


async def delete(
    session: AsyncSession, chat_id: int, model_id: int, now: float
) -> tuple[ModelRow, list[str]]:
    """Delete a model that is not in use; it, and the files that nothing needs then.

    Raises NotFound, StillInUse.
    """
    row = await models.get(session, chat_id, model_id)
    if row.live:
        raise StillInUse
    return row, await retiring.retire(session, [model_id], "deleted", now)
