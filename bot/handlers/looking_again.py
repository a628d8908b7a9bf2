"""The jobs that fetch photos again: "catch_up", "look_again", "learn" and "learn_denials"."""

from __future__ import annotations

import time
from contextlib import suppress

import msgspec

from bot import texts, views
from bot.errors import sentence_for
from bot.jobs import NotYet
from bot.languages import speaking
from bot.replies import Reply
from bot.services import Services
from bot.settings import Settings
from bot.turn import Address, Turn, job_turn
from bot.usecases import catch_up as catching_up
from bot.usecases import correct, learn
from bot.usecases.asking import AuthorRefused, check_author
from bot.usecases.consent import digest_for
from bot.usecases.correct import Outdated, Spot
from bot.usecases.enrol import DiskFull, NotStored, OtherModel, Whom
from bot.usecases.learn import Lesson
from ml.errors import BadPhoto
from storage import answers, jobs, replies
from storage.jobs import JobRow

# The answer changed while its photo was looked at.
AGAIN_S = 0.5


async def catch_up(services: Services, job: JobRow) -> None:
    """Queue a look at each answer that may have become wrong."""
    async with job_turn(services, job) as turn:
        await catching_up.fan_out(turn.session, job.chat_id, job.data["naming"], turn.now)


async def look_again(services: Services, job: JobRow) -> None:
    """Look at one answer's photo again, and say what changed."""
    async with services.database.read() as session:
        row = await answers.get(session, job.data["answer"])
    known = await services.worker.ready()
    mended = None
    if row is not None:
        mended = await catching_up.look_again(services.ports, row, known, time.time())
    is_mended = True
    async with job_turn(services, job) as turn:
        if row is not None and mended is not None:
            is_mended = await catching_up.mend(turn.session, row, mended, turn.now)
        if not is_mended:
            raise NotYet(AGAIN_S)


async def learn_from(services: Services, job: JobRow) -> None:
    """Take in what a correction taught."""
    async with services.database.read() as session:
        try:
            spot = await correct.spot(session, job.chat_id, job.data["answer"], job.data["face"])
        except Outdated:
            spot = None
    known = await services.worker.ready()
    lesson = await _study(services, spot, job) if spot is not None and known.embedder is not None else None
    async with job_turn(services, job) as turn:
        if spot is not None and lesson is not None:
            await _take_in(turn, services.settings, job, spot, lesson)


async def learn_denials(services: Services, job: JobRow) -> None:
    """Give the "no"s of a photo their vectors."""
    async with services.database.read() as session:
        row = await answers.get(session, job.data["answer"])
    known = await services.worker.ready()
    lesson = None
    if row is not None:
        with suppress(BadPhoto):
            # Where Telegram no longer has it, what was denied of it holds for it alone.
            lesson = await learn.study_denials(services.ports, row, known)
    async with job_turn(services, job) as turn:
        if lesson is not None:
            await learn.take_in_denials(turn.session, job.chat_id, lesson, turn.now)


async def _study(services: Services, spot: Spot, job: JobRow) -> Lesson | None:
    try:
        return await learn.study(services.ports, spot, await services.worker.ready())
    except BadPhoto:
        # Telegram no longer has it: what was denied of it holds for it all the same.
        return None


async def _take_in(turn: Turn, settings: Settings, job: JobRow, spot: Spot, lesson: Lesson) -> None:
    if lesson.face is not None:
        # It stays if it is enrolled: only crops that nothing refers to are deleted.
        turn.crops_to_delete.append(lesson.face.crop)
    try:
        now_said = await correct.spot(turn.session, job.chat_id, spot.row.id, spot.index)
    except Outdated:
        now_said = None
    data = await jobs.data_of(turn.session, job.id)
    if data is None:
        return
    # Whoever taught it may have asked to be forgotten while it was studied; whoever sent it may have said No.
    whom = Whom(job.chat_id, spot.face.name or "", data["by"])
    try:
        await check_author(turn.session, whom.chat_id, spot.recognition.author, digest_for(settings, whom.by))
    except AuthorRefused:
        lesson = msgspec.structs.replace(lesson, face=None, why_not=None)
    face = now_said.face if now_said is not None else None
    problem = await learn.take_in(turn.session, lesson, face, whom, turn.now)
    if problem is not None:
        await _tell(turn, spot, problem)


async def _tell(turn: Turn, spot: Spot, problem: NotStored | DiskFull | OtherModel) -> None:
    reply = await replies.get(turn.session, spot.row.reply_id or 0)
    if reply is None:
        return
    with speaking(reply.language):
        if isinstance(problem, NotStored):
            reason = views.enrolling.not_stored(problem)
        else:
            reason = sentence_for(problem)
        text = texts.correcting.noted_not_learnt(spot.face.name or "", reason)
        await turn.reply(Address(reply.chat_id, reply.thread_id, reply.message_id), Reply(text))
