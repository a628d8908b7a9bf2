"""The job that packs a model, and sends it as a file."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from bot import texts, views
from bot.languages import speaking
from bot.replies import Reply
from bot.services import Services
from bot.turn import Address, job_turn
from bot.usecases.training import export
from ml.errors import ModelUnusable
from storage import models
from storage.errors import NotFound
from storage.jobs import JobRow
from storage.models import ModelRow

log = logging.getLogger(__name__)


async def send(services: Services, job: JobRow) -> None:
    """Pack a model and send it; where it is gone, say so."""
    found = await _packed(services, job)
    with speaking(job.data["language"]):
        async with job_turn(services, job) as turn:
            to = Address(job.chat_id, job.data["thread"], job.data["message"])
            if found is None:
                await turn.reply(to, Reply(texts.training.export_failed()))
            else:
                model, packed = found
                await turn.reply_file(
                    to, packed, f"glance-v{model.version}", texts.training.exported(model.version)
                )


async def _packed(services: Services, job: JobRow) -> tuple[ModelRow, Path] | None:
    async with services.database.read() as session:
        try:
            model = await models.get(session, job.chat_id, job.data["model"])
        except NotFound:
            return None
    with speaking(job.data["language"]):
        card = views.training.card(model)
    folder = services.settings.spool_dir.absolute()
    target = folder / f"glance-v{model.version}-{secrets.token_hex(4)}.zip"
    try:
        await export.pack(services.ports, model, card, target)
    except ModelUnusable as error:
        log.warning("model %d cannot be packed: %s", model.id, error)
        return None
    return model, target


CHORES = {export.EXPORT: send}
