"""What is promised of labels that were learnt from few photos, on real ones that were not learnt from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.teach import (
    DRAWS,
    OPEN,
    Photos,
    accuracy,
    draw,
    examples_of,
    learn,
    named,
    photos_of,
    suspected,
    train_side,
)
from ml.config import WorkerConfig
from ml.learning import novelty
from ml.learning.extractors import open_photo_extractor
from ml.learning.features import extract

pytestmark = [pytest.mark.shared, pytest.mark.weights]

Sets = dict[str, Photos]


@pytest.fixture(scope="module", params=["tf_efficientnet_lite0", "mobilenet_v2"])
def photos(
    request: pytest.FixtureRequest,
    prepared_starter: Path,
    prepared_shared: Path,
    shared: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Sets]:
    """Ants and bees to learn from and to ask about, and photos of other things, to each network."""
    assert prepared_starter == prepared_shared
    folder = tmp_path_factory.mktemp("teach")
    config = WorkerConfig(
        spool=folder,
        networks=prepared_shared,
        models=folder,
        weights=shared / "weights",
        classifier_model=request.param,
        device="cpu",
        threads=1,
    )
    extractor = open_photo_extractor(config)
    sets = {}
    for name in ("ants_bees/train", "ants_bees/val", "imagenet"):
        examples = examples_of(shared / "photos" / name)
        found = extract(examples, extractor, folder, OPEN, lambda done, of: None)
        sets[name.rpartition("/")[2]] = photos_of(found, extractor.near_cosine)
    yield sets


def test_at_least_94_of_100_are_told_right(photos: Sets) -> None:
    right = [accuracy(learn(train_side(photos["train"], seed), seed), photos["val"]) for seed in range(5)]
    assert np.mean(right) >= 0.94
    assert accuracy(learn(photos["train"], 0), photos["val"]) >= 0.94


def test_a_few_photos_of_each_label_are_enough_for_nine_in_ten(photos: Sets) -> None:
    drawn = [draw(photos["train"], 5, seed) for seed in range(5)]
    assert np.mean([accuracy(learn(few, 0), photos["val"]) for few in drawn]) >= 0.9


def test_other_things_are_none_of_the_labels(photos: Sets) -> None:
    train = photos["train"]
    rule = novelty.fit(train.looks, train.labels, train.groups, seed=0)
    assert named(rule, photos["val"]) >= 0.95
    assert named(rule, photos["imagenet"]) <= 0.10


def test_labels_that_were_made_wrong_are_shown_first(photos: Sets) -> None:
    assert np.mean([suspected(photos["train"], seed) for seed in DRAWS[:5]]) >= 0.8


def test_no_two_of_these_photos_are_taken_for_copies(photos: Sets) -> None:
    assert len(set(photos["imagenet"].groups)) == len(photos["imagenet"].groups)
