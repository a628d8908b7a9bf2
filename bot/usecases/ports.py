"""What use cases work with: the database, the worker, the files, and the settings."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from bot.settings import Settings
from ml.client import Worker
from storage.database import Database
from storage.gallery import Gallery
from storage.photos import PhotoStore


class Picture(msgspec.Struct, frozen=True):
    """A picture at Telegram: its handle, what it is (the same for the same file), bytes (0: unknown).

    `message_id`: the message that it is in, where that is known.
    """

    file_id: str
    file_unique_id: str
    size: int = 0
    message_id: int = 0


class Fetch(Protocol):
    """Brings a picture into the spool for as long as the context lasts."""

    def __call__(self, picture: Picture) -> AbstractAsyncContextManager[Path]: ...


@dataclass(frozen=True)
class Ports:
    """Everything a use case may reach; `photos` has the crops of faces, `labelled` what has a label."""

    settings: Settings
    database: Database
    worker: Worker
    gallery: Gallery
    photos: PhotoStore
    labelled: PhotoStore
    fetch: Fetch
