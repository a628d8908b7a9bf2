"""Copies of a picture are found, and nothing else is."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import skimage.data
from PIL import Image, ImageEnhance

from ml.learning.distances import Rows
from ml.learning.duplicates import NEAR_COSINE, Picture, group, picture_of

NAMES = ("cat", "coffee", "rocket", "astronaut")


def photo(name: str) -> Image.Image:
    """A photograph that scikit-image ships."""
    return Image.fromarray(getattr(skimage.data, name)())


def compressed(picture: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=30)
    return Image.open(stream).convert("RGB")


def halved(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BICUBIC)


def brightened(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(1.2)


def apart(count: int) -> Rows:
    """Features that are not alike at all."""
    return np.eye(count, dtype=np.float32)


def different(count: int) -> list[Picture]:
    return [picture_of(photo(name)) for name in NAMES[:count]]


def test_only_the_very_same_pixels_are_the_same_picture() -> None:
    cat = photo("cat")
    assert picture_of(cat) == picture_of(cat.copy())
    assert picture_of(cat).pixels != picture_of(compressed(cat)).pixels


def test_the_same_bytes_in_another_shape_are_another_picture() -> None:
    wide, high = (Image.new("RGB", size) for size in ((40, 20), (20, 40)))
    assert picture_of(wide).pixels != picture_of(high).pixels


def grouped(
    pictures: Sequence[Picture],
    features: Rows | None = None,
    albums: Sequence[str] | None = None,
    labels: Sequence[int] | None = None,
) -> list[int]:
    """Groups of pictures; unless said otherwise nothing is alike, of an album, or of one label."""
    count = len(pictures)
    found = group(
        pictures,
        apart(count) if features is None else features,
        albums or [""] * count,
        np.array(labels or range(count)),
        NEAR_COSINE,
    )
    return [int(number) for number in found]


@pytest.mark.parametrize("changed", [compressed, halved, brightened])
def test_a_worse_copy_is_a_near_copy(changed: Callable[[Image.Image], Image.Image]) -> None:
    pictures = [picture_of(photo(name)) for name in ("cat", "coffee")]
    assert grouped([*pictures, picture_of(changed(photo("cat")))]) == [0, 1, 0]


def test_different_photos_are_no_copies() -> None:
    assert grouped(different(4)) == [0, 1, 2, 3]


def test_plain_pictures_are_no_copies_for_being_plain() -> None:
    plain = [picture_of(Image.new("RGB", (64, 64), colour)) for colour in ("red", "green", "#808080")]
    assert grouped(plain) == [0, 1, 2]


def test_features_that_hardly_differ_make_a_copy() -> None:
    features = np.array([[1, 0, 0], [1, 0.2, 0], [0, 1, 0]], np.float32)
    assert grouped(different(3), features) == [0, 0, 1]


def test_copies_of_copies_are_copies() -> None:
    turned = np.array([0, 25, 50]) * np.pi / 180
    features = np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)
    assert grouped(different(3), features) == [0, 0, 0]


def test_an_album_joins_groups_and_no_album_joins_nothing() -> None:
    copy = picture_of(compressed(photo("astronaut")))
    albums, labels = ["a", "a", "", "a", ""], [0, 0, 0, 1, 1]
    assert grouped([*different(4), copy], albums=albums, labels=[0, 0, 0, 1, 2]) == [0, 0, 1, 0, 0]
    assert grouped(different(4), albums=albums[:4], labels=labels[:4]) == [0, 0, 1, 0]


def test_an_album_that_is_all_of_a_label_is_not_kept_together() -> None:
    copy = picture_of(compressed(photo("cat")))
    found = grouped([*different(4), copy], albums=["a", "a", "b", "", "a"], labels=[0, 0, 1, 1, 0])
    assert found == [0, 1, 2, 3, 0]


def test_photos_that_are_all_alike_to_the_network_are_kept_apart() -> None:
    features = np.array([[1, 0], [1, 0.01], [1, 0.02], [0, 1]], np.float32)
    assert grouped(different(4), features, labels=[0, 0, 1, 1]) == [0, 1, 2, 3]


def test_a_label_of_one_picture_stays_one_group() -> None:
    cat = photo("cat")
    copies = [picture_of(cat), picture_of(compressed(cat)), picture_of(halved(cat))]
    assert grouped([*copies, *different(4)[1:]], labels=[0, 0, 0, 1, 1, 1]) == [0, 0, 0, 1, 2, 3]
