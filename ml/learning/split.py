"""Who is learnt from and who is held out to test: decided once for each photo, and kept.

A photo that was held out is never learnt from later, and the other way round: only so can a model be compared
with an earlier one on photos that neither knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ml.training import Side

HELD_OUT = 0.2


@dataclass(frozen=True)
class Split:
    """The side of each example, and which of the train side must not be learnt from all the same: those of
    which a near copy, or another photo of their album, is held out already."""

    sides: tuple[Side, ...]
    left_out: frozenset[int]

    @property
    def train(self) -> tuple[int, ...]:
        """The positions of those to learn from."""
        kept = (index for index, side in enumerate(self.sides) if side == "train")
        return tuple(index for index in kept if index not in self.left_out)

    @property
    def held_out(self) -> tuple[int, ...]:
        """The positions of those to test with."""
        return tuple(index for index, side in enumerate(self.sides) if side == "held_out")


def assign(labels: Sequence[int], groups: Sequence[int], given: Sequence[Side | None], seed: int) -> Split:
    """Sides for examples with labels and groups, n each; `given` is where an earlier training put them.

    Of each label a fifth is held out, and one at least, as far as whole groups allow: a label whose photos
    are all of one group is only learnt from. New photos follow those of their group. The same input gives the
    same sides.
    """
    plan = _Plan(labels, groups, given)
    order = np.random.default_rng(seed).permutation(plan.free).tolist()
    # The rarest first: they have the fewest groups to choose from.
    for label in sorted(plan.totals, key=lambda label: (plan.totals[label], label)):
        plan.hold_out(label, max(1, round(HELD_OUT * plan.totals[label])), order)
    sides: tuple[Side, ...] = tuple(
        side or ("held_out" if group in plan.held_out else "train")
        for group, side in zip(groups, given, strict=True)
    )
    mixed = (i for i, group in enumerate(groups) if sides[i] == "train" and group in plan.held_out)
    return Split(sides=sides, left_out=frozenset(mixed))


class _Plan:
    """Which groups are held out so far.

    `sizes`: how many photos of each label are in a group. `totals` and `held`: how many there are of each
    label, and how many of these in groups that are held out. `free`: the groups of which no photo has a side.
    """

    def __init__(self, labels: Sequence[int], groups: Sequence[int], given: Sequence[Side | None]) -> None:
        self.totals = Counter(labels)
        self.held: Counter[int] = Counter()
        self.held_out: set[int] = set()
        self.sizes: dict[int, Counter[int]] = {}
        for label, group in zip(labels, groups, strict=True):
            self.sizes.setdefault(group, Counter())[label] += 1
        sides = set(zip(groups, given, strict=True))
        sided = {group for group, side in sides if side is not None}
        self.free = [group for group in self.sizes if group not in sided]
        for group in sorted(group for group, side in sides if side == "held_out"):
            self._add(group)

    def hold_out(self, label: int, count: int, order: Iterable[int]) -> None:
        """Holds free groups out, in that order, until `count` of the label are, or no group fits any more."""
        candidates = [group for group in order if self.sizes[group][label] and group not in self.held_out]
        for group in candidates:
            if self.sizes[group][label] <= count - self.held[label] and self._leaves_some(group):
                self._add(group)
        possible = [group for group in candidates if self._leaves_some(group)]
        if possible and not self.held[label]:
            self._add(min(possible, key=lambda group: self.sizes[group][label]))

    def _add(self, group: int) -> None:
        self.held_out.add(group)
        self.held.update(self.sizes[group])

    def _leaves_some(self, group: int) -> bool:
        """Whether photos of each of the group's labels would remain to be learnt from."""
        sizes = self.sizes[group].items()
        return all(self.held[label] + count < self.totals[label] for label, count in sizes)
