"""Files go with what needs them: what is named is deleted, and what a crash left is found."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import load
from bot.sweeping import sweep_kept, sweep_spool
from bot.wiring import kept_files
from storage import chats, gallery, outbox, people, trainings
from storage.database import Database
from storage.errors import FilesUnavailable
from storage.kept import KeptFiles
from storage.outbox import Send
from tests.storage.rows import CHAT, NOW, new_face
from tests.storage.taught import label_photo, train, training
from tests.support.leftovers import files_below

LONG_AGO = 1_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def kept(folder: Path) -> KeptFiles:
    return kept_files(load(data_dir=folder))


def put(file: Path, content: bytes = b"content") -> Path:
    """A file from long ago."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (LONG_AGO, LONG_AGO))
    return file


def sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def features_of(kept: KeptFiles, photo: str) -> list[Path]:
    """The features of a photo under two networks."""
    return [kept.features / network / photo[:2] / f"{photo}.npy" for network in ("starter", "other")]


def fill(kept: KeptFiles, what: str) -> str:
    """A crop, a labelled photo with its features, a model with its network; the photo's sha256."""
    name = sha256(what)
    for file in (kept.crops.path(name), kept.labelled.path(name), *features_of(kept, name)):
        put(file)
    put(kept.models / name)
    put(kept.models / f"{name}.onnx")
    return name


def addresses_of(name: str) -> list[str]:
    return [name, f"labelled/{name}", f"models/{name}", f"models/{name}.onnx"]


async def need(session: AsyncSession, name: str) -> None:
    """Rows that need what `fill` made."""
    await chats.seen(session, CHAT, "group", "Friends", NOW)
    alice = await people.add(session, CHAT, "Alice", by=1, now=NOW)
    await gallery.enrol(session, alice, new_face(name), by=1, now=NOW)
    await label_photo(session, "cat", name)
    await train(session, [name], file=name, network=name)


async def test_whatever_is_named_is_deleted_and_a_photos_features_with_it(
    kept: KeptFiles, folder: Path
) -> None:
    name, other = fill(kept, "goes"), fill(kept, "stays")
    put(kept.trainings / "7" / "job.msgpack")
    put(kept.trainings / "8" / "job.msgpack")
    put(kept.spool / "drawn.jpg")
    before = files_below(folder)
    await kept.remove([*addresses_of(name), "trainings/7", str(kept.spool / "drawn.jpg")])
    left = files_below(folder)
    assert [file for file in left if name in file.name] == []
    assert len([file for file in left if other in file.name]) == 6
    assert (kept.trainings / "8" / "job.msgpack") in left
    assert len(before) - len(left) == 8


async def test_what_is_gone_already_is_passed_over(kept: KeptFiles) -> None:
    name = sha256("nothing")
    await kept.remove([*addresses_of(name), "trainings/7", str(kept.spool / "drawn.jpg")])


async def test_no_path_leads_out_of_the_folders(kept: KeptFiles, folder: Path) -> None:
    outside = [put(folder.parent / "outside.jpg"), put(folder / "glance.db")]
    await kept.remove([str(outside[0]), "trainings/..", f"{kept.spool}/../glance.db"])
    assert all(file.is_file() for file in outside)


async def test_what_cannot_be_deleted_is_one_sentence(kept: KeptFiles) -> None:
    (kept.models / "folder").mkdir(parents=True)
    with pytest.raises(FilesUnavailable, match="cannot be deleted"):
        await kept.remove(["models/folder"])


async def test_only_what_no_row_needs_is_deleted(db: Database, kept: KeptFiles, folder: Path) -> None:
    used, unused = fill(kept, "used"), fill(kept, "unused")
    async with db.begin() as session:
        await need(session, used)
    await kept.remove_unused(db, addresses_of(used) + addresses_of(unused))
    assert {file.stem for file in files_below(folder)} == {used}
    assert len(files_below(folder)) == 6


async def test_what_a_crash_left_is_found_and_what_is_needed_stays(
    db: Database, kept: KeptFiles, folder: Path
) -> None:
    used, _ = fill(kept, "used"), fill(kept, "unused")
    put(kept.features / "starter" / "ab" / ".half-written")
    put(kept.models / ".half-written")
    put(kept.trainings / "999" / "job.msgpack")
    os.utime(kept.trainings / "999", (LONG_AGO, LONG_AGO))
    async with db.begin() as session:
        await need(session, used)
    await sweep_kept(db, kept, LONG_AGO + 1)
    assert {file.stem for file in files_below(folder)} == {used}
    assert len(files_below(folder)) == 6


async def test_what_is_new_is_left_alone(db: Database, kept: KeptFiles, folder: Path) -> None:
    fill(kept, "new")
    before = files_below(folder)
    await sweep_kept(db, kept, LONG_AGO)
    assert files_below(folder) == before


async def test_models_and_the_folder_of_a_training_stay_while_it_has_not_ended(
    db: Database, kept: KeptFiles
) -> None:
    async with db.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", NOW)
        training_id = await trainings.put(session, training(), NOW)
    made = put(kept.models / sha256("just made"))
    job = put(kept.trainings / str(training_id) / "job.msgpack")
    os.utime(job.parent, (LONG_AGO, LONG_AGO))
    await sweep_kept(db, kept, LONG_AGO + 1)
    assert made.is_file() and job.is_file()


async def test_of_the_spool_what_waits_to_be_sent_stays(db: Database, kept: KeptFiles) -> None:
    waits, old = put(kept.spool / "waits.jpg"), put(kept.spool / "old.jpg")
    async with db.begin() as session:
        await outbox.put(session, Send(CHAT, "sendPhoto", {}, {"photo": str(waits)}), NOW)
    await sweep_spool(db, kept.spool, LONG_AGO + 1)
    assert (waits.is_file(), old.is_file()) == (True, False)
