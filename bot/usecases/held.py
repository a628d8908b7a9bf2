"""How /mydata says whose doing something was, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def who(user_id: int, asker: int) -> str:
    """Whose doing it was: other people's ids are theirs."""
    return "you" if user_id == asker else "somebody else"


def time_of(seconds: float) -> str:
    """A time in seconds since the epoch, as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
