"""Photo files under the sha256 of their content, readable by their owner alone."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from storage.errors import FilesUnavailable

_SHA256 = re.compile("[0-9a-f]{64}")


class PhotoStore(Protocol):
    """Where crops are kept; a folder now, an object store later."""

    async def add(self, source: Path) -> str:
        """Moves a file in and returns its name, the sha256 of its content. Raises FilesUnavailable."""

    def path(self, name: str) -> Path:
        """Where a file lies. Raises ValueError for what is no sha256."""

    async def remove(self, names: Collection[str]) -> None:
        """Deletes files; those that are gone already are passed over. Raises FilesUnavailable."""

    async def older_than(self, before: float) -> list[str]:
        """The names of files that were last written before a time."""


class FolderStore:
    """A PhotoStore in a folder. Two levels of folders keep each of them small."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def add(self, source: Path) -> str:
        return await asyncio.to_thread(self._add, source)

    def path(self, name: str) -> Path:
        if not _SHA256.fullmatch(name):
            raise ValueError(f"not a sha256: {name!r}")  # would otherwise lead out of the folder
        return self._root / name[:2] / name[2:4] / name

    async def remove(self, names: Collection[str]) -> None:
        await asyncio.to_thread(self._remove, [self.path(name) for name in names])

    async def older_than(self, before: float) -> list[str]:
        return await asyncio.to_thread(self._older_than, before)

    def _older_than(self, before: float) -> list[str]:
        files = self._root.glob("??/??/*")
        return [file.name for file in files if _SHA256.fullmatch(file.name) and file.stat().st_mtime < before]

    def _add(self, source: Path) -> str:
        try:
            with source.open("rb") as file:
                name = hashlib.file_digest(file, "sha256").hexdigest()
                # On the disk before the database can say that it is there.
                os.fsync(file.fileno())
            target = self.path(name)
            for folder in (self._root, target.parent.parent, target.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            source.chmod(0o600)
            _move(source, target)
        except OSError as error:
            raise FilesUnavailable(f"{self._root} cannot take a file: {error.strerror}.") from error
        return name

    def _remove(self, files: Collection[Path]) -> None:
        try:
            for file in files:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise FilesUnavailable(f"{self._root} cannot delete a file: {error.strerror}.") from error


def _move(source: Path, target: Path) -> None:
    """Renames, also over a file that is there: the content is the same, and a damaged copy is mended."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        partial = target.with_name(f".{uuid.uuid4().hex}")
        shutil.copy2(source, partial)
        partial.replace(target)
        source.unlink()
