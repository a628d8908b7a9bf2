"""The folders with the files that rows refer to, and how files go that no row needs any more."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from storage.database import Database
from storage.errors import FilesUnavailable
from storage.files import LABELLED, MODEL_FILES, RUNS, files_in_use
from storage.photos import FolderStore


@dataclass(frozen=True)
class KeptFiles:
    """Where files lie, by their addresses (see `storage.files`); a folder need not be there yet.

    `features` has what was computed from a photo or crop, as `<network>/<ab>/<sha256>.npy`: it goes with it.
    """

    crops: FolderStore
    labelled: FolderStore
    models: Path
    features: Path
    trainings: Path
    spool: Path

    async def remove(self, addresses: Collection[str]) -> None:
        """Deletes files; those that are gone are passed over, and so are paths that lead out of the spool.

        Raises FilesUnavailable.
        """
        crops = [address for address in addresses if "/" not in address]
        photos = [name for folder, name in map(_split, addresses) if folder == LABELLED]
        await self.crops.remove(crops)
        await self.labelled.remove(photos)
        await asyncio.to_thread(self._remove, addresses, [*crops, *photos])

    async def remove_unused(self, database: Database, addresses: Collection[str]) -> None:
        """Deletes those of these files that no row needs. Raises FilesUnavailable, DatabaseUnavailable."""
        async with database.read() as session:
            used = await files_in_use(session, addresses)
        await self.remove(set(addresses) - used)

    def _remove(self, addresses: Collection[str], photos: Collection[str]) -> None:
        try:
            for photo in photos:
                for file in self.features.glob(f"*/{photo[:2]}/{photo}.npy"):
                    file.unlink(missing_ok=True)
            for folder, name in map(_split, addresses):
                if folder == MODEL_FILES:
                    (self.models / name).unlink(missing_ok=True)
                elif folder == RUNS and name.isdecimal():
                    _remove_folder(self.trainings / name)
                elif Path(folder) == self.spool:
                    (self.spool / name).unlink(missing_ok=True)
        except OSError as error:
            raise FilesUnavailable(f"A file cannot be deleted: {error}.") from error


def _split(address: str) -> tuple[str, str]:
    """The folder that an address names ("" for a crop), and the name in it."""
    folder, _, name = address.rpartition("/")
    return folder, name


def _remove_folder(folder: Path) -> None:
    # Whoever trains there may be deleting it as well.
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
