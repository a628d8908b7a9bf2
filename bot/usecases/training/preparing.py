"""What a training learns from, as the trainer's job."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.labels import missing
from bot.usecases.training.values import NotEnough, Plan
from ml.training import Example, TrainingJob
from storage import examples, labels, models, trainings
from storage.examples import ExampleRow
from storage.photos import PhotoStore
from storage.trainings import TrainingRow


async def prepare(session: AsyncSession, labelled: PhotoStore, row: TrainingRow) -> tuple[TrainingJob, Plan]:
    """The job of a training and its plan, which is noted in its row.

    Raises NotEnough where too much was deleted since it was asked for.
    """
    chosen = await labels.listing(session, row.chat_id)
    lacks = missing(chosen)
    if lacks is not None:
        raise NotEnough(lacks)
    plan = Plan(tuple(label.id for label in chosen), tuple(label.name for label in chosen))
    place = {label_id: index for index, label_id in enumerate(plan.labels)}
    photos = await examples.listing(session, row.chat_id)
    live = await models.live(session, row.chat_id, "labels")
    await trainings.note(session, row.id, data=noted(plan))
    job = TrainingJob(
        kind="labels",
        labels=plan.names,
        examples=tuple(_example(photo, place[photo.label_id], labelled) for photo in photos),
        live=live.file if live else "",
        seed=row.seed,
    )
    return job, plan


def noted(plan: Plan) -> dict[str, Any]:
    """A plan, for the training's row."""
    stored: dict[str, Any] = msgspec.to_builtins(plan, str_keys=True)
    return stored


def plan_of(row: TrainingRow) -> Plan:
    """What a training was begun with."""
    return msgspec.convert(row.data, Plan, strict=False)


def _example(photo: ExampleRow, label: int, labelled: PhotoStore) -> Example:
    return Example(
        id=photo.id,
        photo=str(labelled.path(photo.photo)),
        sha256=photo.photo,
        label=label,
        album=photo.album or "",
        side=photo.side,
    )
