"""Pictures as they are written, and photos as they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ml.vision.images import Limits, open_photo
from ml.vision.pictures import keep
from tests.support.pictures import lying_phone_portrait, photograph

LIMITS = Limits(max_bytes=10**7, max_pixels=10**7)
SECRET = b"taken at home"


@pytest.fixture
def talkative(tmp_path: Path) -> Path:
    """A photo that says more than its pixels: comment, EXIF, XMP."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    file = tmp_path / "talkative.jpg"
    photograph("coffee").save(file, comment=SECRET, exif=exif, xmp=SECRET)
    return file


def test_a_kept_photo_is_its_pixels_and_nothing_else(talkative: Path, tmp_path: Path) -> None:
    assert talkative.read_bytes().count(SECRET) == 3
    keep(open_photo(talkative, LIMITS), tmp_path / "kept.jpg", 1024)
    assert SECRET not in (tmp_path / "kept.jpg").read_bytes()


@pytest.mark.parametrize(("longest_px", "size"), [(2000, (600, 400)), (300, (300, 200)), (1, (1, 1))])
def test_a_kept_photo_is_as_long_as_it_may_be(longest_px: int, size: tuple[int, int], tmp_path: Path) -> None:
    kept = keep(photograph("coffee"), tmp_path / "kept.jpg", longest_px)
    assert (kept.width, kept.height) == size
    assert kept.bytes == (tmp_path / "kept.jpg").stat().st_size


def test_the_same_photo_is_kept_as_the_same_bytes(talkative: Path, tmp_path: Path) -> None:
    for name in ("one.jpg", "two.jpg"):
        keep(open_photo(talkative, LIMITS), tmp_path / name, 300)
    assert (tmp_path / "one.jpg").read_bytes() == (tmp_path / "two.jpg").read_bytes()


def test_a_photo_is_kept_upright(tmp_path: Path) -> None:
    name, data = lying_phone_portrait()
    (tmp_path / name).write_bytes(data)
    kept = keep(open_photo(tmp_path / name, LIMITS), tmp_path / "kept.jpg", 256)
    assert (kept.width, kept.height) == (200, 256)
