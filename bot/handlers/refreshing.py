"""The job "refresh": a reply's message is edited into what its answers say by now."""

from __future__ import annotations

from collections.abc import Mapping

from bot import views
from bot.edits import Edit
from bot.handlers.correcting import said_in
from bot.jobs import NotYet
from bot.languages import speaking
from bot.replies import CAPTION_LIMIT, TEXT_LIMIT, pages
from bot.services import Services
from bot.turn import Turn, job_turn
from bot.usecases import refresh as usecase
from bot.usecases.mentions import mentions
from bot.usecases.refresh import recognition_of
from bot.views.common import shown
from ml.protocol import Drawn
from storage import answers, outbox
from storage.answers import AnswerRow
from storage.jobs import JobRow
from storage.replies import ReplyRow

# The first message of a reply is under way for about so long.
UNSENT_S = 1.0


async def refresh(services: Services, job: JobRow) -> None:
    """Draw what is outdated, and edit. Raises NotYet while the reply is not sent."""
    found = await usecase.current(services.ports, job.data["reply"])
    if found is not None and found[0].message_id is None:
        async with services.database.read() as session:
            if await outbox.will_send(session, found[0].id):
                raise NotYet(UNSENT_S)
        found = None
    drawn = await usecase.redraw(services.ports, *found) if found else {}
    async with job_turn(services, job) as turn:
        if found is not None:
            with speaking(found[0].language):
                await _edit(turn, found[0], drawn)


async def _edit(turn: Turn, reply: ReplyRow, drawn: Mapping[int, Drawn]) -> None:
    rows = await answers.of_reply(turn.session, reply.id)
    if reply.message_id is None or not rows:
        return
    seen = [recognition_of(row) for row in rows]
    links = views.photos.links(reply.chat_id, [row.message_id for row in rows])
    text = views.photos.words(seen, await mentions(turn.session, reply.chat_id), links)
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
    )
    await turn.edit(reply.chat_id, edit)
    for row in rows:
        if row is not under and row.id in drawn and row.reply_message_id is not None:
            redrawn = Edit(row.reply_message_id, picture=shown(drawn[row.id]), answer_id=row.id)
            await turn.edit(reply.chat_id, redrawn)


def _is_captioned(row: AnswerRow, reply: ReplyRow) -> bool:
    return reply.is_caption and row.reply_message_id == reply.message_id
