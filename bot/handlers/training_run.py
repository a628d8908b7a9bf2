"""A training from its first event to its end: what the chat is told of it, and what is stored."""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
import time
from dataclasses import dataclass, field

from bot import texts, views
from bot.languages import speaking
from bot.replies import Keyboard, Reply, Shown
from bot.services import Services
from bot.turn import Address, Turn, work_turn
from bot.usecases.training import ending, preparing
from bot.usecases.training.values import NotEnough, Plan
from ml.errors import TrainerFailed
from ml.training import (
    Event,
    FirstAnswer,
    Preflight,
    Progress,
    Trained,
    TrainerConfig,
    TrainingJob,
    Untrained,
)
from ml.training_child import discard, stored_job, training
from storage import trainings
from storage.trainings import TrainingRow

log = logging.getLogger(__name__)

# A group takes twenty messages a minute, edits included, and photos are to be answered meanwhile.
TELL_EVERY_S = 6.0


async def train(services: Services, row: TrainingRow) -> None:
    """Do one training to its end. Raises StorageError; then it is begun again."""
    with speaking(row.language):
        lesson = await _lesson(services, row)
        if lesson is None:
            return
        try:
            async with training(lesson.config, lesson.job) as events:
                async for event in events:
                    await _hear(lesson, event)
        except (TrainerFailed, OSError) as error:
            log.error("training %d: %s", row.id, error)
            await _end(services, row, texts.training.failed())


async def stopped(services: Services, row: TrainingRow) -> None:
    """It was cancelled: nothing is left of it."""
    with speaking(row.language):
        await _end(services, row, texts.training.cancelled())


async def given_up(services: Services, row: TrainingRow) -> None:
    """It cannot be brought to an end."""
    with speaking(row.language):
        await _end(services, row, texts.training.failed())


@dataclass
class Lesson:
    """A training under way; `told_at`: when the chat last heard of it."""

    services: Services
    row: TrainingRow
    config: TrainerConfig
    job: TrainingJob
    plan: Plan
    told_at: float = field(default=0.0)


async def _lesson(services: Services, row: TrainingRow) -> Lesson | None:
    """What is to be learnt, the same after a restart; None, and told, where there is too little by now."""
    config = config_for(services, row.id)
    begun = await asyncio.to_thread(stored_job, config) if row.data else None
    if begun is not None:
        return Lesson(services, row, config, begun, preparing.plan_of(row))
    try:
        async with services.database.begin() as session:
            job, plan = await preparing.prepare(session, services.kept.labelled, row)
    except NotEnough as error:
        await _end(services, row, views.training.not_enough(error.missing).text)
        return None
    return Lesson(services, row, config, job, plan)


def config_for(services: Services, training_id: int) -> TrainerConfig:
    """Where a training works."""
    return TrainerConfig(
        run=services.kept.trainings / str(training_id),
        models=services.kept.models,
        features=services.kept.features,
        worker=services.worker.config,
    )


async def _hear(lesson: Lesson, event: Event) -> None:
    match event:
        case Preflight(enough=True):
            lesson.plan = ending.with_preflight(lesson.plan, event)
            await _tell(lesson, None)
        case Preflight():
            await _too_little(lesson, event)
        case Progress():
            if time.monotonic() - lesson.told_at >= TELL_EVERY_S or event.step == event.steps:
                await _tell(lesson, event)
        case FirstAnswer(trained=trained):
            lesson.plan = ending.with_first_answer(lesson.plan, trained)
            await _tell(lesson, None)
        case Trained():
            await _finish(lesson, event)
        case Untrained(reason=reason):
            log.warning("training %d: %s", lesson.row.id, reason)
            await _end(lesson.services, lesson.row, texts.training.untrained(reason))


async def _tell(lesson: Lesson, now: Progress | None) -> None:
    lesson.told_at = time.monotonic()
    row = lesson.row
    async with work_turn(lesson.services) as turn:
        await trainings.note(turn.session, row.id, data=preparing.noted(lesson.plan))
        text = views.training.progress(lesson.plan, now)
        await _revise(turn, row, text, views.training.cancel_keyboard(row.id))


async def _too_little(lesson: Lesson, found: Preflight) -> None:
    """Without what cannot be read and what is there twice, too little is left."""
    lesson.plan = ending.with_preflight(lesson.plan, found)
    lacks = ending.lacking(lesson.plan, found)
    text = "\n".join([views.training.not_enough(lacks).text, *views.training.left_out(found)])
    await _end(lesson.services, lesson.row, text)


async def _finish(lesson: Lesson, trained: Trained) -> None:
    """The model is stored and judged, and the chat told, in one transaction."""
    services, row = lesson.services, lesson.row
    picture = await asyncio.to_thread(_take_picture, lesson, trained)
    async with work_turn(services) as turn:
        ended = await ending.end(turn.session, row, lesson.job, (lesson.plan, trained), turn.now)
        if ended is None:
            turn.crops_to_delete += [str(picture.path)] if picture else []
        else:
            to = Address(row.chat_id, row.thread_id)
            await turn.reply(to, views.training.result(ended, picture))
            await _revise(turn, row, views.training.progress(lesson.plan, None), None)
    await asyncio.to_thread(discard, lesson.config)


def _take_picture(lesson: Lesson, trained: Trained) -> Shown | None:
    """The picture into the spool, from where it is deleted once it is sent."""
    drawn = lesson.config.run / trained.picture
    if not trained.picture or not drawn.is_file():
        return None
    target = lesson.services.settings.spool_dir.absolute() / f"{secrets.token_hex(8)}{drawn.suffix}"
    shutil.copyfile(drawn, target)
    return Shown(path=target, bytes=target.stat().st_size)


async def _end(services: Services, row: TrainingRow, text: str) -> None:
    """Nothing came of it: its row and folder go, and the message about it says so."""
    async with work_turn(services) as turn:
        await trainings.finish(turn.session, row.id)
        await _revise(turn, row, text, None)
    await asyncio.to_thread(discard, config_for(services, row.id))


async def _revise(turn: Turn, row: TrainingRow, text: str, keyboard: Keyboard | None) -> None:
    """Edit the message that tells of a training; where there is none (any more), send one."""
    current = await trainings.get(turn.session, row.id)
    outbox_id = current.outbox_id if current is not None else row.outbox_id
    if outbox_id is None:
        sent = await turn.reply(Address(row.chat_id, row.thread_id), Reply(text, keyboard))
        await trainings.note(turn.session, row.id, outbox_id=sent)
    else:
        await turn.revise_sent(row.chat_id, outbox_id, text, keyboard)
