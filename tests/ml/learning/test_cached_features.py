"""Features of photos are computed once, kept, and computed anew where they are damaged."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from ml.config import WorkerConfig
from ml.learning.examples import Opened, open_example
from ml.learning.extractors import (
    Extractor,
    Outputs,
    open_face_extractor,
    open_photo_extractor,
)
from ml.learning.features import Cache, Extracted, extract
from ml.learning.model_file import Backbone
from ml.protocol import Box, StoredCrop
from ml.training import Example
from ml.vision.images import Limits

LIMITS = Limits(max_bytes=10_000_000, max_pixels=10_000_000)
OPEN = functools.partial(open_example, limits=LIMITS)


class MeanColour:
    """An extractor that counts what it is asked: features are a photo's mean colour, logits its size."""

    near_cosine = 1.0

    def __init__(self, stem: str = "colour") -> None:
        self.backbone = Backbone(id=stem, stem=stem, source_sha256="", dimension=3, categories=2)
        self.asked = 0

    def extract(self, examples: Sequence[Opened]) -> Outputs:
        self.asked += len(examples)
        colours = [np.asarray(one.photo).mean(axis=(0, 1)) for one in examples]
        sizes = [one.photo.size for one in examples]
        return Outputs(np.array(colours, np.float32), np.array(sizes, np.float32))


def photo(name: str) -> Image.Image:
    """A photograph that scikit-image ships."""
    return Image.fromarray(getattr(skimage.data, name)())


def example(number: int, file: Path) -> Example:
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return Example(id=number, photo=str(file), sha256=sha256, label=0)


@pytest.fixture
def examples(tmp_path: Path) -> list[Example]:
    """Six photos, each of another colour."""
    files = [tmp_path / f"{number}.png" for number in range(6)]
    for number, file in enumerate(files):
        Image.new("RGB", (20, 30), (40 * number, 0, 9)).save(file)
    return [example(number, file) for number, file in enumerate(files)]


def run(examples: Sequence[Example], extractor: Extractor, folder: Path) -> Extracted:
    return extract(examples, extractor, folder / "features", OPEN, lambda done, of: None)


def test_features_come_in_the_order_of_the_examples(examples: list[Example], tmp_path: Path) -> None:
    found = run(examples[::-1], MeanColour(), tmp_path)
    assert found.features[:, 0].tolist() == [200, 160, 120, 80, 40, 0]
    assert found.logits.tolist() == [[20, 30]] * 6
    assert [one.id for one in found.examples] == [5, 4, 3, 2, 1, 0]
    assert len({picture.pixels for picture in found.pictures}) == 6


def test_what_was_computed_is_not_computed_again(examples: list[Example], tmp_path: Path) -> None:
    first = run(examples[:4], MeanColour(), tmp_path)
    later = MeanColour()
    found = run(examples, later, tmp_path)
    assert later.asked == 2
    assert found.features[:4].tolist() == first.features.tolist()
    assert found.pictures[:4] == first.pictures


def test_a_photo_that_is_known_need_not_be_opened(examples: list[Example], tmp_path: Path) -> None:
    first = run(examples, MeanColour(), tmp_path)
    for one in examples:
        Path(one.photo).unlink()
    assert run(examples, MeanColour(), tmp_path).features.tolist() == first.features.tolist()


def test_another_network_computes_its_own(examples: list[Example], tmp_path: Path) -> None:
    run(examples, MeanColour(), tmp_path)
    other = MeanColour("other")
    run(examples, other, tmp_path)
    assert other.asked == 6


@pytest.mark.parametrize("spoil", ["cut", "flipped", "empty", "other"])
def test_a_damaged_file_is_computed_anew(examples: list[Example], tmp_path: Path, spoil: str) -> None:
    extractor = MeanColour()
    first = run(examples, extractor, tmp_path)
    file = Cache(tmp_path / "features", extractor.backbone).path(examples[2].sha256)
    whole = file.read_bytes()
    changed = bytearray(whole)
    changed[-3] ^= 64
    file.write_bytes({"cut": whole[:-9], "flipped": bytes(changed), "empty": b"", "other": b"PK\3\4"}[spoil])
    again = MeanColour()
    assert run(examples, again, tmp_path).features.tolist() == first.features.tolist()
    assert again.asked == 1
    assert file.read_bytes() == whole


def test_a_rest_of_a_write_that_was_stopped_is_not_read(examples: list[Example], tmp_path: Path) -> None:
    extractor = MeanColour()
    target = Cache(tmp_path / "features", extractor.backbone).path(examples[0].sha256)
    target.parent.mkdir(parents=True)
    target.with_name(f".{target.name}.part").write_bytes(b"half")
    run(examples, extractor, tmp_path)
    assert [file.name for file in target.parent.iterdir()] == [target.name]


def test_photos_that_cannot_be_read_are_named(examples: list[Example], tmp_path: Path) -> None:
    Path(examples[1].photo).write_bytes(b"\xff\xd8\xff no photo")
    Path(examples[4].photo).unlink()
    found = run(examples, MeanColour(), tmp_path)
    assert found.unreadable == (1, 4)
    assert [one.id for one in found.examples] == [0, 2, 3, 5]
    assert len(found.features) == len(found.pictures) == 4


def test_where_nothing_can_be_read_there_is_nothing(examples: list[Example], tmp_path: Path) -> None:
    for one in examples:
        Path(one.photo).unlink()
    found = run(examples, MeanColour(), tmp_path)
    assert found.features.shape == (0, 3)
    assert found.looks.shape == (0, 5)
    assert len(found.unreadable) == 6


def test_how_far_it_is_is_told(examples: list[Example], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    extract(examples, MeanColour(), tmp_path / "f", OPEN, lambda *step: told.append(step))
    assert told[-1] == (6, 6)
    assert told == sorted(told)


def test_a_crop_comes_with_its_face(examples: list[Example]) -> None:
    crop = StoredCrop(path="", box=Box(2, 3, 12, 18), landmarks=((4, 5),) * 5)
    opened = open_example(Example(id=1, photo=examples[0].photo, sha256="", label=0, crop=crop), LIMITS)
    assert opened.face is not None
    assert opened.face.box == crop.box


@pytest.mark.weights
def test_a_photos_features_make_the_starters_logits(starter_config: WorkerConfig, tmp_path: Path) -> None:
    file = tmp_path / "cat.png"
    photo("cat").save(file)
    extractor = open_photo_extractor(starter_config)
    found = run([example(1, file)], extractor, tmp_path)
    assert found.features.shape == (1, extractor.backbone.dimension)
    assert found.logits.shape == (1, 1000)
    assert found.looks.shape == (1, extractor.backbone.columns)
    assert extractor.backbone.stem.startswith("classifier-tf_efficientnet_lite0")


@pytest.mark.weights
def test_a_crops_features_are_the_embedders_vector(starter_config: WorkerConfig, tmp_path: Path) -> None:
    file = tmp_path / "astronaut.png"
    photo("astronaut").save(file)
    landmarks = ((207.0, 116.0), (241.0, 117.0), (224.0, 142.0), (207.0, 157.0), (239.0, 157.0))
    crop = StoredCrop(path=str(file), box=Box(175, 70, 272, 190), landmarks=landmarks)
    extractor = open_face_extractor(starter_config)
    shown = Example(id=1, photo=str(file), sha256="ab" * 32, label=0, crop=crop)
    found = run([shown], extractor, tmp_path)
    assert found.features.shape == (1, extractor.backbone.dimension)
    assert found.logits.shape == (1, 0)
    assert len(extractor.backbone.source_sha256) == 64
