"""The job "why": the reasons for a name, as a picture in reply to the answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot import views
from bot.jobs import NotYet
from bot.languages import speaking
from bot.replies import Reply
from bot.services import Services
from bot.turn import Address, Turn, job_turn
from bot.usecases import correct, overtaken, why
from bot.usecases.correct import Outdated, Spot
from bot.usecases.why import Reasons
from ml.errors import BadPhoto
from storage import replies
from storage.jobs import JobRow
from storage.replies import ReplyRow

# The chat's people changed while the picture was drawn.
AGAIN_S = 0.5


async def explain(services: Services, job: JobRow) -> None:
    """Compare the face with those nearest to it, and show them."""
    async with services.database.read() as session:
        reply = await replies.get(session, job.data["reply"])
        try:
            spot = await correct.spot(session, job.chat_id, job.data["answer"], job.data["face"])
        except Outdated:
            spot = None
    # Nothing is drawn that nobody would get: the picture has names and faces.
    found = await _reasons(services, spot) if reply is not None and spot is not None else None
    try:
        async with job_turn(services, job) as turn:
            if reply is None:
                return
            await _check(turn, reply, found)
            with speaking(reply.language):
                said = _said(spot, found)
            await turn.reply(Address(reply.chat_id, reply.thread_id, job.data["message"]), said)
    except NotYet:
        if found is not None:
            await asyncio.to_thread(Path(found.drawn.path).unlink, missing_ok=True)
        raise


async def _check(turn: Turn, reply: ReplyRow, found: Reasons | None) -> None:
    """Raises NotYet where somebody whom the picture shows may have left while it was drawn, or the chat."""
    if found is None:
        return
    is_outdated = await overtaken.has_changed(turn.session, reply.chat_id, found.gallery_version)
    if is_outdated or await replies.get(turn.session, reply.id) is None:
        raise NotYet(AGAIN_S)


async def _reasons(services: Services, spot: Spot) -> Reasons | None:
    try:
        return await why.reasons(services.ports, spot, await services.worker.ready())
    except BadPhoto:
        return None


def _said(spot: Spot | None, found: Reasons | None) -> Reply:
    if spot is None or found is None:
        return views.explaining.nothing_to_compare()
    return views.explaining.reasons(spot.face, found)
