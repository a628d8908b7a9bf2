"""Who is held out: a fifth of each label, whole groups, and the same for ever."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.learning.split import Split, assign
from ml.training import Side

NEW: list[Side | None] = [None]


def held_of(split: Split, labels: list[int]) -> Counter[int]:
    return Counter(labels[index] for index in split.held_out)


def test_a_fifth_of_each_label_is_held_out() -> None:
    labels = [0] * 50 + [1] * 20
    split = assign(labels, range(70), NEW * 70, seed=1)
    assert held_of(split, labels) == {0: 10, 1: 4}
    assert len(split.train) == 56


@pytest.mark.parametrize("count", [2, 3, 5])
def test_of_a_few_photos_one_is_held_out(count: int) -> None:
    labels = [0] * count + [1] * count
    assert held_of(assign(labels, range(2 * count), NEW * 2 * count, seed=0), labels) == {0: 1, 1: 1}


def test_the_same_seed_splits_the_same_and_another_does_not() -> None:
    labels = [0, 1] * 30
    first, again, other = (assign(labels, range(60), NEW * 60, seed) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_sides_that_were_given_stay_and_new_photos_fill_up() -> None:
    labels = [0, 1] * 10
    first = assign(labels, range(20), NEW * 20, seed=0)
    later = assign([*labels, *labels], range(40), [*first.sides, *NEW * 20], seed=9)
    assert later.sides[:20] == first.sides
    assert held_of(later, labels * 2) == {0: 4, 1: 4}


def test_a_new_copy_follows_the_photo_it_is_like() -> None:
    labels, groups = [0] * 6 + [1] * 6, [*range(5), 4, *range(6, 11), 10]
    train: list[Side | None] = ["train"] * 4
    sides: list[Side | None] = [*train, "held_out", None, "held_out", *train, None]
    split = assign(labels, groups, sides, seed=0)
    assert (split.sides[5], split.sides[11]) == ("held_out", "train")


def test_a_photo_is_not_learnt_from_when_its_copy_is_held_out() -> None:
    labels, groups = [0, 0, 0, 1, 1, 1], [0, 0, 1, 2, 3, 4]
    sides: list[Side | None] = ["train", "held_out", "train", "held_out", "train", "train"]
    split = assign(labels, groups, sides, seed=0)
    assert split.left_out == {0}
    assert split.train == (2, 4, 5)
    assert split.sides[0] == "train"


def test_an_album_is_never_split() -> None:
    labels, groups = [0] * 10 + [1] * 10, [0] * 4 + [1] * 3 + [2] * 3 + list(range(3, 13))
    split = assign(labels, groups, NEW * 20, seed=0)
    assert {groups[index] for index in split.held_out} & {groups[index] for index in split.train} == set()
    assert held_of(split, labels)[0] == 3


def test_a_label_of_one_album_is_only_learnt_from() -> None:
    labels = [0] * 5 + [1] * 5
    split = assign(labels, [0] * 5 + list(range(1, 6)), NEW * 10, seed=0)
    assert held_of(split, labels) == {1: 1}


def test_no_label_is_held_out_whole_for_an_album_that_two_share() -> None:
    labels, groups = [0, 0, 1, 1, 1, 1], [0, 1, 1, 2, 3, 4]
    split = assign(labels, groups, NEW * 6, seed=0)
    assert {labels[index] for index in split.train} == {0, 1}


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 12), st.sampled_from([None, "train", "held_out"])),
        min_size=1,
        max_size=40,
    ),
    st.integers(0, 3),
)
def test_no_group_is_learnt_from_and_held_out(
    examples: list[tuple[int, int, Side | None]], seed: int
) -> None:
    labels, groups, sides = zip(*examples, strict=True)
    split = assign(labels, groups, sides, seed)
    assert not {groups[i] for i in split.train} & {groups[i] for i in split.held_out}
    assert all(was in (None, now) for was, now in zip(sides, split.sides, strict=True))
    assert sorted([*split.train, *split.held_out, *split.left_out]) == list(range(len(examples)))
