"""Files from their publisher: resumed where they broke off, verified, moved into place only when whole."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path

import httpx
from tqdm import tqdm

from ml.weights.errors import FetchFailed, NoNetwork, WrongWeights
from ml.weights.published import File

# A connection that breaks is taken up again where it broke, until it has brought nothing new this many times.
_FRUITLESS_ATTEMPTS = 3
_TIMEOUT = httpx.Timeout(30, connect=10)


def fetch(file: File, folder: Path, *, pause_s: float = 1.0) -> Path:
    """Downloads a file into `folder` and returns its path. Proxies come from the usual variables (httpx).

    What was received stays in `<name>.part` when the connection breaks, and the next call goes on from there.
    `pause_s`: the wait before a broken connection is taken up again.
    Raises NoNetwork, FetchFailed, or WrongWeights (the file is then removed).
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    try:
        with _partial(target) as part, _client() as client:
            _receive_all(client, file, part, pause_s)
            _verify(file, target, part)
            _partial_name(target).replace(target)
    except (httpx.RequestError, httpx.InvalidURL) as error:
        raise FetchFailed(f"{file.name} cannot be had from {file.url}: {error}") from error
    except OSError as error:
        raise FetchFailed(f"{target} could not be written: {error.strerror}") from error
    return target


def _client() -> httpx.Client:
    try:
        return httpx.Client(follow_redirects=True, timeout=_TIMEOUT)
    except (ValueError, ImportError, httpx.InvalidURL) as error:  # ImportError: SOCKS wants another package
        raise FetchFailed(f"the proxy that the environment names cannot be used: {error}") from error


def _receive_all(client: httpx.Client, file: File, part: BufferedRandom, pause_s: float) -> None:
    fruitless = 0
    while True:
        had = part.seek(0, os.SEEK_END)
        try:
            return _receive(client, file, part)
        except httpx.ConnectError as error:
            raise NoNetwork(f"{httpx.URL(file.url).host} cannot be reached: {error}") from error
        except httpx.UnsupportedProtocol:
            raise  # no attempt would change it
        except httpx.TransportError as error:
            fruitless = 0 if part.seek(0, os.SEEK_END) > had else fruitless + 1
            if fruitless == _FRUITLESS_ATTEMPTS:
                raise FetchFailed(
                    f"the download of {file.name} broke off ({type(error).__name__}); run the command again "
                    "to go on from where it stopped"
                ) from error
            time.sleep(pause_s)


def _receive(client: httpx.Client, file: File, part: BufferedRandom) -> None:
    """One request for what is still missing, appended to `part`."""
    start = part.seek(0, os.SEEK_END)
    # identity: a compressed answer would have other byte positions than the file
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    with client.stream("GET", file.url, headers=headers) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # all of it is here already; the checksum will tell
        if response.is_error:
            raise FetchFailed(f"{response.url.host} answered {response.status_code} for {file.name}")
        start = _position(response, part)
        total = start + int(response.headers.get("Content-Length", 0)) or file.size_bytes
        with tqdm(desc=file.name, total=total, initial=start, unit="B", unit_scale=True) as bar:
            for chunk in response.iter_raw():
                part.write(chunk)
                bar.update(len(chunk))


def _position(response: httpx.Response, part: BufferedRandom) -> int:
    """Where in the file this response begins; what is in `part` beyond that is dropped."""
    found = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    is_partial = response.status_code == httpx.codes.PARTIAL_CONTENT
    start = int(found.group(1)) if is_partial and found else 0
    part.truncate(start)
    return part.seek(start)


def _verify(file: File, target: Path, part: BufferedRandom) -> None:
    part.flush()
    os.fsync(part.fileno())
    part.seek(0)
    sha256 = hashlib.file_digest(part, "sha256").hexdigest()
    if not file.is_right(sha256):
        _partial_name(target).unlink()
        raise WrongWeights(
            f"{file.name} came with sha256 {sha256}, not {file.checksum}; it was thrown away, try again"
        )


@contextmanager
def _partial(target: Path) -> Iterator[BufferedRandom]:
    """The unfinished file, locked: two downloads into it at once would spoil it."""
    with _partial_name(target).open("ab+") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FetchFailed(f"{target.name} is being downloaded by another process") from error
        yield part


def _partial_name(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")
