"""A wire between the bot and the sandbox, cut at an exact moment: before a request, or before its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

CHUNK_BYTES = 64 * 1024


class Gateway:
    """Passes bytes on, but swallows one call of a method, request or answer; `swallowed` says when."""

    def __init__(self, target: tuple[str, int], method: str, *, after_the_yes: bool) -> None:
        self.swallowed = asyncio.Event()
        self.address = ""
        self._target = target
        self._marker = f"/{method} HTTP".encode()
        self._after_the_yes = after_the_yes

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side closes it."""
        there, back = await asyncio.open_connection(*self._target)
        marked = asyncio.Event()
        out = asyncio.create_task(self._requests(reader, back, marked))
        home = asyncio.create_task(self._answers(there, writer, marked))
        await asyncio.wait({out, home}, return_when=asyncio.FIRST_COMPLETED)
        for end in (out, home):
            end.cancel()
        await asyncio.gather(out, home, return_exceptions=True)
        for pipe in (writer, back):
            pipe.close()

    async def _requests(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, marked: asyncio.Event
    ) -> None:
        while chunk := await source.read(CHUNK_BYTES):
            if self._marker in chunk and not self.swallowed.is_set():
                marked.set()
            if marked.is_set() and not self._after_the_yes:
                self.swallowed.set()
                continue
            target.write(chunk)
            await target.drain()

    async def _answers(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, marked: asyncio.Event
    ) -> None:
        while chunk := await source.read(CHUNK_BYTES):
            if marked.is_set():
                self.swallowed.set()
                continue
            target.write(chunk)
            await target.drain()


@asynccontextmanager
async def gateway(address: str, method: str, *, after_the_yes: bool) -> AsyncIterator[Gateway]:
    """A gateway to the sandbox at `address`; its own address is to be the bot's TELEGRAM_API_URL."""
    parts = urlsplit(address)
    assert parts.hostname and parts.port
    wire = Gateway((parts.hostname, parts.port), method, after_the_yes=after_the_yes)
    server = await asyncio.start_server(wire.accept, "127.0.0.1", 0)
    wire.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        server.close()
