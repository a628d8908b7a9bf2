"""Everything that runs, made from the settings and wired together; `bot.app` starts it."""

from __future__ import annotations

import os
import time

import httpx
import msgspec
from telegram.ext import Application, ContextTypes
from telegram.request import HTTPXRequest

from bot import handlers
from bot.context import SERVICES, GlanceApplication, GlanceContext
from bot.dispatch import process
from bot.files import Downloads
from bot.handlers import training_run
from bot.handlers.chores import work
from bot.intake import Intake
from bot.jobs import Jobs
from bot.outbox import Outbox
from bot.polling import GlanceBot, PollWatch
from bot.rates import TelegramRates
from bot.services import Services
from bot.settings import Settings
from bot.trainings import Trainings
from bot.usecases.ports import Ports
from bot.usecases.reembed import FACE_MODEL_NOTE
from ml.client import LocalWorker
from ml.config import WorkerConfig, face_model_of
from storage import chats, notes
from storage.database import Database
from storage.gallery import Gallery
from storage.kept import KeptFiles
from storage.photos import FolderStore

CONNECTIONS = 64


async def build(
    settings: Settings, database: Database, watch: PollWatch, idle_start_s: float
) -> tuple[Services, GlanceApplication]:
    """Everything, wired and not yet started; `idle_start_s` as LocalWorker's."""
    worker = LocalWorker(
        await worker_config(settings, database),
        timeout_s=settings.worker_timeout_s,
        start_timeout_s=settings.worker_start_s,
        idle_start_s=idle_start_s,
    )
    services = services_of(settings, database, worker)
    rates = TelegramRates() if settings.rate_limit else None
    bot = make_bot(settings, services.intake, watch, rates)
    services.outbox.caller, services.outbox.rates = bot, rates
    services.downloads.bot = bot
    application = application_of(bot, services)
    services.intake.process = lambda delivery: process(application, services, delivery)
    services.jobs.work = lambda job: work(services, job)
    services.trainings.train = lambda row: training_run.train(services, row)
    services.trainings.stopped = lambda row: training_run.stopped(services, row)
    services.trainings.given_up = lambda row: training_run.given_up(services, row)
    return services, application


def services_of(settings: Settings, database: Database, worker: LocalWorker) -> Services:
    """What handlers work with; nobody is called yet by what comes in, and nothing can go out."""
    intake = Intake(
        database=database,
        owner=f"{os.getpid()}-{time.time():.0f}",
        lease_s=settings.lease_s,
        retry_s=settings.retry_first_s,
        album_quiet_s=settings.album_quiet_s,
        album_cap_s=settings.album_cap_s,
    )
    spool = settings.spool_dir.absolute()
    outbox = Outbox(
        database=database,
        spool=spool,
        retry_first_s=settings.retry_first_s,
        retry_max_s=settings.retry_max_s,
        give_up_s=settings.send_give_up_s,
    )
    jobs = Jobs(database, settings.retry_first_s)
    trainings = Trainings(database, settings.retry_first_s)
    downloads = Downloads(spool, settings.max_file_mb * 2**20)
    kept = kept_files(settings)
    ports = Ports(settings, database, worker, Gallery(), kept.crops, kept.labelled, downloads.fetch)
    return Services(settings, database, kept, worker, intake, outbox, jobs, trainings, downloads, ports)


def kept_files(settings: Settings) -> KeptFiles:
    """The folders of what is kept."""
    folder = settings.data_dir.absolute()
    return KeptFiles(
        crops=FolderStore(folder / "photos"),
        labelled=FolderStore(folder / "labelled"),
        models=settings.models_dir.absolute(),
        features=settings.features_dir.absolute(),
        trainings=settings.trainings_dir.absolute(),
        spool=settings.spool_dir.absolute(),
    )


def application_of(bot: GlanceBot, services: Services) -> GlanceApplication:
    """The bot with its handlers, which find the services in it."""
    application: GlanceApplication = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .context_types(ContextTypes(context=GlanceContext))
        .build()
    )
    application.bot_data[SERVICES] = services
    handlers.register(application)
    return application


def make_bot(settings: Settings, intake: Intake, watch: PollWatch, rates: TelegramRates | None) -> GlanceBot:
    """The bot as Telegram knows it, not yet connected."""
    # Loading certificates takes longer than all else here: both clients share them, and without TLS there
    # are none to load.
    over_tls = settings.telegram_api_url.startswith("https:")
    certificates = {"verify": httpx.create_ssl_context() if over_tls else False}
    return GlanceBot(
        token=settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=HTTPXRequest(connection_pool_size=CONNECTIONS, httpx_kwargs=certificates),
        get_updates_request=HTTPXRequest(connection_pool_size=2, httpx_kwargs=certificates),
        rate_limiter=rates,
        store=intake.store,
        watch=watch,
    )


async def worker_config(settings: Settings, database: Database) -> WorkerConfig:
    """The worker's config; with FACE_MODEL=auto the galleries keep the model they were made with."""
    config = settings.worker_config()
    if settings.face_model != "auto":
        return config
    async with database.read() as session:
        made_with = await chats.face_models(session)
        pinned = await notes.get(session, FACE_MODEL_NOTE) or next(iter(made_with), None)
    return msgspec.structs.replace(config, face_model=face_model_of(pinned)) if pinned else config
