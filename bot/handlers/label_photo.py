"""The job that labels an answered photo: it is fetched again, since only labelled photos are kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.languages import speaking
from bot.replies import Reply
from bot.services import Services
from bot.turn import Address, Turn, job_turn
from bot.usecases import labels as usecase
from bot.usecases import refresh
from bot.usecases.labels import Asked, KeptPhoto
from bot.usecases.ports import Picture
from bot.views.common import bad_photo
from storage import answers, jobs, labels, replies
from storage.answers import AnswerRow
from storage.errors import NotFound
from storage.jobs import JobRow, NewJob

KIND = "label_photo"


async def queue(session: AsyncSession, row: AnswerRow, label_id: int, by: int, now: float) -> None:
    """Have an answered photo labelled; the latest word on a photo is the one that counts."""
    data: dict[str, Any] = {"answer": row.id, "label": label_id, "by": by}
    await jobs.put(session, NewJob(row.chat_id, KIND, row.file_unique_id, data), now)


async def queue_named(turn: Turn, answer_id: int, name: str, by: int) -> bool:
    """The same with a name, which is made a label where it is none; False where the answer is gone."""
    row = await answers.get(turn.session, answer_id)
    if row is None:
        return False
    found = await labels.find(turn.session, row.chat_id, name)
    label_id = found.id if found else await labels.add(turn.session, row.chat_id, name, by, turn.now)
    await queue(turn.session, row, label_id, by, turn.now)
    return True


async def do(services: Services, job: JobRow) -> None:
    """Fetch, keep and label. Raises NetworkError, MLError, StorageError; then it is tried again."""
    async with services.database.read() as session:
        row = await answers.get(session, job.data["answer"])
        reply = await replies.get(session, row.reply_id) if row is not None and row.reply_id else None
    if row is None or reply is None:
        async with job_turn(services, job):
            return
    picture = Picture(row.file_id, row.file_unique_id, message_id=row.message_id)
    known = await services.worker.ready()
    await usecase.check(services.ports)
    kept = await usecase.keep(services.ports, job.chat_id, picture, known)
    async with job_turn(services, job) as turn:
        if kept.refused is not None:
            with speaking(reply.language):
                to = Address(job.chat_id, reply.thread_id, row.message_id)
                await turn.reply(to, Reply(bad_photo(kept.refused)))
            return
        asked = Asked(job.chat_id, job.data["by"], reply.asked_by, reply.album)
        turn.crops_to_delete += await _label(turn.session, asked, job.data["label"], kept, turn.now)
        await refresh.queue(turn.session, job.chat_id, reply.id, turn.now)


async def _label(
    session: AsyncSession, asked: Asked, label_id: int, kept: KeptPhoto, now: float
) -> list[str]:
    """Label a photo; the files to delete, where the label is gone meanwhile."""
    try:
        await usecase.label_as(session, asked, label_id, [kept], now)
    except NotFound:
        return usecase.files_of([kept])
    return []


CHORES = {KIND: do}
