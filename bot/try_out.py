"""Glance without a token: the sandbox in this process, the bot as a child that takes it for Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bot.lifetimes import make_folder
from bot.sandbox.server import DEFAULT_TOKEN, Options, serve
from bot.settings import Settings

STOP_S = 15.0


async def try_out(host: str, port: int, settings: Settings) -> int:
    """Serve the sandbox and a bot on it until interrupted, or until the bot ends; its exit code.

    Its data lies apart from a real bot's, in `sandbox` below DATA_DIR, and outlives a restart. Raises OSError
    for an address that cannot be listened on, DataDirUnusableError.
    """
    folder = settings.data_dir.absolute() / "sandbox"
    make_folder(folder)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    options = Options(host, port, DEFAULT_TOKEN, rates=True, state=folder / "chats.json")
    server = asyncio.create_task(serve(options, address.set_result))
    await first_of(server, address)
    if server.done():
        await server
        return 0
    sys.stdout.write(f"Glance is at {address.result()} – open it in a browser. Ctrl-C stops it.\n")
    sys.stdout.flush()
    async with bot_process(address.result(), folder) as process:
        # A bot that cannot start has said why; a page without a bot would only puzzle.
        ended = asyncio.create_task(process.wait())
        await first_of(server, ended)
        if not server.done():
            server.cancel()
            await asyncio.wait({server})
            return ended.result()
        ended.cancel()
    return 0


async def first_of(*either: asyncio.Future[Any]) -> None:
    """Wait until one of them is done."""
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)


@contextlib.asynccontextmanager
async def bot_process(address: str, folder: Path) -> AsyncIterator[Process]:
    """A bot that talks to the sandbox; what it has to say goes to our stderr."""
    environment = {
        **os.environ,
        "TELEGRAM_API_URL": address,
        "TELEGRAM_BOT_TOKEN": DEFAULT_TOKEN,
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=environment)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()
