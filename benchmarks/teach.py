"""How well a chat's labels are learnt, with the classifier's network as it is.

    python -m benchmarks.teach [--shared FOLDER] [--weights FOLDER] [--model NAME ...]

Learns ants_bees/train in the shared folder; ants_bees/val and photos/imagenet are only asked about. Prints
for each network how many of val are told right, by heads on all photos and on a few of each label, what the
rule for "none of these" keeps and names, and how many of labels that were made wrong are suspected.

`benchmarks.teach_tutorial` sets this beside the recipe of PyTorch's tutorial.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.config import WorkerConfig
from ml.learning import heads, novelty, suspects
from ml.learning.distances import Rows, neighbour_distances
from ml.learning.duplicates import group
from ml.learning.examples import open_example
from ml.learning.extractors import open_photo_extractor
from ml.learning.features import Extracted, extract
from ml.learning.heads import Labels
from ml.learning.model_file import NoneRule, unpack_looks
from ml.learning.split import assign
from ml.training import Example
from ml.vision.images import Limits
from ml.weights.prepare import prepare

SEEDS = range(5)
# Draws of a few photos of each label, and of labels to be made wrong.
DRAWS = range(20)
FEW = (5, 10, 20, 50)
FLIPPED = 0.05
SHOWN = 0.10
LIMITS = Limits(max_bytes=20 * 1024**2, max_pixels=50_000_000)
OPEN = functools.partial(open_example, limits=LIMITS)


@dataclass(frozen=True)
class Photos:
    """What a network makes of a folder's photos: looks (n, columns), labels (n,) by the folders' names, and
    groups of near copies (n,)."""

    looks: Rows
    labels: Labels
    groups: list[int]

    def of(self, some: Labels) -> Photos:
        return Photos(self.looks[some], self.labels[some], [self.groups[index] for index in some])

    @property
    def count(self) -> int:
        return int(self.labels.max()) + 1


def examples_of(folder: Path) -> list[Example]:
    """The photos of a folder, labelled by the folders that they are in."""
    files = sorted(folder.rglob("*.jpg"))
    names = sorted({file.parent.name for file in files})
    return [
        Example(
            id=number,
            photo=str(file),
            sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
            label=names.index(file.parent.name),
        )
        for number, file in enumerate(files)
    ]


def photos_of(found: Extracted, near_cosine: float) -> Photos:
    """With the groups that a training makes of them."""
    labels = np.array([example.label for example in found.examples])
    groups = group(found.pictures, found.features, [""] * len(labels), labels, near_cosine)
    return Photos(found.looks, labels, groups.tolist())


def train_side(photos: Photos, seed: int) -> Photos:
    """Without the photos that a first training would hold out."""
    labels = photos.labels.tolist()
    return photos.of(np.array(assign(labels, photos.groups, [None] * len(labels), seed).train))


def learn(photos: Photos, seed: int) -> heads.Fitted:
    return heads.fit(photos.looks, photos.labels, photos.groups, photos.count, seed)


def accuracy(fitted: heads.Fitted, photos: Photos) -> float:
    taken = fitted.linear.logits(photos.looks.astype(np.float64)).argmax(axis=1)
    return float((taken == photos.labels).mean())


def draw(photos: Photos, each: int, seed: int) -> Photos:
    """So many photos of each label, at random."""
    random = np.random.default_rng(seed)
    labels = range(photos.count)
    chosen = [random.permutation(np.flatnonzero(photos.labels == label))[:each] for label in labels]
    return photos.of(np.concatenate(chosen))


def named(rule: NoneRule, photos: Photos) -> float:
    """The share of photos that are not none of the labels."""
    references = unpack_looks(rule.references, photos.looks.shape[1])
    distances = neighbour_distances(photos.looks @ references.T, rule.neighbours)
    return float((distances <= rule.threshold).mean())


def suspected(photos: Photos, seed: int) -> float:
    """Of labels that are made wrong, the share that is among the first that are shown."""
    random = np.random.default_rng(seed)
    count = len(photos.labels)
    flipped = random.choice(count, round(FLIPPED * count), replace=False)
    labels = photos.labels.copy()
    labels[flipped] = 1 - labels[flipped]
    spoilt = Photos(photos.looks, labels, photos.groups)
    ranked = suspects.rank(range(count), labels, learn(spoilt, seed).out_of_fold)
    shown = [guess.example for guess in ranked[: round(SHOWN * count)]]
    return float(np.isin(flipped, shown).mean())


def report(train: Photos, val: Photos, strangers: Photos) -> None:
    """Prints what a network is worth."""
    began = time.perf_counter()
    used = [learn(train, seed) for seed in SEEDS]
    took = (time.perf_counter() - began) / len(SEEDS)
    judged = [learn(train_side(train, seed), seed) for seed in SEEDS]
    for name, fitted in (("all photos", used), ("the train side alone", judged)):
        right = [accuracy(head, val) for head in fitted]
        print(f"  val right, by {name}: {_percent(right)}, by seeds {[round(100 * x, 1) for x in right]}")
    sure = [head.out_of_fold.max(axis=1).mean() for head in used]
    crossed = [(head.out_of_fold.argmax(axis=1) == train.labels).mean() for head in used]
    print(f"  cross-validated: {_percent(crossed)} right, {_percent(sure)} sure, in {took:.2f} s a head")
    _report_few(train, val, strangers)
    found = [suspected(train, seed) for seed in DRAWS]
    print(f"  of {FLIPPED:.0%} of labels made wrong, {_percent(found)} are in the {SHOWN:.0%} shown first")


def _report_few(train: Photos, val: Photos, strangers: Photos) -> None:
    print("  photos of each label   val right   worst   of val kept   of photos/imagenet named")
    for each in (*FEW, len(train.labels)):
        draws = DRAWS if each < len(train.labels) else range(1)
        drawn = [draw(train, each, seed) for seed in draws]
        right = [accuracy(learn(some, seed), val) for seed, some in enumerate(drawn)]
        rules = [novelty.fit(some.looks, some.labels, some.groups, 0) for some in drawn]
        kept, strange = ([named(rule, photos) for rule in rules] for photos in (val, strangers))
        name = str(each) if len(draws) > 1 else "all"
        print(
            f"  {name:>20}   {_percent(right):>9}  {100 * min(right):5.1f} %"
            f"   {_percent(kept):>11}   {_percent(strange):>24}"
        )


def _percent(shares: list[float] | list[NDArray[np.float64]]) -> str:
    return f"{100 * float(np.mean(shares)):.1f} %"


def measure(config: WorkerConfig, shared: Path, folder: Path) -> None:
    """Prepares, runs and reports one network."""
    prepare(config, print)
    extractor = open_photo_extractor(config)
    sets = []
    for name in ("ants_bees/train", "ants_bees/val", "imagenet"):
        began = time.perf_counter()
        examples = examples_of(shared / "photos" / name)
        found = extract(examples, extractor, folder / "features", OPEN, lambda done, of: None)
        sets.append(photos_of(found, extractor.near_cosine))
        print(f"  {name}: {len(found.examples)} photos, features in {time.perf_counter() - began:.1f} s")
    report(*sets)


def main() -> None:
    parser = argparse.ArgumentParser(description="How well a chat's labels are learnt.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--weights", type=Path, help="WEIGHTS_DIR; the shared folder's where not given")
    parser.add_argument("--model", nargs="+", default=["tf_efficientnet_lite0", "mobilenet_v2"])
    options = parser.parse_args()
    weights = options.weights or options.shared / "weights"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for model in options.model:
            print(f"\n{model}")
            measure(config_of(model, weights, folder), options.shared, folder)


def config_of(model: str, weights: Path, folder: Path) -> WorkerConfig:
    return WorkerConfig(
        spool=folder,
        networks=folder / "networks",
        models=folder / "models",
        weights=weights,
        classifier_model=model,
        device="cpu",
    )


if __name__ == "__main__":
    main()
