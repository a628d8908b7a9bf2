"""The photo store: a file lies under its content's hash, for its owner alone."""

from __future__ import annotations

import hashlib
import math
import stat
from pathlib import Path

import pytest

from storage.errors import FilesUnavailable
from storage.photos import FolderStore

CONTENT = b"pixels"
NAME = hashlib.sha256(CONTENT).hexdigest()


def is_there(file: Path) -> bool:
    return file.exists()


def write(file: Path, content: bytes, mode: int = 0o600) -> None:
    file.write_bytes(content)
    file.chmod(mode)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "photos")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "spooled.jpg"
    file.write_bytes(CONTENT)
    return file


async def test_a_file_is_moved_in_under_its_hash(store: FolderStore, picture: Path) -> None:
    assert await store.add(picture) == NAME
    assert store.path(NAME).read_bytes() == CONTENT
    assert not is_there(picture)


async def test_the_same_content_is_kept_once(store: FolderStore, picture: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.jpg"
    again.write_bytes(CONTENT)
    assert await store.add(picture) == await store.add(again)
    assert await store.older_than(math.inf) == [NAME]
    assert not again.exists()


async def test_adding_a_file_again_mends_a_damaged_copy(
    store: FolderStore, picture: Path, tmp_path: Path
) -> None:
    await store.add(picture)
    store.path(NAME).write_bytes(b"")
    write(picture, CONTENT)
    await store.add(picture)
    assert store.path(NAME).read_bytes() == CONTENT


async def test_only_the_owner_may_read_what_is_kept(
    store: FolderStore, picture: Path, tmp_path: Path
) -> None:
    write(picture, CONTENT, mode=0o644)
    await store.add(picture)
    kept = [tmp_path / "photos", *(tmp_path / "photos").rglob("*")]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in kept if path.is_dir()}
    assert modes == {0o700}
    assert stat.S_IMODE(store.path(NAME).stat().st_mode) == 0o600


async def test_a_removed_file_is_gone_and_may_be_removed_again(store: FolderStore, picture: Path) -> None:
    await store.add(picture)
    await store.remove([NAME])
    await store.remove([NAME])
    assert not is_there(store.path(NAME))


@pytest.mark.parametrize("name", ["../../etc/passwd", "", NAME.upper(), NAME + "0", NAME + "\n"])
async def test_a_name_that_is_no_hash_leads_nowhere(store: FolderStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        await store.remove([name])


async def test_a_store_that_takes_no_file_is_one_sentence(picture: Path, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file where the folder should be")
    with pytest.raises(FilesUnavailable, match=r"cannot take a file: .*\."):
        await FolderStore(tmp_path / "occupied").add(picture)
    assert is_there(picture)


async def test_only_files_from_before_a_time_are_old(store: FolderStore, picture: Path) -> None:
    assert await store.older_than(math.inf) == []
    await store.add(picture)
    written = store.path(NAME).stat().st_mtime
    assert await store.older_than(written) == []
    assert await store.older_than(written + 1) == [NAME]
