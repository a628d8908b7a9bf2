"""The composition root: opens everything, wires it, runs until told to stop, and closes in reverse.

The order is what makes a start quick and a stop clean. Commands are answered as soon as the bot polls; the
worker loads its models meanwhile, and photos wait for it in the inbox.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from contextlib import AsyncExitStack
from functools import partial

import httpx
import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application, ContextTypes
from telegram.request import HTTPXRequest

from bot import handlers, menus, texts
from bot.context import SERVICES, GlanceApplication, GlanceContext
from bot.dispatch import process
from bot.files import Downloads
from bot.handlers.chores import work
from bot.housekeeping import Housekeeping, tell_owners_once
from bot.intake import Intake
from bot.jobs import Jobs
from bot.lifetimes import Stop, background, own_folder
from bot.outbox import Outbox
from bot.polling import GlanceBot, PollWatch, polling
from bot.rates import TelegramRates, seconds
from bot.services import Services
from bot.settings import Settings
from bot.usecases.ports import Ports
from bot.usecases.reembed import FACE_MODEL_NOTE
from ml.client import LocalWorker
from ml.config import WorkerConfig, face_model_of
from ml.errors import WorkerStopped
from ml.protocol import Description
from storage import chats, inbox, jobs, notes, outbox
from storage.database import Database, open_database
from storage.errors import StorageError
from storage.gallery import Gallery
from storage.migrate import migrate
from storage.photos import FolderStore

log = logging.getLogger(__name__)

CONNECTIONS = 64
# Whoever waited for the start is answered first.
LEISURE_S = 1.0
# A round of housekeeping under way may finish; waiting for a worker that still starts may not.
CHORES_S = 2.0


async def run(settings: Settings) -> None:
    """Run the bot until SIGINT or SIGTERM.

    Raises DatabaseUnavailable, DataDirInUseError, DataDirUnusableError, InvalidToken or AnotherPollerError.
    """
    stop = Stop()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.ask)
    async with AsyncExitStack() as stack:
        stack.enter_context(own_folder(settings.data_dir, settings.spool_dir))
        await migrate(settings.database)
        database = await stack.enter_async_context(open_database(settings.database))
        watch = PollWatch(settings.conflict_s, stop)
        services, application = await build(settings, database, watch)
        stack.push_async_callback(services.downloads.close)
        stack.push_async_callback(close_connections, application)
        if not await _initialize(application, settings, stop):
            return
        services.intake.username = application.bot.username
        await _take_over(database)
        # Closed in reverse: no more updates come in, those under way are finished, their answers go out.
        await stack.enter_async_context(services.outbox.running(stop, settings.stop_s))
        await stack.enter_async_context(services.worker)
        await stack.enter_async_context(services.jobs.running(stop, settings.stop_s))
        await stack.enter_async_context(services.intake.running(stop, settings.stop_s))
        await stack.enter_async_context(polling(application.bot, settings, watch, stop))
        chores = background(_at_leisure(services, application, stop), stop)
        chores_task = await stack.enter_async_context(chores)
        log.info("@%s is running", application.bot.username)
        await stop.asked()
        await asyncio.wait({chores_task}, timeout=CHORES_S)
    if stop.error is not None:
        raise stop.error


async def build(
    settings: Settings, database: Database, watch: PollWatch
) -> tuple[Services, GlanceApplication]:
    """Everything, wired and not yet started."""
    intake = Intake(
        database=database,
        owner=f"{os.getpid()}-{time.time():.0f}",
        lease_s=settings.lease_s,
        retry_s=settings.retry_first_s,
        album_quiet_s=settings.album_quiet_s,
        album_cap_s=settings.album_cap_s,
    )
    sender = Outbox(
        database=database,
        spool=settings.spool_dir.absolute(),
        retry_first_s=settings.retry_first_s,
        retry_max_s=settings.retry_max_s,
        give_up_s=settings.send_give_up_s,
    )
    rates = TelegramRates() if settings.rate_limit else None
    bot = make_bot(settings, intake, watch, rates)
    sender.caller, sender.rates = bot, rates
    downloads = Downloads(settings.spool_dir.absolute(), settings.max_file_mb * 2**20)
    downloads.bot = bot
    worker = LocalWorker(
        await worker_config(settings, database),
        timeout_s=settings.worker_timeout_s,
        start_timeout_s=settings.worker_start_s,
        idle_start_s=LEISURE_S,
    )
    photos = FolderStore(settings.data_dir.absolute() / "photos")
    ports = Ports(settings, database, worker, Gallery(), photos, downloads.fetch)
    chores = Jobs(database, settings.retry_first_s)
    services = Services(settings, database, photos, worker, intake, sender, chores, downloads, ports)
    application: GlanceApplication = (
        Application.builder()
        .bot(bot)
        .updater(None)
        .context_types(ContextTypes(context=GlanceContext))
        .build()
    )
    application.bot_data[SERVICES] = services
    handlers.register(application)
    intake.process = lambda delivery: process(application, services, delivery)
    chores.work = lambda job: work(services, job)
    return services, application


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


async def _initialize(application: GlanceApplication, settings: Settings, stop: Stop) -> bool:
    """Learn who we are, however long the network takes; False where we are told to stop meanwhile."""
    delay_s = settings.retry_first_s
    while True:
        try:
            await application.initialize()
        except InvalidToken:
            raise
        except TelegramError as error:
            wait_s = seconds(error) if isinstance(error, RetryAfter) else delay_s
            log.warning("Telegram cannot be reached, again in %.0f s: %s", wait_s, error)
            if await stop.asked_within(wait_s):
                return False
            delay_s = min(settings.retry_max_s, 2 * delay_s)
        else:
            return True


async def close_connections(application: GlanceApplication) -> None:
    """Also where `initialize` failed, after which `shutdown` alone would leave them open."""
    await application.shutdown()
    await application.bot.shutdown()


async def _take_over(database: Database) -> None:
    """We hold the data folder, so whoever leased updates or was sending answers is dead."""
    async with database.begin() as session:
        await inbox.release_all(session)
        await outbox.requeue_sending(session)
        await jobs.release_all(session, time.time())


async def _at_leisure(services: Services, application: GlanceApplication, stop: Stop) -> None:
    """What answers do not wait for."""
    if await stop.asked_within(LEISURE_S):
        return
    await menus.publish(application.bot)
    await tell_about_models(services)
    await Housekeeping(services.settings, services.database, services.photos, services.outbox).run(stop)


async def tell_about_models(services: Services) -> None:
    """Tell owners, once, where a gallery's face model is not the best that could be used."""
    try:
        known = await services.worker.ready()
    except WorkerStopped as error:
        log.error("the worker does not start: %s", error)
        return
    try:
        async with services.database.begin() as session:
            await _tell_about_models(session, services.settings, known)
    except StorageError as error:
        log.warning("owners could not be told about models: %s", error)
    services.outbox.wake()


async def _tell_about_models(session: AsyncSession, settings: Settings, known: Description) -> None:
    in_use = known.embedder.id if known.embedder else None
    best = known.best_embedder if settings.face_model == "auto" else in_use
    for made_with in await chats.face_models(session):
        if best is not None and made_with != best:
            key = f"told:model:{made_with}:{best}"
            notice = partial(texts.owners.model_notice, made_with, best)
            await tell_owners_once(session, settings, key, notice, time.time())
