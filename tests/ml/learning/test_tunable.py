"""What of a network is tuned, and how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.config import WorkerConfig
from ml.learning.tunable import (
    CPU_OPERATIONS,
    LEAST_EPOCHS,
    MOST_AN_EPOCH,
    MOST_EPOCHS,
    SHARE,
    last_blocks,
    operations_of,
    plan,
)
from ml.weights.features import last_layer
from ml.weights.modules import Blueprint, build
from ml.weights.sources import choose

# EfficientNet-Lite0 at 224 pixels.
OPERATIONS = 0.77e9


@pytest.fixture
def blueprint(tmp_path: Path) -> Blueprint:
    folders = WorkerConfig(spool=tmp_path, networks=tmp_path, weights=tmp_path, models=tmp_path)
    (recipe,) = choose(folders, "classifier").recipes
    return build(recipe)


@pytest.mark.weights
def test_the_end_of_the_backbone_is_tuned_and_imagenets_layer_is_not(blueprint: Blueprint) -> None:
    tuned = last_blocks(blueprint)
    last = {id(parameter) for parameter in last_layer(blueprint.module).parameters()}
    backbone = sum(p.numel() for p in blueprint.module.parameters() if id(p) not in last)
    assert 0.8 * SHARE * backbone < sum(p.numel() for p in tuned) <= SHARE * backbone
    assert not last & {id(parameter) for parameter in tuned}
    names = {id(parameter): name for name, parameter in blueprint.module.named_parameters()}
    assert {names[id(parameter)].split(".")[1] for parameter in tuned} == {"bn2", "conv_head", "blocks"}


@pytest.mark.weights
def test_operations_are_those_that_its_authors_name(blueprint: Blueprint) -> None:
    # 407 million multiply-adds, says EfficientNet-Lite's README; two operations each.
    assert operations_of(blueprint) == pytest.approx(2 * 407e6, rel=0.1)


def test_a_few_photos_are_all_shown_in_every_epoch() -> None:
    assert plan(OPERATIONS, 100, 25, on_gpu=False) == (plan(OPERATIONS, 100, 25, on_gpu=True))
    longest = plan(OPERATIONS, 100, 25, on_gpu=True)
    assert longest is not None
    assert (longest.epochs, longest.per_epoch) == (MOST_EPOCHS, 100)


@pytest.mark.parametrize("learnt", [500, 5_000, 50_000])
def test_many_photos_cost_no_more_than_a_few_minutes(learnt: int) -> None:
    chosen = plan(OPERATIONS, learnt, 100, on_gpu=False)
    assert chosen is not None
    assert chosen.per_epoch <= MOST_AN_EPOCH
    assert chosen.epochs * (chosen.per_epoch + 100) * OPERATIONS <= CPU_OPERATIONS


def test_a_network_that_is_too_slow_for_the_processor_is_tuned_shorter_or_not_at_all() -> None:
    shorter = plan(5 * OPERATIONS, 200, 50, on_gpu=False)
    assert shorter is not None
    assert LEAST_EPOCHS <= shorter.epochs < MOST_EPOCHS
    assert plan(100 * OPERATIONS, 200, 50, on_gpu=False) is None
    assert plan(100 * OPERATIONS, 200, 50, on_gpu=True) is not None
