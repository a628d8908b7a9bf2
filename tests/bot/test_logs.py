"""The log keeps secrets."""

from __future__ import annotations

import logging
import sys

from bot.logs import HIDDEN, RedactingFormatter

SECRET = "1:a-very-secret-token"


def record(message: str, *arguments: object, **more: object) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"msg": message, "args": arguments, "levelname": "INFO", "name": "test", **more}
    )


def test_a_secret_in_a_message_or_its_arguments_is_hidden() -> None:
    line = RedactingFormatter([SECRET]).format(record(f"{SECRET} and %s", f"https://api/bot{SECRET}/getMe"))
    assert SECRET not in line and line.count(HIDDEN) == 2


def test_a_secret_in_a_traceback_is_hidden() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        line = RedactingFormatter([SECRET]).format(record("failed", exc_info=sys.exc_info()))
    assert "ValueError" in line and SECRET not in line


def test_everything_else_is_left_alone() -> None:
    assert RedactingFormatter([]).format(record("%s is running", "@bot")).endswith("@bot is running")
