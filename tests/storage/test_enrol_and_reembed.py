"""Faces are picked, taken back and re-embedded on a real database, in orders that people really cause."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import load
from bot.usecases import enrol, reembed
from bot.usecases.enrol import FoundFace, NothingPending, Whom
from bot.usecases.ports import Ports
from ml.protocol import Box, Description, Embed, Embedded, EmbedderInfo, IdentityThresholds, Quality
from storage import chats, deletion, gallery, merging, negatives, people
from storage.database import Database
from storage.errors import NotFound
from storage.gallery import Gallery
from storage.negatives import Denial, NewNegative
from storage.people import PersonRow
from storage.photos import FolderStore
from tests.storage.rows import CHAT, NOW, vector

OLD, NEW = vector(1, 0), vector(0, 1)
CROPS = [character * 64 for character in "abcd"]
ALICE, BOB = Whom(CHAT, "Alice", by=1), Whom(CHAT, "Bob", by=1)
NEW_MODEL = EmbedderInfo("new", "test", 2, "cosine", IdentityThresholds(0.9, 0.5, 0.1))
SETTINGS = load()
KNOWN = Description("cpu", classifier=None, embedder=NEW_MODEL)


def found(crop: str, model: str = "old") -> FoundFace:
    return FoundFace(
        crop=crop,
        box=Box(0, 0, 9, 9),
        landmarks=((1.0, 2.0),),
        quality=Quality(score=0.9, size_px=80, sharpness=100, yaw=0, confidence=0.9),
        model=model,
        source=f"photo of {crop}",
        embedding=base64.b64encode(OLD).decode(),
    )


async def stored(session: AsyncSession, whom: Whom, crop: str) -> enrol.Enrolled:
    outcome = await enrol.store(session, whom, found(crop), NOW)
    assert isinstance(outcome, enrol.Enrolled)
    return outcome


async def face_model(session: AsyncSession) -> str | None:
    chat = await chats.get(session, CHAT)
    return chat.face_model if chat else None


async def recognised(session: AsyncSession, model: str = "new", probe: bytes = NEW) -> list[int]:
    (candidates,) = await Gallery().nearest(session, CHAT, model, "cosine", [probe], k=5)
    return [candidate.person_id for candidate in candidates]


class BusyChat:
    """A worker in whose time somebody picks faces that waited: one before each of its first answers."""

    def __init__(self, database: Database, waiting: Sequence[int], unreadable: str = "") -> None:
        self._database = database
        self._waiting = list(waiting)
        self._unreadable = unreadable

    async def ask(self, request: Any, *, alone: bool = False) -> Any:
        assert isinstance(request, Embed)
        if self._waiting:
            async with self._database.begin() as session:
                await enrol.pick(session, SETTINGS, self._waiting.pop(), 0, NOW)
        names = [Path(crop.path).name for crop in request.crops]
        return Embedded("new", tuple(None if name == self._unreadable else NEW for name in names))


async def move(
    database: Database, folder: Path, waiting: Sequence[int] = (), unreadable: str = ""
) -> list[reembed.Moved]:
    worker = BusyChat(database, waiting, unreadable)
    ports = Ports(
        settings=load(data_dir=folder),
        database=database,
        worker=worker,
        gallery=Gallery(),
        photos=FolderStore(folder / "photos"),
        labelled=FolderStore(folder / "labelled"),
        fetch=lambda picture: nullcontext(folder / picture.file_id),
    )
    return [moved async for moved in reembed.reembed(ports, KNOWN)]


async def begun(database: Database) -> None:
    async with database.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", NOW)
        await stored(session, ALICE, CROPS[0])


async def test_somebody_forgotten_while_galleries_move_is_recognised_when_they_come_back(
    db: Database, tmp_path: Path
) -> None:
    await begun(db)
    async with db.begin() as session:
        (alice,) = await people.listing(session, CHAT)
        await people.forget(session, alice.id, NOW)
    assert await move(db, tmp_path) == [reembed.Moved(CHAT, faces=1, unreadable=0)]
    async with db.begin() as session:
        await people.restore(session, alice.id)
        assert await recognised(session) == [alice.id]


async def test_faces_picked_while_their_gallery_moves_move_along(db: Database, tmp_path: Path) -> None:
    await begun(db)
    async with db.begin() as session:
        waiting = [
            await enrol.ask_which(session, whom, [found(crop)], now=NOW, lasts_s=60)
            for whom, crop in ((ALICE, CROPS[1]), (BOB, CROPS[2]))
        ]
    assert await move(db, tmp_path, waiting) == [reembed.Moved(CHAT, faces=3, unreadable=0)]
    async with db.read() as session:
        assert await gallery.faces_without(session, CHAT, "new") == []
        assert await recognised(session) == [person.id for person in await people.listing(session, CHAT)]


async def test_a_crop_that_cannot_be_read_holds_no_gallery_up(db: Database, tmp_path: Path) -> None:
    await begun(db)
    async with db.begin() as session:
        await stored(session, BOB, CROPS[1])
    assert await move(db, tmp_path, unreadable=CROPS[0]) == [reembed.Moved(CHAT, faces=1, unreadable=1)]
    async with db.read() as session:
        assert await face_model(session) == "new"
    # Asked again, what could not be read is tried again.
    assert await move(db, tmp_path) == [reembed.Moved(CHAT, faces=1, unreadable=0)]
    assert await move(db, tmp_path) == []


async def test_a_face_that_waited_from_before_a_gallery_moved_is_no_longer_waiting(
    db: Database, tmp_path: Path
) -> None:
    await begun(db)
    async with db.begin() as session:
        waiting = await enrol.ask_which(session, BOB, [found(CROPS[1])], now=NOW, lasts_s=60)
    await move(db, tmp_path)
    with pytest.raises(NothingPending):
        async with db.begin() as session:
            await enrol.pick(session, SETTINGS, waiting, 0, NOW)
    async with db.read() as session:
        assert await people.names(session, CHAT) == {1: "Alice"}


async def test_a_no_holds_for_its_own_photo_after_a_gallery_moved(db: Database, tmp_path: Path) -> None:
    await begun(db)
    async with db.begin() as session:
        (alice,) = await people.listing(session, CHAT)
        denied = NewNegative(alice.id, "a photo", (0.0, 0.0, 9.0, 9.0), "old", OLD)
        negative_id = await negatives.add(session, denied, by=1, now=NOW)
    await move(db, tmp_path)
    async with db.read() as session:
        assert await negatives.of_photo(session, CHAT, "a photo") == [Denial(alice.id, denied.box)]
        assert await negatives.without_vector(session, CHAT, "a photo") == {negative_id: denied.box}


async def test_an_enrolment_can_be_undone_after_its_person_became_another(session: AsyncSession) -> None:
    alice = await stored(session, ALICE, CROPS[0])
    bob = await stored(session, BOB, CROPS[1])
    await merging.merge(session, bob.person_id, alice.person_id, NOW)
    assert await enrol.undo(session, bob.person_id, [bob.face_id], NOW) == [CROPS[1]]
    assert await people.listing(session, CHAT) == [PersonRow(alice.person_id, "Alice", 1)]


async def test_undoing_an_enrolment_removes_whoever_is_left_without_a_face(session: AsyncSession) -> None:
    alice = await stored(session, ALICE, CROPS[0])
    ally = await people.add(session, CHAT, "Ally", by=1, now=NOW)
    await merging.merge(session, alice.person_id, ally, NOW)
    await enrol.undo(session, alice.person_id, [alice.face_id], NOW)
    assert await people.listing(session, CHAT) == []


async def test_undoing_an_enrolment_passes_over_faces_that_are_gone(session: AsyncSession) -> None:
    first, second = [await stored(session, ALICE, crop) for crop in CROPS[:2]]
    await enrol.undo(session, first.person_id, [first.face_id], NOW)
    assert await enrol.undo(session, first.person_id, [first.face_id, second.face_id], NOW) == [CROPS[1]]
    assert await enrol.undo(session, first.person_id, [first.face_id, second.face_id], NOW) == []
    assert await people.listing(session, CHAT) == []


async def test_an_enrolment_can_be_undone_after_its_person_was_forgotten(session: AsyncSession) -> None:
    alice = await stored(session, ALICE, CROPS[0])
    await people.forget(session, alice.person_id, NOW)
    assert await enrol.undo(session, alice.person_id, [alice.face_id], NOW) == [CROPS[0]]
    with pytest.raises(NotFound):
        await people.restore(session, alice.person_id)


async def test_a_crop_that_somebody_else_needs_outlives_the_undo(session: AsyncSession) -> None:
    alice, bob = await stored(session, ALICE, CROPS[0]), await stored(session, BOB, CROPS[0])
    assert await enrol.undo(session, alice.person_id, [alice.face_id], NOW) == []
    assert await enrol.undo(session, bob.person_id, [bob.face_id], NOW) == [CROPS[0]]


async def test_an_emptied_gallery_may_begin_again_with_another_model(session: AsyncSession) -> None:
    alice = await stored(session, ALICE, CROPS[0])
    assert await face_model(session) == "old"
    await enrol.undo(session, alice.person_id, [alice.face_id], NOW)
    await enrol.store(session, BOB, found(CROPS[1], model="new"), NOW)
    assert await face_model(session) == "new"


async def test_a_gallery_keeps_its_model_while_somebody_forgotten_can_come_back(
    session: AsyncSession,
) -> None:
    alice, bob = await stored(session, ALICE, CROPS[0]), await stored(session, BOB, CROPS[1])
    await people.forget(session, alice.person_id, NOW)
    await enrol.undo(session, bob.person_id, [bob.face_id], NOW)
    assert await face_model(session) == "old"
    await people.restore(session, alice.person_id)
    assert await recognised(session, "old", OLD) == [alice.person_id]
    await people.forget(session, alice.person_id, NOW)
    await deletion.purge_forgotten(session, NOW + 1)
    assert await face_model(session) is None
