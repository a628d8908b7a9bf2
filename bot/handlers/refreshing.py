"""The job "refresh": a reply's message is edited into what its answers say by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot import views
from bot.edits import Edit
from bot.handlers.correcting import said_in
from bot.jobs import NotYet
from bot.languages import speaking
from bot.replies import CAPTION_LIMIT, TEXT_LIMIT, Reply, pages
from bot.services import Services
from bot.turn import Address, Turn, job_turn
from bot.usecases import refresh as usecase
from bot.usecases.mentions import mentions
from bot.usecases.refresh import recognition_of
from bot.views.common import shown
from ml.protocol import Drawn
from storage import answers, outbox, withdrawal
from storage.answers import AnswerRow
from storage.jobs import JobRow
from storage.replies import ReplyRow

# The first message of a reply is under way for about so long.
UNSENT_S = 1.0


async def refresh(services: Services, job: JobRow) -> None:
    """Draw what is outdated, and edit. Raises NotYet while the reply is not sent."""
    found = await usecase.current(services.ports, job.data["reply"])
    if found is None or found[0].message_id is None:
        await _say_anew(services, job, found[0] if found else None)
        return
    reply, rows = found
    drawn = await usecase.redraw(services.ports, reply, rows)
    async with job_turn(services, job) as turn:
        current = await answers.of_reply(turn.session, reply.id)
        shown_now = {row.id: row.revision for row in current}
        for row in rows:
            # What changed meanwhile is drawn by the job that follows from that.
            if row.id in drawn and shown_now.get(row.id) != row.revision:
                turn.crops_to_delete.append(str(drawn.pop(row.id).path))
        with speaking(reply.language):
            await _edit(turn, reply, drawn)


async def _say_anew(services: Services, job: JobRow, reply: ReplyRow | None) -> None:
    """In words alone, where what waited to be sent was taken back. Raises NotYet while it still waits."""
    async with job_turn(services, job) as turn:
        if reply is None:
            return
        if await outbox.will_send(turn.session, reply.id):
            raise NotYet(UNSENT_S)
        rows = await answers.of_reply(turn.session, reply.id)
        if not rows or not await withdrawal.is_withdrawn(turn.session, reply.id):
            return
        with speaking(reply.language):
            said = Reply(
                await _words(turn, reply, rows),
                views.correcting.keyboard(await said_in(turn.session, reply.id)),
            )
        to = Address(reply.chat_id, reply.thread_id, reply.asked_message_id)
        await turn.reply(to, said, reply_id=reply.id, answer_ids=[row.id for row in rows])


async def _words(turn: Turn, reply: ReplyRow, rows: Sequence[AnswerRow]) -> str:
    links = views.photos.links(reply.chat_id, [row.message_id for row in rows])
    seen = [recognition_of(row) for row in rows]
    return views.photos.words(seen, await mentions(turn.session, reply.chat_id), links)


async def _edit(turn: Turn, reply: ReplyRow, drawn: Mapping[int, Drawn]) -> None:
    rows = await answers.of_reply(turn.session, reply.id)
    if reply.message_id is None or not rows:
        return
    text = await _words(turn, reply, rows)
    # Words that no longer fit are cut at the end of a line: the names come first, and what is cut are labels.
    fitting = pages(text, CAPTION_LIMIT)[0] if reply.is_caption else pages(text, TEXT_LIMIT)[-1]
    keyboard = views.correcting.keyboard(await said_in(turn.session, reply.id))
    under = next((row for row in rows if _is_captioned(row, reply)), None)
    picture = drawn.get(under.id) if under is not None else None
    edit = Edit(
        reply.message_id,
        fitting,
        is_caption=reply.is_caption,
        keyboard=keyboard,
        picture=shown(picture) if picture is not None else None,
        answer_id=under.id if under is not None and picture is not None else None,
        answer_revision=under.revision if under is not None else 0,
    )
    await turn.edit(reply.chat_id, edit)
    for row in rows:
        if row is not under and row.id in drawn and row.reply_message_id is not None:
            redrawn = Edit(
                row.reply_message_id,
                picture=shown(drawn[row.id]),
                answer_id=row.id,
                answer_revision=row.revision,
            )
            await turn.edit(reply.chat_id, redrawn)


def _is_captioned(row: AnswerRow, reply: ReplyRow) -> bool:
    return reply.is_caption and row.reply_message_id == reply.message_id
