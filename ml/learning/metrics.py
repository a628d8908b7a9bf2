"""How good a model is, and whether it is better than another, on photos that neither learnt from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from ml.learning.distances import Rows
from ml.training import Guess, Rival, Score

Labels = NDArray[np.int64]
Flags = NDArray[np.bool_]


def score(right: Flags) -> Score:
    """What a model gets of photos, `right` (n,) saying for each whether it was."""
    return Score(right=int(right.sum()), count=len(right))


def compare(new_right: Flags, rival_right: Flags) -> Rival:
    """Two models on the same photos, (n,) each, by McNemar's test.

    Exact, since the usual chi-squared needs more photos that only one gets right than a chat's hold-out has
    (Dietterich 1998, doi:10.1162/089976698300017197).
    """
    only_new = int((new_right & ~rival_right).sum())
    only_rival = int((~new_right & rival_right).sum())
    apart = only_new + only_rival
    return Rival(
        score=score(rival_right),
        only_new=only_new,
        only_rival=only_rival,
        p_value=float(binomtest(only_new, apart).pvalue) if apart else 1.0,
    )


def confusion(labels: Labels, taken: Labels, count: int) -> tuple[tuple[int, ...], ...]:
    """`[i][j]`: how many of label i, of `count` labels, were taken for label j; both (n,)."""
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (labels, taken), 1)
    return tuple(tuple(row) for row in table.tolist())


def mistakes(ids: Sequence[int], labels: Labels, probabilities: Rows) -> tuple[Guess, ...]:
    """The examples that are taken for another label than theirs (n,), the surest mistake first.

    `probabilities`: (n, labels).
    """
    taken, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(taken != labels)
    ranked = wrong[np.argsort(-sure[wrong], kind="stable")]
    return tuple(
        Guess(example=ids[index], label=int(taken[index]), probability=float(sure[index])) for index in ranked
    )
