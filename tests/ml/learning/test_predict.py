"""A chat's model answers with calibrated probabilities, or says that a photo is none of its labels."""

from __future__ import annotations

import numpy as np
import pytest

from ml.learning.distances import looks, neighbour_distances
from ml.learning.model_file import Backbone, ChatModel, Head, Measured, NoneRule, pack, pack_looks
from ml.learning.predict import Predictor
from ml.training import Score

CAT, DOG, NEITHER = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]
NO_RULE = NoneRule()


def a_model(used: Head, judged: Head | None = None, categories: int = 0) -> ChatModel:
    return ChatModel(
        kind="labels",
        method="head",
        labels=("cat", "dog"),
        backbone=Backbone(
            id="net", stem="classifier-net", source_sha256="0" * 64, dimension=3, categories=categories
        ),
        judged=judged or used,
        used=used,
        measured=Measured(score=Score(right=0, count=0), confusion=()),
        fingerprint="",
    )


def head(temperature: float = 1.0, none: NoneRule = NO_RULE) -> Head:
    weight = np.array([CAT, DOG]) * 2
    return Head(weight=pack(weight), bias=pack(np.zeros(2)), temperature=temperature, none=none)


def rows(*values: list[float]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


def test_probabilities_follow_the_features() -> None:
    found = Predictor(a_model(head())).probabilities(rows(CAT, DOG, NEITHER))
    assert found.argmax(axis=1).tolist()[:2] == [0, 1]
    assert found[2].tolist() == pytest.approx([0.5, 0.5])
    assert found.sum(axis=1) == pytest.approx(np.ones(3))


def test_only_the_direction_of_features_counts() -> None:
    predictor = Predictor(a_model(head()))
    found = predictor.probabilities(rows(CAT, [70.0, 0.0, 0.0]))
    assert found[0] == pytest.approx(found[1])


def test_a_higher_temperature_is_less_sure() -> None:
    cold, warm = (Predictor(a_model(head(t))).probabilities(rows(CAT)).max() for t in (0.5, 2.0))
    assert warm < cold


def test_the_judged_head_answers_where_it_is_asked() -> None:
    swapped = Head(weight=pack(np.array([DOG, CAT])), bias=pack(np.zeros(2)))
    model = a_model(head(), judged=swapped)
    answers = [Predictor(model, which).probabilities(rows(CAT)).argmax() for which in ("used", "judged")]
    assert answers == [0, 1]


def test_a_photo_unlike_all_references_is_none_of_the_labels() -> None:
    rule = NoneRule(references=pack_looks(rows(CAT, DOG)), threshold=0.4)
    predictor = Predictor(a_model(head(none=rule)))
    assert predictor.is_none(rows(CAT, DOG, NEITHER)).tolist() == [False, False, True]
    assert predictor.novelty(rows(CAT, NEITHER)) == pytest.approx([0.0, 1 / 0.4], abs=1e-3)


def test_what_the_network_itself_sees_tells_labels_apart() -> None:
    cat_seen, dog_seen = [9.0, 0.0], [0.0, 9.0]
    by_what_is_seen = Head(weight=pack(np.eye(5)[3:]), bias=pack(np.zeros(2)))
    found = Predictor(a_model(by_what_is_seen, categories=2)).probabilities(
        rows(NEITHER, NEITHER), rows(cat_seen, dog_seen)
    )
    assert found.argmax(axis=1).tolist() == [0, 1]


def test_what_the_network_itself_sees_makes_a_photo_none_of_the_labels() -> None:
    cat_seen, boat_seen = [9.0, 0.0], [0.0, 9.0]
    rule = NoneRule(references=pack_looks(looks(rows(CAT), rows(cat_seen))), threshold=0.3)
    whatever = Head(weight=pack(np.zeros((2, 5))), bias=pack(np.zeros(2)), none=rule)
    predictor = Predictor(a_model(whatever, categories=2))
    assert predictor.is_none(rows(CAT, CAT), rows(cat_seen, boat_seen)).tolist() == [False, True]


def test_logits_of_no_use_to_the_model_change_nothing() -> None:
    predictor = Predictor(a_model(head()))
    with_them = predictor.probabilities(rows(CAT), rows([9.0, 0.0]))
    assert with_them.tolist() == predictor.probabilities(rows(CAT)).tolist()


def test_without_a_rule_nothing_is_none() -> None:
    assert not Predictor(a_model(head())).is_none(rows(NEITHER)).any()


def test_no_photos_have_no_answers() -> None:
    rule = NoneRule(references=pack_looks(rows(CAT, DOG)), threshold=0.4)
    predictor = Predictor(a_model(head(none=rule)))
    nothing = np.empty((0, 3), np.float32)
    assert predictor.probabilities(nothing).shape == (0, 2)
    assert predictor.is_none(nothing).shape == (0,)


def test_a_distance_is_the_mean_over_the_nearest_that_count() -> None:
    similar = rows([0.9, 0.7, 0.1], [0.5, -np.inf, -np.inf])
    assert neighbour_distances(similar, 2) == pytest.approx([0.2, 0.5])


def test_looks_without_logits_are_the_features_alone() -> None:
    assert looks(rows([3.0, 4.0, 0.0])).tolist() == [pytest.approx([0.6, 0.8, 0.0])]
