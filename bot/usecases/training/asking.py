"""A training is asked for, and cancelled."""

from __future__ import annotations

import secrets

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.labels import missing
from bot.usecases.training.values import NotEnough, Queued
from storage import labels, trainings
from storage.models import Kind
from storage.trainings import NewTraining, TrainingRow


class Wanted(msgspec.Struct, frozen=True):
    """Who wants a training of which kind where, in which language it is told of."""

    chat_id: int
    thread_id: int | None
    kind: Kind
    by: int
    language: str


async def ask(session: AsyncSession, wanted: Wanted, now: float) -> Queued:
    """Queue a training. Raises NotEnough, or TrainingOpen where the chat has one of that kind."""
    lacks = missing(await labels.listing(session, wanted.chat_id))
    if lacks is not None:
        raise NotEnough(lacks)
    new = NewTraining(
        chat_id=wanted.chat_id,
        thread_id=wanted.thread_id,
        kind=wanted.kind,
        asked_by=wanted.by,
        language=wanted.language,
        seed=secrets.randbelow(2**31),
    )
    training_id = await trainings.put(session, new, now)
    return Queued(training_id, await trainings.position(session, training_id))


async def cancel(session: AsyncSession, chat_id: int, training_id: int) -> TrainingRow | None:
    """Have one of the chat's trainings stop; as it was, or None where it had ended."""
    row = await trainings.get(session, training_id)
    if row is None or row.chat_id != chat_id:
        return None
    return await trainings.cancel(session, training_id)
