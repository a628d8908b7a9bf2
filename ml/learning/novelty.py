"""When a photo is none of the labels: where it looks like no photo that was learnt from.

The limit comes from the chat's own photos, each held against those of other groups, so that nothing needs to
be known of what else people may send.

By `python -m benchmarks.teach`, learning 5, 10, 20, 50 and all 122 photos of each label of ants_bees/train,
means of 20 draws, in % of ants_bees/val kept | of photos/imagenet named:
  starter's network  95.1, 94.3, 95.2, 97.4, 97.4 | 16.1, 5.2, 3.1, 4.7, 5.0
  mobilenet_v2       96.1, 96.9, 96.9, 97.8, 99.3 | 32.7, 23.1, 7.5, 6.1, 7.0
With all, by the features alone, without what the network takes a photo for: 97.4 | 8.0, and 96.1 | 16.0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t as student

from ml.learning.distances import Rows, neighbour_distances
from ml.learning.heads import Labels, Numbers
from ml.learning.model_file import NoneRule, pack_looks

# One may be the very same scene; with five photos of a label, more than three are hardly alike.
NEIGHBOURS = 3
# Some 5 kB each, and each photo that is asked about is held against all.
MOST_REFERENCES = 1000
# From this many distances on, the limit is one of them: the least that at least this share is within.
COUNTED_FROM = 100
KEPT = 0.97
# With fewer, it is where the next would be within with this probability, were their logits normal. A
# little more, for the few photos differ less among themselves than those to come.
KEPT_OF_FEW = 0.99
# For photos that are all the same.
_LEAST = 1e-3


def fit(
    looks: Rows, labels: Labels, groups: Sequence[int], seed: int, asked: Labels | None = None
) -> NoneRule:
    """The rule for looks (n, columns) that were learnt from, with their labels (n,) and groups.

    Where the network was itself fitted to some of these photos, the limit comes from the others, whose
    positions are `asked`. Without at least two photos that another group can be held against, there is no
    rule.
    """
    chosen = _references(labels, seed)
    of_groups = np.asarray(groups)
    similarities = looks @ looks[chosen].T
    similarities[of_groups[:, None] == of_groups[chosen][None, :]] = -np.inf
    comparable = np.isfinite(similarities).any(axis=1)
    if asked is not None:
        comparable &= np.isin(np.arange(len(looks)), asked)
    if comparable.sum() < 2:
        return NoneRule()
    distances = neighbour_distances(similarities[comparable], NEIGHBOURS).astype(np.float64)
    return NoneRule(
        references=pack_looks(looks[chosen]),
        neighbours=NEIGHBOURS,
        threshold=max(_LEAST, limit(distances)),
    )


def limit(distances: Numbers) -> float:
    """The distance that another photo of the labels should be within, by those of the photos there are, (n,).

    There must be two.
    With many, by counting (as in conformal prediction); with few, the prediction bound of a normal
    distribution, on the logits of distances between 0 and 1.
    """
    count = len(distances)
    if count >= COUNTED_FROM:
        rank = int(np.ceil((count + 1) * KEPT))
        return float(np.sort(distances)[rank - 1])
    places = logit(np.clip(distances, _LEAST, 1 - _LEAST))
    spread = places.std(ddof=1) * np.sqrt(1 + 1 / count)
    return float(expit(places.mean() + student.ppf(KEPT_OF_FEW, count - 1) * spread))


def _references(labels: Labels, seed: int) -> Labels:
    """Which photos are references: all, or as many as there may be, evenly of all labels."""
    order = np.random.default_rng(seed).permutation(len(labels))
    rank = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        of_label = order[labels[order] == label]
        rank[of_label] = np.arange(len(of_label))
    return np.sort(np.argsort(rank, kind="stable")[:MOST_REFERENCES])
