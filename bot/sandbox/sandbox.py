"""All parts of one sandbox, and how an endpoint gets at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.connections import Connections
from bot.sandbox.errors import ControlError
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.rates import Rates
from bot.sandbox.values import Chat
from bot.sandbox.world import World

TRAFFIC_KEPT = 5_000

T = TypeVar("T")


@dataclass(frozen=True)
class Sandbox:
    """The world, and what surrounds the calls into it."""

    token: str
    world: World
    rates: Rates
    faults: Faults
    traffic: Feed
    connections: Connections

    def close(self) -> None:
        """Let everybody who waits go, so that the server can stop."""
        self.world.events.close()
        self.world.updates.close()
        self.traffic.close()


def sandbox_of(request: Request) -> Sandbox:
    """The sandbox that serves a request."""
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def place(request: Request) -> tuple[World, Chat]:
    """The world, and the chat that a control call's path names; ControlError."""
    world = sandbox_of(request).world
    return world, world.chat(path_id(request, "chat_id"))


def path_id(request: Request, name: str) -> int:
    """A number in a path; ControlError where it is none."""
    try:
        return int(request.path_params[name])
    except ValueError as error:
        raise ControlError(f"{name} must be a number") from error


def json_response(value: Any, status: int = 200) -> Response:
    """Any JSON value as an answer that nobody caches."""
    headers = {"cache-control": "no-store"}
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")


async def body_as(request: Request, kind: type[T]) -> T:
    """A control call's JSON body, typed; ControlError where it does not fit."""
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=kind)
    except msgspec.MsgspecError as error:
        raise ControlError(str(error)) from error
