"""python -m bot [run|sandbox]: a start-up error is one sentence and an exit code."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

# Before telegram is imported: RetryAfter then carries a timedelta, without a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

if TYPE_CHECKING:
    from bot.settings import Settings

# sysexits.h's numbers where they fit: EX_CONFIG, EX_NOPERM, EX_TEMPFAIL, EX_CANTCREAT.
BAD_SETTINGS, BAD_TOKEN, ANOTHER_POLLER, BAD_DATABASE = 78, 77, 75, 73

NOT_SET_UP = (
    "TELEGRAM_BOT_TOKEN is not set: get a token from @BotFather and put it into .env, "
    "or run `python -m bot sandbox` to try Glance without one."
)
UNKNOWN_TO_TELEGRAM = "Telegram does not know this TELEGRAM_BOT_TOKEN: copy it again from @BotFather."
OTHER_POLLER = "Another program polls with this token: stop it, or give this bot a token of its own."


class StartError(Exception):
    """Why the bot does not run: one sentence, and the exit code."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def main(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Glance, a Telegram bot.")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="run the bot (the default)")
    sandbox = commands.add_parser("sandbox", help="try the bot in a browser, without a token")
    sandbox.add_argument("--host", default="127.0.0.1")
    sandbox.add_argument("--port", type=int, default=8080)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "sandbox":
            run_sandbox(chosen.host, chosen.port)
        else:
            run_bot()
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return error.code
    return 0


def run_bot() -> None:
    """Run the bot until it is told to stop. Raises StartError."""
    # Nearly all that imports make stays; looking through it for garbage is a tenth of the start.
    gc.disable()
    settings = _settings()
    if not settings.telegram_bot_token.get_secret_value():
        raise StartError(BAD_SETTINGS, NOT_SET_UP)
    from bot import logs

    logs.configure(settings.log_level, settings.secrets)

    from telegram.error import InvalidToken

    from bot.app import run
    from bot.lifetimes import DataDirInUseError, DataDirUnusableError
    from bot.polling import AnotherPollerError
    from storage.errors import DatabaseUnavailable

    gc.freeze()
    gc.enable()
    try:
        asyncio.run(run(settings))
    except InvalidToken as error:
        raise StartError(BAD_TOKEN, UNKNOWN_TO_TELEGRAM) from error
    except AnotherPollerError as error:
        raise StartError(ANOTHER_POLLER, OTHER_POLLER) from error
    except DatabaseUnavailable as error:
        raise StartError(BAD_DATABASE, str(error)) from error
    except DataDirInUseError as error:
        sentence = f"Another Glance works in {settings.data_dir}: stop it, or set DATA_DIR to another folder."
        raise StartError(ANOTHER_POLLER, sentence) from error
    except DataDirUnusableError as error:
        raise StartError(BAD_DATABASE, unusable(settings, error.reason)) from error


def run_sandbox(host: str, port: int) -> None:
    """Serve the sandbox, with the bot as its child process, until interrupted. Raises StartError."""
    settings = _settings()
    from bot.lifetimes import DataDirUnusableError
    from bot.try_out import try_out

    try:
        code = asyncio.run(try_out(host, port, settings))
    except KeyboardInterrupt:
        return
    except DataDirUnusableError as error:
        raise StartError(BAD_DATABASE, unusable(settings, error.reason)) from error
    except OSError as error:
        sentence = f"The sandbox cannot listen on {host}:{port}: {error.strerror}."
        raise StartError(BAD_SETTINGS, sentence) from error
    if code != 0:
        raise StartError(code, "The bot has ended, and the sandbox with it.")


def unusable(settings: Settings, reason: str) -> str:
    """What to do about a DATA_DIR that cannot be written."""
    return f"{settings.data_dir} cannot be written ({reason}): set DATA_DIR to a folder that can."


def _settings() -> Settings:
    from bot.settings import SettingsError, load

    try:
        return load()
    except SettingsError as error:
        raise StartError(BAD_SETTINGS, str(error)) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
