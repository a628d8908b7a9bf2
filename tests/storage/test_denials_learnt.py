"""The "no"s of a gallery that moved to another face model get vectors again, from their photos."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import load
from bot.usecases import learn, reembed
from bot.usecases.ports import Ports
from bot.usecases.seen import Recognition
from ml.protocol import (
    Analyse,
    Analysis,
    Box,
    Description,
    Embed,
    Embedded,
    EmbedderInfo,
    Face,
    IdentityThresholds,
    Quality,
)
from storage import answers, chats, gallery, jobs, negatives, people
from storage.answers import NewAnswer
from storage.database import Database
from storage.gallery import Gallery
from storage.jobs import JobRow
from storage.negatives import NewNegative
from storage.photos import FolderStore
from tests.storage.rows import CHAT, NOW, new_face, vector

KNOWN = Description(
    "cpu",
    classifier=None,
    embedder=EmbedderInfo("new", "test", 2, "cosine", IdentityThresholds(0.9, 0.5, 0.1)),
)
BOX = (1.0, 1.0, 9.0, 9.0)
SEEN = Recognition(labels=None, sure=False, faces=())


class NewModel:
    """A worker with another model, which finds one face in every photo."""

    async def ask(self, request: Any, *, alone: bool = False) -> Any:
        if isinstance(request, Embed):
            return Embedded("new", tuple(vector(0, 1) for _ in request.crops))
        assert isinstance(request, Analyse)
        quality = Quality(score=0.9, size_px=80, sharpness=100, yaw=0, confidence=0.9)
        face = Face(Box(1, 1, 9, 10), ((1, 2),), quality, vector(1, 0))
        return Analysis(width=20, height=20, classification=None, faces=(face,), embedder="new")


def ports_of(database: Database, folder: Path) -> Ports:
    return Ports(
        settings=load(data_dir=folder),
        database=database,
        worker=NewModel(),
        gallery=Gallery(),
        photos=FolderStore(folder / "photos"),
        labelled=FolderStore(folder / "labelled"),
        fetch=lambda picture: nullcontext(folder / picture.file_id),
    )


async def deny_two(session: AsyncSession) -> int:
    """Alice is enrolled, and not to be seen in two photos, of which one was answered; the id of her face."""
    await chats.seen(session, CHAT, "group", "Friends", NOW)
    alice = await people.add(session, CHAT, "Alice", by=1, now=NOW)
    face = await gallery.enrol(session, alice, new_face("a" * 64, vector(1, 0), "old"), 1, NOW)
    assert face is not None
    await chats.set_face_model(session, CHAT, "old")
    for source in ("answered", "not kept"):
        await negatives.add(session, NewNegative(alice, source, BOX, "old", vector(1, 0)), 1, NOW)
    answer = NewAnswer(CHAT, 1, 1, "answered", "file", "m", 1, msgspec.to_builtins(SEEN))
    await answers.store(session, answer, NOW)
    return face


async def queued(database: Database) -> list[JobRow]:
    """The jobs for "no"s."""
    found = []
    async with database.begin() as session:
        while job := await jobs.claim(session, NOW * 10**9, 60):
            await jobs.finish(session, job.id)
            found += [job] if job.kind == learn.DENIALS else []
    return found


async def test_a_gallery_that_moved_has_its_denied_photos_looked_at_again(
    db: Database, tmp_path: Path
) -> None:
    async with db.begin() as session:
        await deny_two(session)
    assert [moved.faces async for moved in reembed.reembed(ports_of(db, tmp_path), KNOWN)] == [1]
    assert [job.key for job in await queued(db)] == ["answered"]


async def test_a_denied_face_gets_the_vector_of_the_new_model(db: Database, tmp_path: Path) -> None:
    ports = ports_of(db, tmp_path)
    async with db.begin() as session:
        face = await deny_two(session)
        await gallery.store_embeddings(session, "new", {face: vector(1, 0)})
        await negatives.drop_other_vectors(session, CHAT, "new")
        row = await answers.latest_to(session, CHAT, "answered")
    assert row is not None
    lesson = await learn.study_denials(ports, row, KNOWN)
    assert lesson is not None
    async with db.begin() as session:
        await learn.take_in_denials(session, CHAT, lesson, NOW)
        assert await negatives.photos_without_vector(session, CHAT) == ["not kept"]
        ((alice,),) = await Gallery().nearest(session, CHAT, "new", "cosine", [vector(1, 0)], k=1)
    assert alice.denied > 0.99
