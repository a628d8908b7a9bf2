"""How the installation is doing."""

from __future__ import annotations

from bot import texts
from bot.replies import Reply
from bot.usecases.status import Status
from bot.views.common import lacking


def status(now: Status) -> Reply:
    """How the installation is doing."""
    lines = [
        *_models(now),
        texts.status.people_known(now.people),
        texts.status.waiting(now.waiting, now.unsent),
    ]
    if now.names_paused:
        lines.append(texts.photos.names_paused())
    if now.owner is not None:
        lines += [
            texts.status.disk(now.owner.disk_mb, now.owner.disk_cap_mb),
            texts.status.installation(now.owner.database, now.owner.access),
            texts.status.worker_restarts(now.worker_restarts),
        ]
    return Reply("\n".join(lines))


def _models(now: Status) -> list[str]:
    models = now.models
    if now.trouble is not None:
        # The reason is the worker's own words, paths and all: for owners.
        return [texts.failures.worker_trouble(now.trouble) if now.owner else texts.failures.worker_stopped()]
    if models is None:
        return [texts.failures.still_loading()]
    classifier = models.classifier.id if models.classifier else None
    embedder = models.embedder.id if models.embedder else None
    in_use = texts.status.models(classifier, embedder, models.device)
    return [in_use, *lacking(models.missing, models.troubles)]
