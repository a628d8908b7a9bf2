"""The job "refresh": a reply's message is edited into what its answers say by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bot import views
from bot.edits import Edit
from bot.handlers import wording
from bot.handlers.wording import said_in
from bot.jobs import NotYet
from bot.languages import speaking
from bot.replies import Keyboard, Reply
from bot.services import Services
from bot.turn import Address, Turn, job_turn
from bot.usecases import refresh as usecase
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
    async with services.database.read() as session:
        if await outbox.will_send(session, job.data["reply"]):
            raise NotYet(UNSENT_S)
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
        if current:
            with speaking(reply.language):
                await _edit_words(turn, reply, current, drawn)
            await _edit_pictures(turn, reply, current, drawn)


async def _say_anew(services: Services, job: JobRow, reply: ReplyRow | None) -> None:
    """In words alone, where what waited to be sent was taken back."""
    async with job_turn(services, job) as turn:
        if reply is None:
            return
        rows = await answers.of_reply(turn.session, reply.id)
        if not rows or not await withdrawal.is_withdrawn(turn.session, reply.id):
            return
        with speaking(reply.language):
            said = Reply(await wording.words(turn.session, reply, rows), await _keyboard(turn, reply))
        await turn.reply(_address(reply, rows), said, reply_id=reply.id, answer_ids=[row.id for row in rows])


async def _keyboard(turn: Turn, reply: ReplyRow) -> Keyboard | None:
    return views.correcting.keyboard(await said_in(turn.session, reply.id))


def _address(reply: ReplyRow, rows: Sequence[AnswerRow]) -> Address:
    to = rows[0].message_id if wording.is_apart(reply, rows) else reply.asked_message_id
    return Address(reply.chat_id, reply.thread_id, to)


async def _edit_words(
    turn: Turn, reply: ReplyRow, rows: Sequence[AnswerRow], drawn: Mapping[int, Drawn]
) -> None:
    """Every message of the reply that has words; what they no longer hold is said in another one."""
    parts = wording.parts(await wording.words(turn.session, reply, rows), reply, len(rows))
    keyboard, message_ids = await _keyboard(turn, reply), reply.message_ids
    edits = [Edit(message_id, text) for message_id, text in zip(message_ids, parts, strict=False)]
    if len(parts) <= len(edits):
        edits[-1] = replace(edits[-1], keyboard=keyboard)
    edits[0] = replace(edits[0], is_caption=reply.is_caption)
    under = next((row for row in rows if usecase.is_captioned(row, reply)), None)
    if under is not None and under.id in drawn:
        edits[0] = _with_picture(edits[0], under, drawn[under.id])
    for edit in edits:
        await turn.edit(reply.chat_id, edit)
    rest = parts[len(message_ids) :]
    if rest:
        await turn.reply(_address(reply, rows), Reply("\n".join(rest), keyboard), reply_id=reply.id)


def _with_picture(edit: Edit, row: AnswerRow, drawn: Drawn) -> Edit:
    return replace(edit, picture=shown(drawn), answer_id=row.id, answer_revision=row.revision)


async def _edit_pictures(
    turn: Turn, reply: ReplyRow, rows: Sequence[AnswerRow], drawn: Mapping[int, Drawn]
) -> None:
    """The pictures that have no words under them."""
    for row in rows:
        if row.id in drawn and row.reply_message_id is not None and not usecase.is_captioned(row, reply):
            await turn.edit(reply.chat_id, _with_picture(Edit(row.reply_message_id), row, drawn[row.id]))
