"""Pictures on their way from Telegram into the spool: streamed, bounded, and gone when done with."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from telegram import Bot
from telegram.error import BadRequest, NetworkError

from bot.usecases.ports import Picture
from ml.errors import BadPhoto

# The spool holds the files in work, not the queue: the rest waits at Telegram, which costs nothing.
IN_FLIGHT_BYTES = 96 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
TIMEOUT_S = 60.0
TOO_MANY_REQUESTS = 429


class ByteBudget:
    """Lets in only so many bytes at a time; one larger than the whole budget goes alone."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._used = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def reserve(self, size: int) -> AsyncIterator[None]:
        """Hold `size` bytes of the budget for as long as the context lasts."""
        size = min(size, self._total)
        async with self._changed:
            await self._changed.wait_for(lambda: self._used + size <= self._total)
            self._used += size
        try:
            yield
        finally:
            async with self._changed:
                self._used -= size
                self._changed.notify_all()


class Downloads:
    """Fetches pictures from Telegram; an `async with`, because it keeps connections open."""

    def __init__(self, spool: Path, max_bytes: int) -> None:
        self._spool = spool
        self._max_bytes = max_bytes
        self._budget = ByteBudget(IN_FLIGHT_BYTES)
        self._client: httpx.AsyncClient | None = None
        self.bot: Bot | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    @asynccontextmanager
    async def fetch(self, picture: Picture) -> AsyncIterator[Path]:
        """The picture as a file of the spool, removed at the end with the crops that nobody took over.

        Raises BadPhoto: over MAX_FILE_MB, or no longer at Telegram; NetworkError where trying again may help.
        """
        if picture.size > self._max_bytes:
            raise BadPhoto("too_large", actual=picture.size, limit=self._max_bytes)
        async with self._budget.reserve(picture.size or self._max_bytes):
            path = self._spool / secrets.token_hex(8)
            try:
                await self._download(await self._address(picture), path)
                yield path
            finally:
                for leftover in [path, *self._spool.glob(f"{path.name}-face-*")]:
                    leftover.unlink(missing_ok=True)

    async def _address(self, picture: Picture) -> str:
        assert self.bot is not None
        try:
            file = await self.bot.get_file(picture.file_id)
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise BadPhoto("too_large", actual=picture.size, limit=self._max_bytes) from error
            raise BadPhoto("gone") from error
        if not file.file_path:
            raise BadPhoto("gone")
        return file.file_path

    async def _download(self, address: str, target: Path) -> None:
        local = Path(address)
        if local.is_absolute():  # a Bot API server in local mode hands out its own files
            await asyncio.to_thread(_copy, local, target, self._max_bytes)
            return
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=TIMEOUT_S)
        try:
            async with self._client.stream("GET", address) as response:
                if response.is_client_error and response.status_code != TOO_MANY_REQUESTS:
                    raise BadPhoto("gone")
                response.raise_for_status()
                await self._write(response, target)
        except httpx.HTTPError as error:
            # The message of an httpx error can carry the URL, and the URL carries the token.
            raise NetworkError(f"the file could not be downloaded: {type(error).__name__}") from None

    async def _write(self, response: httpx.Response, target: Path) -> None:
        written = 0
        with target.open("wb") as file:
            async for chunk in response.aiter_bytes(CHUNK_BYTES):
                written += len(chunk)
                if written > self._max_bytes:
                    raise BadPhoto("too_large", actual=written, limit=self._max_bytes)
                file.write(chunk)


def _copy(source: Path, target: Path, max_bytes: int) -> None:
    try:
        size = source.stat().st_size
        if size > max_bytes:
            raise BadPhoto("too_large", actual=size, limit=max_bytes)
        shutil.copyfile(source, target)
    except FileNotFoundError as error:
        raise BadPhoto("gone") from error
