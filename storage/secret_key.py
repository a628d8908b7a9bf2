"""A secret of this installation, in a file beside the database; never in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from storage.errors import FilesUnavailable

KEY_BYTES = 32  # as long as SHA-256's digest, which is all that HMAC makes use of (RFC 2104, section 3)


def read_or_make(file: Path) -> bytes:
    """The key in a file, which is made where it is not there, for its owner alone. Raises FilesUnavailable.

    Written under another name first: a crash must not leave half a key, and of two who make one at once the
    second finds the first's.
    """
    try:
        if not file.exists():
            _make(file)
        return file.read_bytes()
    except OSError as error:
        raise FilesUnavailable(f"{file} cannot be used: {error.strerror}.") from error


def _make(file: Path) -> None:
    partial = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(secrets.token_bytes(KEY_BYTES))
        opened.flush()
        os.fsync(opened.fileno())
    try:
        os.link(partial, file)
    except FileExistsError:
        return
    finally:
        partial.unlink()
