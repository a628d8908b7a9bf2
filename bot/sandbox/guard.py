"""Keeps other sites' scripts away from a server that listens on one's own machine."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class Guard:
    """Refuses unknown Host headers (DNS rebinding) and foreign Origins; adds a content security policy.

    No `hosts` at all means that any Host will do.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        origin = headers.get("origin")
        known = not self._hosts or urlsplit(f"//{host}").hostname in self._hosts
        if not known or (origin is not None and urlsplit(origin).netloc != host):
            await PlainTextResponse("this server answers only its own page", 403)(scope, receive, send)
            return
        await self._app(scope, receive, _with_policy(send))


def _with_policy(send: Send) -> Send:
    async def send_with_policy(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = POLICY
            headers["x-content-type-options"] = "nosniff"
        await send(message)

    return send_with_policy
