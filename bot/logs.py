"""Logging: one line per event on stderr, and no secret in any of them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

HIDDEN = "[hidden]"


class RedactingFormatter(logging.Formatter):
    """Formats a record, then hides secrets in the whole of it: message, arguments and traceback alike."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line


def configure(level: str, secrets: Sequence[str]) -> None:
    """Send everything to stderr at `level`, with `secrets` hidden."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # At INFO httpx prints every URL, and the Bot API's URLs contain the token; the other two are chatty.
    for name in ("httpx", "httpcore", "alembic", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.WARNING)
