"""Labels that are likely wrong come first."""

from __future__ import annotations

import numpy as np

from ml.learning import suspects
from ml.learning.distances import unit_rows
from ml.learning.heads import fit
from ml.training import Guess


def test_the_likeliest_wrong_come_first_and_the_right_ones_not_at_all() -> None:
    out_of_fold = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.05, 0.95]])
    found = suspects.rank([5, 6, 7, 8], np.array([0, 0, 0, 0]), out_of_fold)
    assert [guess.example for guess in found] == [8, 6, 7]
    assert found[0] == Guess(example=8, label=1, probability=0.95)


def test_among_three_labels_the_likeliest_other_is_named() -> None:
    found = suspects.rank([1], np.array([1]), np.array([[0.2, 0.1, 0.7]]))
    assert found == (Guess(example=1, label=2, probability=0.7),)


def test_labels_that_nobody_doubts_are_no_suspects() -> None:
    assert suspects.rank([1, 2], np.array([0, 1]), np.eye(2)) == ()


def test_flipped_labels_are_found_by_cross_validation() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1], 100)
    means = random.normal(size=(2, 50))
    looks = unit_rows((means[labels] + 1.5 * random.normal(size=(200, 50))).astype(np.float32))
    flipped = random.choice(200, 10, replace=False)
    labels[flipped] = 1 - labels[flipped]
    fitted = fit(looks, labels, range(200), 2, seed=0)
    shown = [guess.example for guess in suspects.rank(range(200), labels, fitted.out_of_fold)][:20]
    assert len(set(shown) & set(flipped.tolist())) >= 8
