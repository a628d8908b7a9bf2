"""Heads learn what can be told apart, are as sure as they are right, and are the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.learning.distances import Rows, unit_rows
from ml.learning.heads import FOLDS, STRENGTHS, Fitted, Labels, choose, fit, fit_asking, fit_temperature
from ml.learning.model_file import unpack

COLUMNS = 300


def made_up(count: int, each: int, noise: float, seed: int = 0) -> tuple[Rows, Labels]:
    """Looks of `count` labels around a mean of each, with noise that is `noise` times as long as the mean."""
    random = np.random.default_rng(seed)
    means = np.random.default_rng(99).normal(size=(count, COLUMNS)) / np.sqrt(COLUMNS)
    labels = np.repeat(np.arange(count), each)
    spread = random.normal(size=(len(labels), COLUMNS)) / np.sqrt(COLUMNS)
    return unit_rows((means[labels] + noise * spread).astype(np.float32)), labels


def learnt(looks: Rows, labels: Labels, count: int, seed: int = 0) -> Fitted:
    return fit(looks, labels, range(len(labels)), count, seed)


def accuracy(fitted: Fitted, looks: Rows, labels: Labels) -> float:
    return float((fitted.linear.logits(looks.astype(np.float64)).argmax(axis=1) == labels).mean())


@pytest.mark.parametrize(("count", "each"), [(2, 5), (2, 100), (10, 20), (50, 5)])
def test_labels_that_are_apart_are_told_apart(count: int, each: int) -> None:
    fitted = learnt(*made_up(count, each, noise=1.0), count)
    assert accuracy(fitted, *made_up(count, 20, noise=1.0, seed=1)) > 0.97


def test_the_same_photos_give_the_same_head() -> None:
    looks, labels = made_up(3, 12, noise=2.0)
    first, again = (learnt(looks, labels, 3, seed=5).as_head() for _ in range(2))
    assert first == again


def test_a_head_fits_its_file() -> None:
    looks, labels = made_up(3, 6, noise=1.0)
    fitted = learnt(looks, labels, 3)
    head = fitted.as_head()
    logits = looks @ unpack(head.weight, COLUMNS).T + unpack(head.bias, 3)
    assert np.abs(logits - fitted.linear.logits(looks.astype(np.float64))).max() < 1e-4
    assert head.temperature == fitted.temperature


def test_out_of_fold_probabilities_know_nothing_of_the_photo_itself() -> None:
    looks, _ = made_up(2, 40, noise=1.0)
    coin = np.random.default_rng(1).integers(0, 2, 80)
    fitted = learnt(looks, coin, 2)
    assert accuracy(fitted, looks, coin) > 0.6
    assert 0.3 < (fitted.out_of_fold.argmax(axis=1) == coin).mean() < 0.7
    assert fitted.out_of_fold.sum(axis=1) == pytest.approx(np.ones(80))


def test_photos_of_one_group_are_not_learnt_from_when_one_is_asked_about() -> None:
    looks, _ = made_up(2, 40, noise=3.0)
    twice, coin = np.repeat(looks, 2, axis=0), np.repeat(np.random.default_rng(1).integers(0, 2, 80), 2)
    apart = fit(twice, coin, range(160), 2, seed=0)
    together = fit(twice, coin, np.repeat(np.arange(80), 2).tolist(), 2, seed=0)
    assert (apart.out_of_fold.argmax(axis=1) == coin).mean() > 0.9
    assert (together.out_of_fold.argmax(axis=1) == coin).mean() < 0.7


def test_it_is_as_sure_as_it_is_right() -> None:
    fitted = learnt(*made_up(4, 100, noise=4.0), 4)
    looks, labels = made_up(4, 500, noise=4.0, seed=1)
    logits = fitted.linear.logits(looks.astype(np.float64)) / fitted.temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    sure = (powers / powers.sum(axis=1, keepdims=True)).max(axis=1).mean()
    assert sure == pytest.approx(accuracy(fitted, looks, labels), abs=0.05)


def test_a_rare_label_is_not_drowned() -> None:
    looks, labels = made_up(2, 200, noise=3.0)
    kept = np.concatenate([np.arange(200), np.arange(200, 210)])
    fitted = learnt(looks[kept], labels[kept], 2)
    others, of_others = made_up(2, 200, noise=3.0, seed=1)
    found = fitted.linear.logits(others.astype(np.float64)).argmax(axis=1)
    assert (found[of_others == 1] == 1).mean() > 0.6


def test_a_label_whose_photos_are_one_group_is_learnt() -> None:
    looks, labels = made_up(3, 6, noise=1.0)
    groups = [0] * 6 + list(range(1, 13))
    fitted = fit(looks, labels, groups, 3, seed=0)
    assert accuracy(fitted, looks, labels) == 1.0
    assert np.isfinite(fitted.out_of_fold).all()


def test_two_groups_are_enough() -> None:
    looks, labels = made_up(2, 5, noise=1.0)
    fitted = fit(looks, labels, labels.tolist(), 2, seed=0)
    assert accuracy(fitted, looks, labels) == 1.0


def test_more_regularisation_is_taken_where_less_is_hardly_better() -> None:
    labels = np.array([0, 1] * 20)
    random = np.random.default_rng(0).normal(size=(3, 40, 2))
    best = np.where(np.eye(2)[labels] > 0, 1.0, -1.0) + random[0]
    hardly_worse, much_worse = best + 0.2 * random[1], random[2]
    strength, _ = choose({0.1: much_worse, 1.0: hardly_worse, 10.0: best}, labels)
    assert strength == 1.0


def test_a_temperature_undoes_what_logits_were_multiplied_by() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, 3))
    powers = np.exp(logits)
    chances = powers / powers.sum(axis=1, keepdims=True)
    labels = np.array([random.choice(3, p=row) for row in chances])
    assert fit_temperature(logits * 7, labels) == pytest.approx(7, rel=0.1)


def test_a_few_photos_that_are_all_right_make_no_certainty() -> None:
    labels = np.array([0, 1] * 5)
    logits = np.where(np.eye(2)[labels] > 0, 3.0, -3.0)
    scaled = logits / fit_temperature(logits, labels)
    sure = 1 / (1 + np.exp(-(scaled.max(axis=1) - scaled.min(axis=1))))
    assert sure.max() == pytest.approx(11 / 12, abs=0.01)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=FOLDS, max_size=24), st.integers(0, 2))
def test_any_photos_of_two_labels_give_a_head(labels: list[int], seed: int) -> None:
    given_labels = np.array([0, 1, *labels])
    looks = unit_rows(np.random.default_rng(seed).normal(size=(len(given_labels), 40)).astype(np.float32))
    fitted = learnt(looks, given_labels, 4, seed)
    assert fitted.strength in STRENGTHS
    assert np.isfinite(fitted.linear.weight).all()
    assert fitted.temperature > 0


def test_how_sure_a_head_is_comes_from_the_photos_that_its_network_does_not_know() -> None:
    known, labels = made_up(2, 40, noise=0.1)
    unknown, their_labels = made_up(2, 20, noise=4.0, seed=1)
    looks, all_labels = np.concatenate([known, unknown]), np.concatenate([labels, their_labels])
    asked = np.arange(80, 120)
    fitted = fit_asking(looks, all_labels, asked, 2)
    assert fitted.out_of_fold.shape == (40, 2)
    right = (fitted.out_of_fold.argmax(axis=1) == their_labels).mean()
    assert abs(fitted.out_of_fold.max(axis=1).mean() - right) < 0.1


def test_every_strength_that_was_tried_is_told() -> None:
    fitted = learnt(*made_up(2, 20, noise=2.0), 2)
    assert tuple(tried.strength for tried in fitted.tried) == STRENGTHS
    chosen = next(tried for tried in fitted.tried if tried.strength == fitted.strength)
    assert chosen.accuracy > 0.9
    assert chosen.loss < np.log(2)
