"""The pre-flight: what a job's photos are good for, and who is learnt from."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.errors import BadPhoto
from ml.learning import split
from ml.learning.distances import Rows, looks
from ml.learning.duplicates import group
from ml.learning.examples import open_example
from ml.learning.extractors import Extractor, Outputs
from ml.learning.features import Extracted, extract
from ml.learning.heads import Labels
from ml.learning.model_file import Backbone
from ml.training import MIN_LABELS, MIN_PHOTOS, Example, LabelCount, Preflight, TrainingJob
from ml.vision.images import Limits

# Photos to learn from, of each label and in all, for fine-tuning. Of fewer, the fifth by which it is seen
# when to stop is so small that chance decides.
LEAST_EACH = 20
LEAST_IN_ALL = 100


@dataclass(frozen=True)
class Lesson:
    """Examples, one for each picture, and what is known of each, n rows: `labels` and `groups` (n,).

    `seen` is what the network `backbone` gives of them. `train` and `held_out` are the positions of those
    learnt from and of those tested with; one whose near copy is held out is neither.
    """

    examples: tuple[Example, ...]
    labels: Labels
    groups: Labels
    backbone: Backbone
    seen: Outputs
    train: Labels
    held_out: Labels
    count: int

    @property
    def looks(self) -> Rows:
        """(n, columns); see `ml.learning.distances`."""
        return looks(*self.seen)

    @property
    def is_enough(self) -> bool:
        """Whether each label has its photos, some to learn from, and there is something to test with."""
        all_ = np.bincount(self.labels, minlength=self.count)
        learnt = np.bincount(self.labels[self.train], minlength=self.count)
        each = bool((all_ >= MIN_PHOTOS).all() and (learnt > 0).all())
        can_be_tested = len(self.held_out) > 0 and len(np.unique(self.groups[self.train])) > 1
        return self.count >= MIN_LABELS and each and can_be_tested

    @property
    def is_enough_to_tune(self) -> bool:
        """Whether there are photos enough to tune the network as well."""
        learnt = np.bincount(self.labels[self.train], minlength=self.count)
        return bool(learnt.min() >= LEAST_EACH and learnt.sum() >= LEAST_IN_ALL)


def examine(job: TrainingJob, found: Extracted, extractor: Extractor) -> tuple[Preflight, Lesson]:
    """What the readable examples of a job are good for, in numbers and as a lesson.

    `found`: what `extractor` gives of them. The same job and photos give the same sides.
    """
    kept = _first_of_each_picture(found)
    examples = tuple(found.examples[index] for index in kept)
    labels = np.array([example.label for example in examples], np.int64)
    pictures = [found.pictures[index] for index in kept]
    albums = [example.album for example in examples]
    groups = group(pictures, found.features[kept], albums, labels, extractor.near_cosine)
    given = [example.side for example in examples]
    sides = split.assign(labels.tolist(), groups.tolist(), given, job.seed)
    lesson = Lesson(
        examples=examples,
        labels=labels,
        groups=groups,
        backbone=extractor.backbone,
        seen=Outputs(found.features[kept], found.logits[kept]),
        train=np.array(sides.train, np.int64),
        held_out=np.array(sides.held_out, np.int64),
        count=len(job.labels),
    )
    staying = {example.id for example in examples}
    preflight = Preflight(
        counts=_counts(lesson),
        unreadable=found.unreadable,
        duplicates=tuple(one.id for one in found.examples if one.id not in staying),
        kept_together=sum(size for size in Counter(groups.tolist()).values() if size > 1),
        sides={example.id: side for example, side in zip(examples, sides.sides, strict=True)},
        enough=lesson.is_enough,
    )
    return preflight, lesson


def look_again(examples: Sequence[Example], extractor: Extractor, folder: Path, limits: Limits) -> Outputs:
    """What another network gives of examples that were read before. Raises BadPhoto where one is gone."""
    opener = functools.partial(open_example, limits=limits)
    found = extract(examples, extractor, folder, opener, lambda done, count: None)
    if found.unreadable:
        raise BadPhoto("gone")
    return Outputs(found.features, found.logits)


def _first_of_each_picture(found: Extracted) -> list[int]:
    """The positions of the examples to keep; one that has a side already, rather than one that has none."""
    order = sorted(range(len(found.examples)), key=lambda index: found.examples[index].side is None)
    first: dict[bytes, int] = {}
    for index in order:
        first.setdefault(found.pictures[index].pixels, index)
    return sorted(first.values())


def _counts(lesson: Lesson) -> tuple[LabelCount, ...]:
    train = np.bincount(lesson.labels[lesson.train], minlength=lesson.count)
    held_out = np.bincount(lesson.labels[lesson.held_out], minlength=lesson.count)
    return tuple(LabelCount(label, int(train[label]), int(held_out[label])) for label in range(lesson.count))
