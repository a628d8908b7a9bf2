"""A photo on which processes died is not opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from ml.errors import BadPhoto
from ml.learning.caution import CarefulOpener
from ml.training import Example
from ml.vision.images import Limits
from tests.ml.learning.jobs import example
from tests.support.lessons import photos_of

LIMITS = Limits(max_bytes=10_000_000, max_pixels=10_000_000)


@pytest.fixture
def photo(tmp_path: Path) -> Example:
    (path,) = photos_of(0, 1, tmp_path)
    return example(1, path, 0)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "opening.json"


def die_at(photo: Example, note: Path) -> None:
    """What a process leaves that dies while it opens the photo."""
    CarefulOpener(note, LIMITS)(photo)
    noted = msgspec.json.decode(note.read_bytes(), type=dict[str, Any])
    note.write_bytes(msgspec.json.encode({**noted, "opening": photo.sha256}))


def test_a_photo_opens_as_long_as_nobody_died(photo: Example, note: Path) -> None:
    for _ in range(3):
        assert CarefulOpener(note, LIMITS)(photo).photo.mode == "RGB"


def test_one_death_may_be_chance_and_two_are_not(photo: Example, note: Path) -> None:
    die_at(photo, note)
    assert CarefulOpener(note, LIMITS)(photo).photo.mode == "RGB"
    die_at(photo, note)
    with pytest.raises(BadPhoto, match="damaged"):
        CarefulOpener(note, LIMITS)(photo)


def test_a_photo_that_cannot_be_read_kills_nobody(photo: Example, note: Path) -> None:
    Path(photo.photo).write_bytes(b"no photo")
    for _ in range(3):
        with pytest.raises(BadPhoto, match="not_an_image"):
            CarefulOpener(note, LIMITS)(photo)


def test_a_torn_note_tells_of_nobody(photo: Example, note: Path) -> None:
    note.write_bytes(b'{"deaths":{"')
    assert CarefulOpener(note, LIMITS)(photo).photo.mode == "RGB"
