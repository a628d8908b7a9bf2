"""Control endpoints for watching the bot and for making its life hard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.sandbox.call import Parameters
from bot.sandbox.faults import Fault
from bot.sandbox.feed import Feed, Json, anything
from bot.sandbox.sandbox import body_as, json_response, sandbox_of

MAX_WAIT_S = 60.0
# Silence longer than this makes some proxies and browsers give a stream up.
KEEP_ALIVE_S = 15.0


async def events(request: Request) -> Response:
    """Events above `after`, of `chat_id` where given, after up to `wait_s` seconds."""
    query = Parameters(request.query_params)
    feed = sandbox_of(request).world.events
    wait_s = query.seconds("wait_s", MAX_WAIT_S)
    found = await feed.wait(query.integer("after"), wait_s, _of_chat(query))
    return json_response({"events": found, "last": feed.last})


async def stream(request: Request) -> Response:
    """The same as server-sent events, from now on or from where a browser left off."""
    feed = sandbox_of(request).world.events
    query = Parameters(request.query_params)
    last_id = request.headers.get("last-event-id", "")
    after = int(last_id) if last_id.isdecimal() else query.integer("after", feed.last)
    headers = {"cache-control": "no-store"}
    return StreamingResponse(_lines(feed, after), media_type="text/event-stream", headers=headers)


async def traffic(request: Request) -> Response:
    """The Bot API calls above `after`, of `method` where given, after up to `wait_s` seconds."""
    query = Parameters(request.query_params)
    method = query.text("method").lower()
    feed = sandbox_of(request).traffic

    def matches(entry: Json) -> bool:
        return not method or entry["method"].lower() == method

    wait_s = query.seconds("wait_s", MAX_WAIT_S)
    found = await feed.wait(query.integer("after"), wait_s, matches)
    return json_response({"calls": found, "last": feed.last})


async def add_fault(request: Request) -> Response:
    """Let coming Bot API calls fail; an outage cuts those under way as well."""
    sandbox = sandbox_of(request)
    fault = await body_as(request, Fault)
    sandbox.faults.add(fault)
    if fault.kind == "outage":
        sandbox.connections.cut_bots()
    return json_response({"faults": sandbox.faults.waiting()})


async def list_faults(request: Request) -> Response:
    return json_response({"faults": sandbox_of(request).faults.waiting()})


async def clear_faults(request: Request) -> Response:
    sandbox_of(request).faults.clear()
    return json_response({"faults": []})


async def push_update(request: Request) -> Response:
    """Hand the bot any JSON object as an update."""
    update = await body_as(request, dict[str, Any])
    return json_response({"update_id": sandbox_of(request).world.updates.push_raw(update)})


async def _lines(feed: Feed, after: int) -> AsyncIterator[bytes]:
    yield b": listening\n\n"
    while not feed.closed:
        for entry in await feed.wait(after, KEEP_ALIVE_S):
            after = entry["seq"]
            yield b"id: %d\ndata: %s\n\n" % (after, msgspec.json.encode(entry))
        yield b": alive\n\n"


def _of_chat(query: Parameters) -> Callable[[Json], bool]:
    if "chat_id" not in query:
        return anything
    chat_id = query.integer("chat_id")
    return lambda entry: bool(entry["chat_id"] == chat_id)
