"""Glance without a token: the sandbox in this process, the bot as a child that takes it for Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bot.sandbox.server import DEFAULT_TOKEN, Options, serve
from bot.settings import Settings

STOP_S = 15.0


async def try_out(host: str, port: int, settings: Settings) -> None:
    """Serve the sandbox and keep a bot running on it until interrupted. Raises OSError for a port in use.

    Its data lies apart from a real bot's, in `sandbox` below DATA_DIR, and outlives a restart.
    """
    folder = settings.data_dir.absolute() / "sandbox"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    options = Options(host, port, DEFAULT_TOKEN, rates=True, state=folder / "chats.json")
    server = asyncio.create_task(serve(options, address.set_result))
    either: set[asyncio.Future[Any]] = {server, address}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if server.done():
        await server
        return
    sys.stdout.write(f"Glance is at {address.result()} – open it in a browser. Ctrl-C stops it.\n")
    sys.stdout.flush()
    async with bot_process(address.result(), folder):
        await server


@contextlib.asynccontextmanager
async def bot_process(address: str, folder: Path) -> AsyncIterator[None]:
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
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            await process.wait()
