"""How the installation is doing, line by line."""

from __future__ import annotations

import html

from bot.languages import gettext as _


def models(classifier: str | None, embedder: str | None, device: str) -> str:
    """The networks in use, by their ids; None where there is none."""
    none = _("none")
    return _("Things: {classifier} · Faces: {embedder} · on {device}").format(
        classifier=html.escape(classifier or none), embedder=html.escape(embedder or none), device=device
    )


def people_known(count: int) -> str:
    return _("People known in this chat: {count}").format(count=count)


def waiting(updates: int, messages: int) -> str:
    return _("Waiting for me: {updates}. Waiting to be sent: {messages}").format(
        updates=updates, messages=messages
    )


def disk(used_mb: int, cap_mb: int) -> str:
    return _("Disk: {used} of {cap} MB").format(used=used_mb, cap=cap_mb)


def installation(database: str, access: str) -> str:
    """Both as the settings call them."""
    return _("Database: {database}. Access: {access}").format(database=html.escape(database), access=access)


def worker_restarts(count: int) -> str:
    return _("Worker restarts: {count}").format(count=count)
