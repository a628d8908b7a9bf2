"""How well faces that nobody named are grouped by person: `python -m benchmarks.strangers`.

All photos of photos/faces/known are grouped without their names, as `/unknown` does. Of all pairs of faces
in one group, precision is the share that are of one person; recall is the share of one person's pairs that
are in one group. With a threshold of other people: it is fixed on 30 of the 60 people, as the tightest at
which recall is 90 % there, and measured on the other 30; means over random halves. (Fixing it by precision
does not carry over: the more people there are, the more of them look alike.) With the shipped threshold: on
everybody. Both also among the 60 faces of photos/faces/unknown, whom no group should take in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.people import People, arguments, embedded
from ml.protocol import EmbedderInfo, Metric
from ml.vision.clusters import ALONE, LINKED_BELOW, cut_tree, linkage_tree

Floats = NDArray[np.float32]
HALVES = 40
RECALL_TO_FIX_AT = 0.9


@dataclass(frozen=True)
class Faces:
    """Vectors (n, dimension), and whose they are, (n,)."""

    vectors: Floats
    people: NDArray[np.int64]


def faces_of(photos: Sequence[Floats]) -> Faces:
    """Everybody's photos, person by person."""
    people = np.repeat(np.arange(len(photos)), [len(vectors) for vectors in photos])
    return Faces(np.concatenate(photos), people)


def precision_and_recall(groups: Sequence[int], people: NDArray[np.int64]) -> tuple[float, float]:
    """Over pairs of faces; without any pair in a group, precision is 1."""
    group = np.asarray(groups)
    upper = np.triu_indices(len(group), k=1)
    together = ((group[:, None] == group) & (group != ALONE))[upper]
    same = (people[:, None] == people)[upper]
    right = float((together & same).sum())
    return right / float(together.sum()) if together.any() else 1.0, right / float(same.sum())


def tightest_threshold(faces: Faces, metric: Metric) -> float:
    """The lowest threshold with the recall asked for."""
    tree = linkage_tree(faces.vectors, metric)

    def recall(at: float) -> float:
        return precision_and_recall(cut_tree(tree, at), faces.people)[1]

    heights = np.unique(tree[:, 2]).tolist()
    return float(heights[bisect_left(heights, RECALL_TO_FIX_AT, key=recall)])


def quality_of_groups(photos: Sequence[Floats], metric: Metric, threshold: float) -> tuple[float, float]:
    """Precision and recall where these people's photos are grouped, at that threshold."""
    faces = faces_of(photos)
    return precision_and_recall(cut_tree(linkage_tree(faces.vectors, metric), threshold), faces.people)


def with_thresholds_of_others(people: People, metric: Metric) -> Iterator[tuple[float, ...]]:
    """For each half of each random division: threshold, precision and recall, and both among strangers."""
    photos, strangers = list(people.known.values()), list(people.strangers[:, None])
    for seed in range(HALVES):
        order = np.random.default_rng(seed).permutation(len(photos))
        halves = [[photos[index] for index in half] for half in np.array_split(order, 2)]
        for fixed_on, measured_on in (halves, halves[::-1]):
            threshold = tightest_threshold(faces_of(fixed_on), metric)
            alone = quality_of_groups(measured_on, metric, threshold)
            yield threshold, *alone, *quality_of_groups([*measured_on, *strangers], metric, threshold)


def report(people: People, embedder: EmbedderInfo) -> None:
    rows = np.array(list(with_thresholds_of_others(people, embedder.metric)))
    mean, spread = rows.mean(axis=0).tolist(), float(rows[:, 0].std())
    print(f"  threshold of other people, {mean[0]:.4f} ± {spread:.4f}:")
    print(f"    30 people:           precision {mean[1]:.1%}, recall {mean[2]:.1%}")
    print(f"    among 60 strangers:  precision {mean[3]:.1%}, recall {mean[4]:.1%}")
    below, known = LINKED_BELOW[embedder.id], list(people.known.values())
    print(f"  shipped threshold, {below}:")
    for title, photos in (("60 people", known), ("among 60 strangers", [*known, *people.strangers[:, None]])):
        precision, recall = quality_of_groups(photos, embedder.metric, below)
        print(f"    {title + ':':20s} precision {precision:.1%}, recall {recall:.1%}")


def main() -> None:
    report(*embedded(arguments(__doc__).parse_args(), f"{HALVES} random halves"))


if __name__ == "__main__":
    main()
