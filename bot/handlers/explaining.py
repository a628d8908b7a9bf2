"""The job "why": the reasons for a name, as a picture in reply to the answer."""

from __future__ import annotations

from bot import views
from bot.languages import speaking
from bot.replies import Reply
from bot.services import Services
from bot.turn import Address, job_turn
from bot.usecases import correct, why
from bot.usecases.correct import Outdated, Spot
from bot.usecases.why import Reasons
from ml.errors import BadPhoto
from storage import replies
from storage.jobs import JobRow


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
    async with job_turn(services, job) as turn:
        if reply is None:
            return
        with speaking(reply.language):
            said = _said(spot, found)
        await turn.reply(Address(reply.chat_id, reply.thread_id, job.data["message"]), said)


async def _reasons(services: Services, spot: Spot) -> Reasons | None:
    try:
        return await why.reasons(services.ports, spot, await services.worker.ready())
    except BadPhoto:
        return None


def _said(spot: Spot | None, found: Reasons | None) -> Reply:
    if spot is None or found is None:
        return views.explaining.nothing_to_compare()
    return views.explaining.reasons(spot.face, found)
