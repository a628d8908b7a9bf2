"""A training ends: its model is stored, judged, and put in use where it deserves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.labels import Missing
from bot.usecases.training.judging import verdict
from bot.usecases.training.report import Report
from bot.usecases.training.values import ACCEPTED, Ended, Plan
from ml.training import MIN_LABELS, MIN_PHOTOS, Example, Guess, Preflight, Side, Trained, TrainingJob
from storage import examples, labels, models, shown, trainings
from storage.examples import ExampleRow
from storage.models import Learnt, LearntPerson, NewModel
from storage.trainings import TrainingRow


async def end(
    session: AsyncSession,
    row: TrainingRow,
    job: TrainingJob,
    heard: tuple[Plan, Trained],
    now: float,
) -> Ended | None:
    """Store what a training came to; None where it was cancelled, or its photos were deleted, meanwhile."""
    plan, trained = heard
    current = await trainings.get(session, row.id)
    if current is None or current.state != "running" or not await trainings.finish(session, row.id):
        return None
    sides = plan.preflight.sides if plan.preflight else {}
    await examples.set_sides(session, row.chat_id, sides)
    before = await models.live(session, row.chat_id, "labels")
    model = await models.store(session, await _model(session, row, job, heard), now)
    living = {label.id for label in await labels.listing(session, row.chat_id)}
    decided = verdict(trained, has_live=before is not None, is_current=living.issuperset(plan.labels))
    if decided in ACCEPTED:
        model = await models.activate(session, row.chat_id, model.id, now)
    return Ended(model, trained, decided, before, plan.names)


async def _model(
    session: AsyncSession, row: TrainingRow, job: TrainingJob, heard: tuple[Plan, Trained]
) -> NewModel:
    plan, trained = heard
    sides = plan.preflight.sides if plan.preflight else {}
    known = {one.id: one for one in await examples.listing(session, row.chat_id)}
    used = [example for example in job.examples if example.id in sides]
    return NewModel(
        chat_id=row.chat_id,
        kind="labels",
        file=trained.model,
        network=trained.network,
        backbone=trained.backbone,
        method=trained.method,
        labels=plan.names,
        report=_report(plan, trained).as_json(),
        fingerprint=trained.fingerprint,
        seed=row.seed,
        trained_by=row.asked_by,
        learnt=tuple(_learnt(example, plan, known) for example in used),
        people=tuple(map(LearntPerson, await shown.people_in(session, row.chat_id))),
    )


def _learnt(example: Example, plan: Plan, known: Mapping[int, ExampleRow]) -> Learnt:
    there = known.get(example.id)
    return Learnt(example.sha256, plan.names[example.label], there.sender_id if there else 0)


def _report(plan: Plan, trained: Trained) -> Report:
    return Report(
        label_ids=plan.labels,
        score=trained.score,
        live=trained.live,
        confusion=trained.confusion,
        mistakes=_pairs(trained.mistakes),
        suspects=_pairs(trained.suspects),
        seconds=trained.seconds,
    )


def _pairs(guesses: Sequence[Guess]) -> tuple[tuple[int, int], ...]:
    return tuple((guess.example, guess.label) for guess in guesses)


def sides_of(preflight: Preflight) -> dict[Side, int]:
    """How many photos are on each side."""
    counts = preflight.counts
    return {
        "train": sum(count.train for count in counts),
        "held_out": sum(count.held_out for count in counts),
    }


def lacking(plan: Plan, found: Preflight) -> Missing:
    """What is missing beside what can be used of the photos."""
    usable = {one.label: one.train + one.held_out for one in found.counts}
    few = tuple(
        (name, MIN_PHOTOS - usable.get(index, 0))
        for index, name in enumerate(plan.names)
        if usable.get(index, 0) < MIN_PHOTOS
    )
    return Missing(max(0, MIN_LABELS - len(plan.names)), few)


def with_first_answer(plan: Plan, trained: Trained) -> Plan:
    """The plan with how good the head is."""
    return msgspec.structs.replace(plan, first=trained.score)


def with_preflight(plan: Plan, preflight: Preflight) -> Plan:
    """The plan with what the photos turned out to be good for."""
    return msgspec.structs.replace(plan, preflight=preflight)
