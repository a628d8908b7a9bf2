"""The sandbox as a server: put together, started, stopped."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox import snapshot
from bot.sandbox.api import call_method, serve_file
from bot.sandbox.connections import Connections, tracked_by
from bot.sandbox.control import ROUTES
from bot.sandbox.errors import ApiError, ControlError, SandboxError
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.files import FileStore
from bot.sandbox.guard import Guard
from bot.sandbox.rates import Rates
from bot.sandbox.sandbox import TRAFFIC_KEPT, Sandbox, json_response
from bot.sandbox.values import Bot
from bot.sandbox.world import World

PAGE = Path(__file__).parent / "page"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEFAULT_TOKEN = "7000000001:a-token-that-only-the-sandbox-knows"  # noqa: S105 - it opens nothing but this
SAVE_EVERY_S = 2.0
STOP_WITHIN_S = 2


@dataclass(frozen=True)
class Options:
    """How to run a sandbox; port 0 takes a free one. `state`: the file in which it survives a restart."""

    host: str = "127.0.0.1"
    port: int = 0
    token: str = DEFAULT_TOKEN
    rates: bool = True
    state: Path | None = None


async def serve(options: Options, announce: Callable[[str], None]) -> None:
    """Run until stopped by a signal or cancelled; `announce` gets the address once it accepts connections."""
    listener = _listen(options.host, options.port)
    host, port = listener.getsockname()[:2]
    with tempfile.TemporaryDirectory(prefix="sandbox-") as temporary:
        sandbox = _open(options, Path(temporary))
        config = uvicorn.Config(
            Guard(_application(sandbox, options.state), _names(options.host)),
            http=tracked_by(sandbox.connections),
            log_level="warning",
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
        announce(f"http://{host}:{port}")
        await _Server(config, sandbox).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Lets those who wait for news go before it waits for their requests to end."""

    def __init__(self, config: uvicorn.Config, sandbox: Sandbox) -> None:
        super().__init__(config)
        self._sandbox = sandbox

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn would raise the signal again when it has stopped, before serve() has cleaned up.
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._sandbox.close()
        await super().shutdown(sockets)


def _names(host: str) -> tuple[str, ...]:
    """The names this server answers to; none, meaning any, where it was told to listen everywhere."""
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        everywhere = False
    return () if everywhere else (*LOOPBACK, host)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(128)
    return listener


def _open(options: Options, temporary: Path) -> Sandbox:
    spool = options.state.with_name(options.state.name + ".files") if options.state else temporary
    spool.mkdir(parents=True, exist_ok=True)
    world = World(Bot(id=int(options.token.partition(":")[0])), FileStore(spool))
    if options.state and options.state.exists():
        snapshot.restore(world, options.state)
    else:
        world.populate()
    return Sandbox(
        token=options.token,
        world=world,
        rates=Rates(enabled=options.rates),
        faults=Faults(),
        traffic=Feed(TRAFFIC_KEPT),
        connections=Connections(),
    )


def _application(sandbox: Sandbox, state: Path | None) -> Starlette:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with _kept(sandbox.world, state):
            yield

    methods = ["GET", "POST"]
    application = Starlette(
        routes=[
            Route("/", _page),
            Route("/bot{token}/{method}", call_method, methods=methods),
            Route("/file/bot{token}/{path:path}", serve_file),
            *ROUTES,
            Mount("/page", StaticFiles(directory=PAGE)),
        ],
        exception_handlers={SandboxError: _refuse},
        lifespan=lifespan,
    )
    application.state.sandbox = sandbox
    return application


@asynccontextmanager
async def _kept(world: World, state: Path | None) -> AsyncIterator[None]:
    """Save the world every few seconds while something happens, and at the end."""
    if state is None:
        yield
        return
    saving = asyncio.create_task(_save_now_and_then(world, state))
    try:
        yield
    finally:
        saving.cancel()
        snapshot.save(world, state)


async def _save_now_and_then(world: World, state: Path) -> None:
    saved = world.events.last
    while True:
        await asyncio.sleep(SAVE_EVERY_S)
        if world.events.last != saved:
            saved = world.events.last
            snapshot.save(world, state)


async def _page(_: Request) -> Response:
    return FileResponse(PAGE / "index.html")


async def _refuse(_: Request, error: Exception) -> Response:
    if isinstance(error, ApiError):
        return json_response({"error": error.description}, error.code)
    status = error.status if isinstance(error, ControlError) else 400
    return json_response({"error": str(error)}, status)
