"""Whether a new model is put in use."""

from __future__ import annotations

import pytest

from bot.usecases.training.judging import most_frequent, verdict
from ml.training import Rival, Score, Trained


def trained(right: int, rival_right: int | None = None, *, per_label: tuple[int, ...] = (10, 10)) -> Trained:
    """A model that gets so many of the photos held out right, beside one in use."""
    count = sum(per_label)
    rival = None
    if rival_right is not None:
        rival = Rival(score=Score(right=rival_right, count=count), only_new=0, only_rival=0, p_value=1.0)
    return Trained(
        model="a" * 64,
        network="",
        backbone="b",
        method="head",
        score=Score(right=right, count=count),
        live=rival,
        other=None,
        confusion=tuple(
            tuple(held_out if column == row else 0 for column in range(len(per_label)))
            for row, held_out in enumerate(per_label)
        ),
        mistakes=(),
        suspects=(),
        picture="",
        fingerprint="f",
        seconds=1.0,
    )


@pytest.mark.parametrize(
    ("new", "old", "expected"), [(18, 17, "not_worse"), (17, 17, "not_worse"), (16, 17, "worse")]
)
def test_the_better_of_two_is_used_and_the_new_one_where_they_are_equal(
    new: int, old: int, expected: str
) -> None:
    assert verdict(trained(new, old), has_live=True, is_current=True) == expected


def test_the_first_model_is_used_where_it_beats_guessing() -> None:
    assert verdict(trained(11), has_live=False, is_current=True) == "first"


def test_a_first_model_that_only_guesses_is_not_used() -> None:
    always_the_first = trained(8, per_label=(8, 2))
    assert verdict(always_the_first, has_live=False, is_current=True) == "no_better_than_guessing"


def test_a_model_of_labels_that_are_gone_is_not_used_however_good() -> None:
    assert verdict(trained(20, 1), has_live=True, is_current=False) == "outdated"


def test_a_model_in_use_that_cannot_run_any_more_does_not_stop_a_new_one() -> None:
    assert verdict(trained(15), has_live=True, is_current=True) == "first"


def test_the_most_frequent_label_is_that_of_the_photos_held_out() -> None:
    assert most_frequent(trained(0, per_label=(3, 7, 5))) == 7
