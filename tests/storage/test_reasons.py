"""Who leaves while it is shown why a face has their name: their face is shown to nobody."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.settings import load
from bot.usecases import overtaken, why
from bot.usecases.correct import Spot, spot
from bot.usecases.ports import Ports
from bot.usecases.seen import Recognition, SeenFace
from bot.usecases.why import Reasons
from ml.protocol import (
    Analyse,
    Analysis,
    Box,
    Compare,
    Description,
    Drawn,
    EmbedderInfo,
    Face,
    IdentityThresholds,
    Quality,
)
from storage import answers, chats, deletion, gallery, people
from storage.answers import NewAnswer
from storage.database import Database
from storage.gallery import Gallery
from storage.photos import FolderStore
from tests.storage.rows import CHAT, NOW, new_face, vector

EMBEDDER = EmbedderInfo("m", "test", 2, "cosine", IdentityThresholds(0.9, 0.5, 0.1))
KNOWN = Description("cpu", classifier=None, embedder=EMBEDDER)
HERE = Box(1, 1, 9, 9)


@dataclass
class Draughtsman:
    """A worker that finds one face in every photo, and while it draws, somebody may leave."""

    database: Database
    leaves: int | None = None

    async def ask(self, request: Any, *, alone: bool = False) -> Any:
        if isinstance(request, Analyse):
            quality = Quality(score=0.9, size_px=80, sharpness=100, yaw=0, confidence=0.9)
            face = Face(HERE, ((1, 2),), quality, vector(1, 0))
            return Analysis(width=20, height=20, classification=None, faces=(face,), embedder="m")
        assert isinstance(request, Compare)
        if self.leaves is not None:
            async with self.database.begin() as session:
                await deletion.remove_people(session, [self.leaves])
        return Drawn(request.target, width=20, height=20, bytes=1)


def ports_of(database: Database, worker: Draughtsman, folder: Path) -> Ports:
    return Ports(
        settings=load(data_dir=folder),
        database=database,
        worker=worker,
        gallery=Gallery(),
        photos=FolderStore(folder / "photos"),
        labelled=FolderStore(folder / "labelled"),
        fetch=lambda picture: nullcontext(folder / picture.file_id),
    )


async def alice_is_named(database: Database) -> tuple[int, Spot]:
    """Alice's id, and a face that is answered to be hers."""
    async with database.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", NOW)
        alice = await people.add(session, CHAT, "Alice", by=1, now=NOW)
        await gallery.enrol(session, alice, new_face("a" * 64, vector(1, 0)), 1, NOW)
        face = SeenFace(box=HERE, tone="sure", person_id=alice, name="Alice", similarity=0.99)
        seen = Recognition(labels=None, sure=False, faces=(face,))
        answer = NewAnswer(CHAT, 1, 1, "answered", "file", "m", 1, msgspec.to_builtins(seen))
        return alice, await spot(session, CHAT, await answers.store(session, answer, NOW), 0)


async def reasons_for(database: Database, at: Spot, worker: Draughtsman, folder: Path) -> Reasons:
    found = await why.reasons(ports_of(database, worker, folder), at, KNOWN)
    assert found is not None
    return found


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_picture_that_somebody_left_is_known_to_be_outdated(
    db: Database, tmp_path: Path, leaves: bool
) -> None:
    alice, at = await alice_is_named(db)
    found = await reasons_for(db, at, Draughtsman(db, alice if leaves else None), tmp_path)
    async with db.read() as session:
        assert await overtaken.has_changed(session, CHAT, found.gallery_version) is leaves
