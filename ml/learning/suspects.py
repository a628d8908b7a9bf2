"""Labels that are likely wrong.

Of ants_bees/train with 5 % of its labels made wrong (`python -m benchmarks.teach`, means of 20 draws), 98.3 %
of these are among the tenth of all photos that is shown first, and 96.7 % with mobilenet_v2.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ml.learning.heads import Labels, Numbers
from ml.training import Guess


def rank(ids: Sequence[int], labels: Labels, out_of_fold: Numbers) -> tuple[Guess, ...]:
    """The examples whose label (n,) a head that did not learn from them doubts, the likeliest wrong first.

    By how much less likely their own label is than another, in `out_of_fold` (n, labels): the "normalised
    margin" of confident learning (Northcutt et al. 2021, doi:10.1613/jair.1.12125).
    """
    rows = np.arange(len(labels))
    others = np.array(out_of_fold)
    others[rows, labels] = -1
    likelier = others.argmax(axis=1)
    margins = out_of_fold[rows, labels] - others[rows, likelier]
    ranked = np.argsort(margins, kind="stable")
    return tuple(
        Guess(
            example=ids[index],
            label=int(likelier[index]),
            probability=float(out_of_fold[index, likelier[index]]),
        )
        for index in ranked
        if margins[index] < 0
    )
