"""A publisher of weights on localhost: serves one file, with or without ranges, and can break off."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from ml.weights.published import File

CONTENT = bytes(range(256)) * 4096  # 1 MiB


@dataclass
class Publisher:
    """What is served, and what was asked.

    `cuts`: after how many bytes the first answers break off, one after the other. `moved_to`: where it sends
    everybody instead.
    """

    content: bytes = CONTENT
    ranges: bool = True
    status: int = 200
    moved_to: str = ""
    cuts: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def file(self, **changes: object) -> File:
        """The catalogue entry of the served file."""
        values: dict[str, object] = {
            "name": "model.pth",
            "size_bytes": len(CONTENT),
            "sha256": (hashlib.sha256(CONTENT).hexdigest(),),
            "url": self.url,
        }
        return File(**(values | changes))  # type: ignore[arg-type]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answers one GET."""
        wanted = request.headers.get("Range", "")
        self.asked.append(wanted)
        found = re.fullmatch(r"bytes=(\d+)-", wanted)
        start = int(found.group(1)) if found and self.ranges else 0
        if self.moved_to:
            request.send_response(302)
            request.send_header("Location", self.moved_to)
            request.end_headers()
        elif self.status != 200:
            request.send_error(self.status)
        elif start >= len(self.content):
            request.send_error(416)
        else:
            self._send(request, start)

    def _send(self, request: BaseHTTPRequestHandler, start: int) -> None:
        request.send_response(206 if start else 200)
        if start:
            last = len(self.content) - 1
            request.send_header("Content-Range", f"bytes {start}-{last}/{len(self.content)}")
        request.send_header("Content-Length", str(len(self.content) - start))
        request.end_headers()
        end = start + self.cuts.pop(0) if self.cuts else len(self.content)
        request.wfile.write(self.content[start:end])
        request.close_connection = True


@contextmanager
def publishing(publisher: Publisher) -> Iterator[Publisher]:
    """Serves it on a free port of localhost for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.answer(self)

        def log_message(self, *_line: object) -> None:
            """Tests read `asked` instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        publisher.url = f"http://127.0.0.1:{server.server_port}/model.pth"
        yield publisher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
