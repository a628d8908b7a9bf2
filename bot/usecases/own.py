"""What a chat's own model says of a photo, in the names that its labels have now."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.seen import OwnGuess, OwnSeen
from bot.usecases.training.report import report_of
from ml.protocol import OwnLabels
from storage import labels, models
from storage.models import ModelRow


class Own(msgspec.Struct, frozen=True):
    """The model in use in a chat, and the names of the chat's labels by their ids."""

    model: ModelRow
    names: Mapping[int, str]


async def in_use(session: AsyncSession, chat_id: int) -> Own | None:
    """The chat's own model, where it has one."""
    model = await models.live(session, chat_id, "labels")
    if model is None:
        return None
    return Own(model, {row.id: row.name for row in await labels.listing(session, chat_id)})


def seen(own: Own, said: OwnLabels) -> OwnSeen | None:
    """What the worker said, with a deleted label left out; None where no label is left."""
    ids = dict(zip(own.model.labels, report_of(own.model).label_ids, strict=True))
    guesses = tuple(
        OwnGuess(ids[label.name], own.names[ids[label.name]], label.probability)
        for label in said.labels
        if ids.get(label.name) in own.names
    )
    return OwnSeen(own.model.version, guesses, said.is_none, said.novelty) if guesses else None
