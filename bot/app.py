"""The composition root: opens everything, runs until told to stop, and closes in reverse.

The order is what makes a start quick and a stop clean. Commands are answered as soon as the bot polls; the
worker loads its models meanwhile, and photos wait for it in the inbox.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from contextlib import AsyncExitStack
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot import menus, texts
from bot.context import GlanceApplication
from bot.housekeeping import Housekeeping, tell_owners_once
from bot.lifetimes import Stop, background, own_folder
from bot.polling import PollWatch, polling
from bot.rates import seconds
from bot.services import Services
from bot.settings import Settings
from bot.wiring import build
from ml.errors import WorkerStopped
from ml.protocol import Description
from storage import chats, inbox, jobs, outbox
from storage.database import Database, open_database
from storage.errors import StorageError
from storage.migrate import migrate

log = logging.getLogger(__name__)

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
        stack.enter_context(own_folder(settings.data_dir, *settings.rooms))
        await migrate(settings.database)
        database = await stack.enter_async_context(open_database(settings.database))
        watch = PollWatch(settings.conflict_s, stop)
        services, application = await build(settings, database, watch, idle_start_s=LEISURE_S)
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
        await stack.enter_async_context(services.trainings.running(stop))
        await stack.enter_async_context(services.intake.running(stop, settings.stop_s))
        await stack.enter_async_context(polling(application.bot, settings, watch, stop))
        chores = background(_at_leisure(services, application, stop), stop)
        chores_task = await stack.enter_async_context(chores)
        log.info("@%s is running", application.bot.username)
        await stop.asked()
        await asyncio.wait({chores_task}, timeout=CHORES_S)
    if stop.error is not None:
        raise stop.error


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
    await Housekeeping(services.settings, services.database, services.kept, services.outbox).run(stop)


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
