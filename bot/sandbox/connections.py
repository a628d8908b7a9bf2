"""The open TCP connections, so that one can be cut off in the middle of a call."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

Address = tuple[str, int]


class Connections:
    """Knows each client's transport by the client's address, which is unique while it is open."""

    def __init__(self) -> None:
        self._transports: dict[Address, asyncio.Transport] = {}
        self._bots: set[Address] = set()

    def opened(self, client: Address, transport: asyncio.Transport) -> None:
        self._transports[client] = transport

    def closed(self, client: Address) -> None:
        self._transports.pop(client, None)
        self._bots.discard(client)

    def note_bot(self, request: Request) -> None:
        """Remember that the bot uses this connection, so that an outage takes it along."""
        if request.client:
            self._bots.add((request.client.host, request.client.port))

    def cut(self, request: Request) -> None:
        """Close a request's connection at once; what is answered afterwards goes nowhere."""
        if request.client:
            self._abort((request.client.host, request.client.port))

    def cut_bots(self) -> None:
        """Close all connections that the bot has open."""
        for client in list(self._bots):
            self._abort(client)

    def _abort(self, client: Address) -> None:
        if transport := self._transports.get(client):
            transport.abort()


def tracked_by(connections: Connections) -> type[H11Protocol]:
    """uvicorn's HTTP protocol, telling `connections` what opens and closes."""

    class TrackedProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client:
                connections.opened(self.client, transport)

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client:
                connections.closed(self.client)
            super().connection_lost(exc)

    return TrackedProtocol
