"""Jobs: what follows from an update and is done after it. `KINDS` is their routing table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.handlers import explaining, exporting, label_photo, looking_again, mistakes, refreshing, unknown
from bot.services import Services
from bot.usecases import catch_up, correct, learn, refresh, why
from storage.jobs import JobRow

Chore = Callable[[Services, JobRow], Awaitable[None]]

KINDS: dict[str, Chore] = {
    refresh.KIND: refreshing.refresh,
    catch_up.KIND: looking_again.catch_up,
    catch_up.LOOK_AGAIN: looking_again.look_again,
    correct.LEARN: looking_again.learn_from,
    learn.DENIALS: looking_again.learn_denials,
    why.KIND: explaining.explain,
    unknown.NEXT: unknown.offer_next,
    **exporting.CHORES,
    **label_photo.CHORES,
    **mistakes.CHORES,
}


async def work(services: Services, job: JobRow) -> None:
    """Do a job, whatever its kind; the chore itself ends it (`bot.turn.job_turn`)."""
    await KINDS[job.kind](services, job)
