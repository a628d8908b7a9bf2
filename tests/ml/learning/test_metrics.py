"""Scores, comparisons and tables that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ml.learning import metrics
from ml.training import Score


def flags(text: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """ "1101": right, right, wrong, right."""
    return np.array([character == "1" for character in text], np.bool_)


def test_a_score_counts() -> None:
    assert metrics.score(flags("1101")) == Score(right=3, count=4)


def test_a_comparison_counts_what_only_one_gets_right() -> None:
    rival = metrics.compare(flags("111100"), flags("110010"))
    assert (rival.only_new, rival.only_rival, rival.score) == (2, 1, Score(right=3, count=6))


@pytest.mark.parametrize(
    ("only_new", "only_rival", "p_value"),
    [(5, 0, 2 / 2**5), (6, 0, 2 / 2**6), (3, 3, 1.0), (9, 1, 2 * 11 / 2**10), (0, 6, 2 / 2**6)],
)
def test_the_p_value_is_that_of_a_coin(only_new: int, only_rival: int, p_value: float) -> None:
    new = flags("1" * only_new + "0" * only_rival + "1111")
    rival = flags("0" * only_new + "1" * only_rival + "1111")
    assert metrics.compare(new, rival).p_value == pytest.approx(p_value)


def test_five_photos_to_none_are_within_chance_and_six_are_not() -> None:
    found = [metrics.compare(flags("1" * n), flags("0" * n)).within_chance for n in (5, 6)]
    assert found == [True, False]


def test_models_that_agree_are_within_chance() -> None:
    rival = metrics.compare(flags("1010"), flags("1010"))
    assert rival.p_value == 1.0
    assert rival.within_chance


def test_on_no_photos_nothing_is_better() -> None:
    rival = metrics.compare(flags(""), flags(""))
    assert (rival.score.accuracy, rival.p_value) == (0.0, 1.0)


def test_a_confusion_matrix_has_the_truth_in_its_rows() -> None:
    labels, taken = np.array([0, 0, 0, 1, 2]), np.array([0, 1, 1, 1, 0])
    assert metrics.confusion(labels, taken, 4) == ((1, 2, 0, 0), (0, 1, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0))


def test_mistakes_come_surest_first() -> None:
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]], np.float32)
    found = metrics.mistakes([7, 8, 9, 10], np.array([0, 0, 0, 1]), probabilities)
    assert [guess.example for guess in found] == [9, 10, 8]
    assert found[0].label == 1
    assert found[0].probability == pytest.approx(0.8)
