"""python -m bot.sandbox: runs the stand-in for Telegram until it is interrupted."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.sandbox.server import DEFAULT_TOKEN, Options, serve


def main() -> int:
    """Exit code 0, or 1 with a sentence where the address cannot be had."""
    options = parse(sys.argv[1:])
    try:
        asyncio.run(serve(options, announce))
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen on {options.host}:{options.port}: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def parse(arguments: list[str]) -> Options:
    """The options that a command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8100, help="port to listen on; 0 takes a free one")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot token that is accepted")
    parser.add_argument("--no-rates", action="store_true", help="do not enforce Telegram's sending rates")
    parser.add_argument("--state", type=Path, help="file that keeps chats and messages over a restart")
    given = parser.parse_args(arguments)
    return Options(given.host, given.port, given.token, not given.no_rates, given.state)


def announce(address: str) -> None:
    """The one line that tells where the sandbox is."""
    sys.stdout.write(f"sandbox: {address}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
