"""Files that a crash left between a file and its row, in either direction: what no row needs is deleted.

Only old ones: a file is there before its row is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from storage import outbox, trainings
from storage.database import Database
from storage.files import MODEL_FILES, chunks, files_in_use, labelled, run
from storage.kept import KeptFiles


async def sweep_spool(database: Database, spool: Path, before: float) -> None:
    """Delete the files of the spool from before a time that no answer waits for."""
    async with database.read() as session:
        waiting = set(await outbox.files_waiting(session))
    old = await asyncio.to_thread(_older, spool, "*", before)
    await asyncio.to_thread(_remove, [file for file in old if str(file) not in waiting])


async def sweep_kept(database: Database, kept: KeptFiles, before: float) -> None:
    """Delete the kept files from before a time that no row needs. Raises FilesUnavailable."""
    addresses = await kept.crops.older_than(before)
    addresses += [labelled(photo) for photo in await kept.labelled.older_than(before)]
    addresses += await _old_models(database, kept.models, before)
    runs = await asyncio.to_thread(_older, kept.trainings, "*", before)
    addresses += [run(int(folder.name)) for folder in runs if folder.name.isdecimal()]
    for some in chunks(addresses):
        await kept.remove_unused(database, some)
    features = await asyncio.to_thread(_older, kept.features, "*/??/*", before)
    for files in chunks(features):
        await _sweep_features(database, files)


async def _old_models(database: Database, folder: Path, before: float) -> list[str]:
    """None while there is a training: what it has made gets its row only when the bot hears of it."""
    async with database.read() as session:
        is_training = await trainings.count(session) > 0
    old = [] if is_training else await asyncio.to_thread(_older, folder, "*", before)
    return [f"{MODEL_FILES}/{file.name}" for file in old]


async def _sweep_features(database: Database, files: Iterable[Path]) -> None:
    """Features of what is neither a kept photo nor a kept crop."""
    addresses = {address for file in files for address in (file.stem, labelled(file.stem))}
    async with database.read() as session:
        used = await files_in_use(session, addresses)
    unused = [file for file in files if used.isdisjoint((file.stem, labelled(file.stem)))]
    await asyncio.to_thread(_remove, unused)


def _older(folder: Path, pattern: str, before: float) -> list[Path]:
    """What was last written before a time; what vanishes meanwhile is passed over."""
    old = []
    for path in folder.glob(pattern):
        try:
            if path.stat().st_mtime < before:
                old.append(path)
        except FileNotFoundError:
            continue
    return old


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        if file.is_file():
            file.unlink(missing_ok=True)
