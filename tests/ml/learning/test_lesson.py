"""The pre-flight: which photos stay, on which side, and whether they are enough."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from ml.learning.distances import Rows
from ml.learning.duplicates import Picture
from ml.learning.examples import Opened
from ml.learning.extractors import Outputs
from ml.learning.features import Extracted
from ml.learning.lesson import LEAST_IN_ALL, Lesson, examine
from ml.learning.model_file import Backbone
from ml.training import Example, LabelCount, Preflight, Side, TrainingJob

COLUMNS = 64


class NoNetwork:
    """Stands for the network that saw the photos: what it saw is made up."""

    backbone = Backbone(id="none", stem="none", source_sha256="", dimension=COLUMNS)
    near_cosine = 0.9

    def extract(self, examples: Sequence[Opened]) -> Outputs:
        raise AssertionError("everything was seen")


def seen(examples: Sequence[Example]) -> Extracted:
    """Examples of one sha256 are one picture; all others are unlike each other."""
    pictures = [Picture(one.sha256.encode(), bytes(8)) for one in examples]
    random = [np.random.default_rng(list(one.sha256.encode())).normal(size=COLUMNS) for one in examples]
    features: Rows = np.array(random, np.float32).reshape(-1, COLUMNS)
    nothing = np.zeros((len(examples), 0), np.float32)
    return Extracted(tuple(examples), features, nothing, tuple(pictures), ())


def examples_of(*counts: int) -> list[Example]:
    labels = [label for label, count in enumerate(counts) for _ in range(count)]
    return [
        Example(id=n, photo=f"{n}.jpg", sha256=f"{n:064d}", label=label) for n, label in enumerate(labels)
    ]


def examined(examples: Sequence[Example], labels: int) -> tuple[Preflight, Lesson]:
    names = tuple(f"label {number}" for number in range(labels))
    job = TrainingJob(kind="labels", labels=names, examples=tuple(examples))
    return examine(job, seen(examples), NoNetwork())


def test_a_fifth_of_each_label_is_held_out() -> None:
    preflight, lesson = examined(examples_of(20, 10), 2)
    assert preflight.counts == (LabelCount(0, train=16, held_out=4), LabelCount(1, train=8, held_out=2))
    assert preflight.enough
    assert not set(lesson.train) & set(lesson.held_out)


@pytest.mark.parametrize("counts", [(), (20,), (20, 4), (20, 0), (1, 1)])
def test_fewer_than_two_labels_or_five_photos_are_not_enough(counts: tuple[int, ...]) -> None:
    preflight, _ = examined(examples_of(*counts), len(counts))
    assert not preflight.enough


def test_copies_of_one_picture_are_not_enough() -> None:
    examples = [msgspec.structs.replace(one, sha256="0" * 64) for one in examples_of(5, 5)]
    preflight, _ = examined(examples, 2)
    assert not preflight.enough
    assert len(preflight.duplicates) == 9


def test_of_copies_the_one_stays_that_has_a_side() -> None:
    examples = examples_of(6, 6)
    again = msgspec.structs.replace(examples[0], id=99, side="held_out")
    preflight, _ = examined([*examples, again], 2)
    assert preflight.duplicates == (examples[0].id,)
    assert preflight.sides[99] == "held_out"


def test_an_album_stays_together() -> None:
    examples = examples_of(10, 10)
    album = [msgspec.structs.replace(one, album="a") for one in examples[:4]]
    preflight, _ = examined([*album, *examples[4:]], 2)
    assert preflight.kept_together == 4
    assert len({preflight.sides[one.id] for one in album}) == 1


@pytest.mark.parametrize(("each", "is_enough"), [(24, False), (LEAST_IN_ALL, True)])
def test_tuning_takes_more_photos_than_a_head(each: int, is_enough: bool) -> None:
    _, lesson = examined(examples_of(each, each), 2)
    assert lesson.is_enough
    assert lesson.is_enough_to_tune == is_enough


def test_tuning_takes_more_photos_of_each_label() -> None:
    _, lesson = examined(examples_of(LEAST_IN_ALL * 2, 20), 2)
    assert not lesson.is_enough_to_tune


def test_sides_are_kept() -> None:
    sides: list[Side] = ["held_out", "train", "train", "held_out", "train", "train"] * 2
    pairs = zip(examples_of(6, 6), sides, strict=True)
    given = [msgspec.structs.replace(one, side=side) for one, side in pairs]
    preflight, _ = examined(given, 2)
    assert list(preflight.sides.values()) == sides
