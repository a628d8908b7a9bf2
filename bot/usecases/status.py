"""How this installation is doing: what models it has, what is missing, what waits."""

from __future__ import annotations

import msgspec

from bot.usecases.ports import Ports
from bot.usecases.recognise import gallery_is_paused
from ml.protocol import Description
from storage import chats, inbox, outbox, people


class Status(msgspec.Struct, frozen=True):
    """What /status tells; `waiting` and `unsent` count rows, the owner's part is None for others."""

    models: Description | None
    trouble: str | None
    worker_restarts: int
    people: int
    names_paused: bool
    waiting: int
    unsent: int
    owner: OwnerStatus | None


class OwnerStatus(msgspec.Struct, frozen=True):
    """What only owners are told."""

    disk_mb: int
    disk_cap_mb: int
    database: str
    access: str


class Machine(msgspec.Struct, frozen=True):
    """What the worker says of itself; `disk`: the bytes in use where an owner asks, else None.

    `trouble`: why the worker does not start, where it does not.
    """

    models: Description | None
    trouble: str | None
    worker_restarts: int
    disk: int | None


async def status(ports: Ports, chat_id: int, update_id: int, machine: Machine) -> Status:
    """The state of things, seen from a chat at the time of an update."""
    settings = ports.settings
    async with ports.database.read() as session:
        chat = await chats.get(session, chat_id)
        waiting = await inbox.ahead_of(session, update_id)
        unsent = await outbox.counts(session)
        enrolled = await people.count(session, chat_id)
    models = machine.models
    paused = models is not None and gallery_is_paused(chat.face_model if chat else None, models)
    owner = None
    if machine.disk is not None:
        kind = settings.database.split(":", 1)[0]
        owner = OwnerStatus(machine.disk // 2**20, settings.disk_cap_mb, kind, settings.access)
    return Status(
        models=models,
        trouble=machine.trouble,
        worker_restarts=machine.worker_restarts,
        people=enrolled,
        names_paused=paused,
        waiting=waiting,
        unsent=unsent.get("queued", 0) + unsent.get("sending", 0),
        owner=owner,
    )
