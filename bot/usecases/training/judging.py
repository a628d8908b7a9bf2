"""Whether a new model is put in use: a pure rule.

It is, unless it gets fewer of the photos held out right than the model in use does. Both are judged by heads
that learnt from none of these photos, so that the comparison is fair; with few of them it is not precise,
which is said (`Rival.within_chance`). Equal is enough: the new one has learnt from newer photos.
"""

from __future__ import annotations

from bot.usecases.training.values import Verdict
from ml.training import Trained


def verdict(trained: Trained, *, has_live: bool, is_current: bool) -> Verdict:
    """What becomes of a model. `is_current`: its labels are still the chat's."""
    if not is_current:
        return "outdated"
    if has_live and trained.live is not None:
        return "not_worse" if trained.score.right >= trained.live.score.right else "worse"
    # The one in use, if there is one, stands on networks that are gone.
    return "first" if trained.score.right > most_frequent(trained) else "no_better_than_guessing"


def most_frequent(trained: Trained) -> int:
    """How many of the photos held out always saying one label would get right, at best."""
    return max((sum(row) for row in trained.confusion), default=0)
