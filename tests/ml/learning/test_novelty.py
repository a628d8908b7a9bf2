"""What is unlike everything learnt is none of the labels, by a limit from the chat's own photos."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from ml.learning import novelty
from ml.learning.distances import Rows, unit_rows
from ml.learning.heads import Labels
from ml.learning.model_file import Backbone, ChatModel, Head, Measured, pack, unpack_looks
from ml.learning.predict import Predictor
from ml.training import Score

COLUMNS = 200


def around(middle: int, count: int, seed: int, noise: float = 1.0) -> Rows:
    """Looks of photos around one point of several, more or less alike."""
    random = np.random.default_rng(seed)
    mean = np.random.default_rng(1000 + middle).normal(size=COLUMNS)
    scale = noise * random.uniform(0.5, 1.0, size=(count, 1))
    return unit_rows((mean + scale * random.normal(size=(count, COLUMNS))).astype(np.float32))


def predictor(looks: Rows, labels: Labels, groups: list[int] | None = None) -> Predictor:
    rule = novelty.fit(looks, labels, groups or list(range(len(looks))), seed=0)
    head = Head(weight=pack(np.zeros((2, COLUMNS))), bias=pack(np.zeros(2)), none=rule)
    return Predictor(
        ChatModel(
            kind="labels",
            method="head",
            labels=("ants", "bees"),
            backbone=Backbone(id="", stem="", source_sha256="", dimension=COLUMNS),
            judged=head,
            used=head,
            measured=Measured(score=Score(right=0, count=0), confusion=()),
            fingerprint="",
        )
    )


def two_labels(each: int, seed: int = 0) -> tuple[Rows, Labels]:
    looks = np.concatenate([around(0, each, seed), around(1, each, seed + 1)])
    return looks, np.repeat(np.arange(2), each)


@pytest.mark.parametrize("each", [5, 20, 100])
def test_other_photos_of_the_labels_are_kept_and_strange_ones_are_not(each: int) -> None:
    model = predictor(*two_labels(each))
    own, _ = two_labels(200, seed=7)
    strange = np.concatenate([around(middle, 20, seed=3) for middle in range(2, 12)])
    assert model.is_none(own).mean() < 0.06
    assert model.is_none(strange).mean() > 0.95


def test_photos_of_one_group_do_not_vouch_for_each_other() -> None:
    looks, labels = two_labels(10)
    twice, groups = np.repeat(looks, 2, axis=0), np.repeat(np.arange(20), 2).tolist()
    apart = novelty.fit(twice, np.repeat(labels, 2), list(range(40)), seed=0)
    together = novelty.fit(twice, np.repeat(labels, 2), groups, seed=0)
    assert apart.threshold < together.threshold


def test_of_many_photos_an_even_share_of_each_label_is_kept() -> None:
    looks = np.concatenate([around(0, 900, seed=0), around(1, 200, seed=1), around(2, 50, seed=2)])
    labels = np.repeat([0, 1, 2], [900, 200, 50])
    rule = novelty.fit(looks, labels, list(range(1150)), seed=0)
    kept = unpack_looks(rule.references, COLUMNS)
    nearest = (kept @ looks.T).argmax(axis=1)
    assert len(kept) == novelty.MOST_REFERENCES
    assert np.bincount(labels[nearest]).tolist() == [750, 200, 50]


def test_photos_that_are_all_of_one_group_make_no_rule() -> None:
    looks, labels = two_labels(3)
    rule = novelty.fit(looks, labels, [0] * 6, seed=0)
    assert rule.references == b""
    assert not predictor(looks, labels, [0] * 6).is_none(around(5, 3, seed=0)).any()


def test_photos_that_are_all_the_same_have_a_limit() -> None:
    looks = np.repeat(around(0, 1, seed=0), 10, axis=0)
    rule = novelty.fit(looks, np.array([0, 1] * 5), list(range(10)), seed=0)
    assert rule.threshold > 0


def test_with_many_photos_the_limit_is_one_of_their_distances() -> None:
    distances = np.linspace(0.1, 0.5, 400)
    assert novelty.limit(distances) in distances
    assert (distances <= novelty.limit(distances)).mean() == pytest.approx(novelty.KEPT, abs=0.003)


def test_with_few_photos_the_limit_is_beyond_them() -> None:
    distances = np.array([0.2, 0.25, 0.3, 0.22, 0.28])
    assert distances.max() < novelty.limit(distances) < 1


def test_the_same_photos_make_the_same_rule() -> None:
    first, again = (novelty.fit(*two_labels(30), list(range(60)), seed=2) for _ in range(2))
    assert msgspec.msgpack.encode(first) == msgspec.msgpack.encode(again)


def test_photos_that_the_network_was_fitted_to_do_not_set_the_limit() -> None:
    known, labels = two_labels(30)
    fitted = np.concatenate([around(0, 30, seed=5, noise=0.05), around(1, 30, seed=6, noise=0.05)])
    looks, all_labels = np.concatenate([fitted, known]), np.concatenate([labels, labels])
    groups, unknown = list(range(120)), np.arange(60, 120)
    careless = novelty.fit(looks, all_labels, groups, seed=0)
    careful = novelty.fit(looks, all_labels, groups, seed=0, asked=unknown)
    alone = novelty.fit(known, labels, groups[:60], seed=0)
    assert careful.threshold > careless.threshold
    assert careful.threshold <= alone.threshold
