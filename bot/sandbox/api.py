"""The Bot API's two addresses: /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.sandbox.call import Call, read_call
from bot.sandbox.errors import ApiError, too_many_requests
from bot.sandbox.faults import Fault
from bot.sandbox.files import MAX_DOWNLOAD_BYTES
from bot.sandbox.methods import COUNTED, METHODS, messages_in
from bot.sandbox.sandbox import Sandbox, json_response, sandbox_of

WELL_FORMED_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
BAD_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
SUMMARY_KEYS = ("message_id", "file_path", "username")


async def call_method(request: Request) -> Response:
    """Answer one Bot API call, or fail as the next fault says."""
    sandbox = sandbox_of(request)
    sandbox.connections.note_bot(request)
    method = request.path_params["method"]
    started_at = time.monotonic()
    try:
        _check_token(sandbox, request)
        call = await read_call(request, method)
    except ApiError as error:
        return json_response(error.payload(), error.code)
    fault = sandbox.faults.take(method, call.chat_id)
    response, outcome = await _answer(sandbox, request, call, fault)
    sandbox.traffic.publish({
        "time": time.time(),
        "method": method,
        "chat_id": call.chat_id,
        "parameters": call.summary(),
        "fault": fault.kind if fault else None,
        "seconds": round(time.monotonic() - started_at, 3),
        **outcome,
    })  # fmt: skip
    return response


async def serve_file(request: Request) -> Response:
    """The bytes of a file by the path that getFile gave."""
    sandbox = sandbox_of(request)
    sandbox.connections.note_bot(request)
    try:
        _check_token(sandbox, request)
    except ApiError as error:
        return json_response(error.payload(), error.code)
    fault = sandbox.faults.take("file", None)
    if fault and fault.kind != "slow":
        sandbox.connections.cut(request)
    if fault and fault.kind == "slow":
        await sandbox.faults.hold(fault)
    file = sandbox.world.files.by_path(request.path_params["path"])
    if file is None or file.size > MAX_DOWNLOAD_BYTES:
        return json_response(ApiError(404, "Not Found").payload(), 404)
    location = sandbox.world.files.location(file)
    return FileResponse(location, media_type="application/octet-stream")


async def _answer(
    sandbox: Sandbox, request: Request, call: Call, fault: Fault | None
) -> tuple[Response, dict[str, Any]]:
    """The response, and what the traffic log says about it."""
    if fault and (failure := await _failure_before(sandbox, request, fault)):
        return failure, {"status": failure.status_code, "ok": False}
    try:
        result = await _while_connected(request, _run(sandbox, call))
    except ApiError as error:
        outcome = {"status": error.code, "ok": False, "description": error.description}
        return json_response(error.payload(), error.code), outcome
    if fault and fault.kind == "drop_after":
        sandbox.connections.cut(request)
    response = json_response({"ok": True, "result": result})
    return response, {"status": 200, "ok": True, "result": _summary(result)}


async def _failure_before(sandbox: Sandbox, request: Request, fault: Fault) -> Response | None:
    """What a call meets before it does anything; None where it goes on."""
    if fault.kind == "429":
        error = too_many_requests(fault.retry_after)
        return json_response(error.payload(), error.code)
    if fault.kind == "500":
        return json_response(ApiError(500, "Internal Server Error").payload(), 500)
    if fault.kind == "502":
        return Response(BAD_GATEWAY_PAGE, 502, media_type="text/html")
    if fault.kind in ("drop_before", "outage"):
        sandbox.connections.cut(request)
        return Response(status_code=503)
    if fault.kind == "slow":
        await sandbox.faults.hold(fault)
    return None


async def _run(sandbox: Sandbox, call: Call) -> Any:
    """The method's result; ApiError."""
    name = call.method.lower()
    method = METHODS.get(name)
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    if name in COUNTED and call.chat_id in sandbox.world.chats:
        sandbox.rates.charge(call.chat_id, messages_in(call))
    return await method(sandbox.world, call)


async def _while_connected(request: Request, work: Any) -> Any:
    """The work's result; a poll whose client hangs up ends with it, so that it is seen to be gone."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done() and request.path_params["method"].lower() == "getupdates":
            task.cancel()
        await asyncio.wait((task,))
        return [] if task.cancelled() else task.result()
    finally:
        gone.cancel()
        task.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _check_token(sandbox: Sandbox, request: Request) -> None:
    token = request.path_params["token"]
    if not WELL_FORMED_TOKEN.fullmatch(token):
        raise ApiError(404, "Not Found")
    if not secrets.compare_digest(token, sandbox.token):
        raise ApiError(401, "Unauthorized")


def _summary(result: Any) -> Any:
    """A result short enough for the log."""
    if isinstance(result, list):
        return {"count": len(result), "ids": [_id_of(item) for item in result[:100]]}
    if isinstance(result, dict):
        return {key: result[key] for key in SUMMARY_KEYS if key in result}
    return result


def _id_of(item: Any) -> Any:
    return item.get("update_id", item.get("message_id")) if isinstance(item, dict) else item
