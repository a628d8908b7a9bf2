"""What handlers work with, built once in `bot.wiring`."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.files import Downloads
from bot.intake import Delivery, Intake
from bot.jobs import Jobs
from bot.outbox import Outbox
from bot.settings import Settings
from bot.trainings import Trainings
from bot.usecases.ports import Ports
from bot.usecases.roles import KnownRoles
from ml.client import LocalWorker
from storage.database import Database
from storage.kept import KeptFiles


@dataclass(frozen=True)
class Services:
    """Everything that outlives one update. `deliveries` holds the updates under way, by update id."""

    settings: Settings
    database: Database
    kept: KeptFiles
    worker: LocalWorker
    intake: Intake
    outbox: Outbox
    jobs: Jobs
    trainings: Trainings
    downloads: Downloads
    ports: Ports
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    roles: KnownRoles = field(default_factory=KnownRoles)
