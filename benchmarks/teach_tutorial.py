"""A training beside the recipe of PyTorch's transfer-learning tutorial, on its ants and bees.

    python -m benchmarks.teach_tutorial [--shared FOLDER] [--full] [--plot curve.png]

Both learn ants_bees/train on the starter's network and are asked about ants_bees/val. Prints the accuracies,
with McNemar's test on the photos that only one gets right, and how much sooner the first answer is there than
the tutorial's fixed-feature variant is done; draws the accuracy with 5, 10 and 20 photos of each. The short
form runs 3 of the tutorial's 25 epochs on all photos and scales their time, `--full` all of them; with few
photos, all epochs are run in either form.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from matplotlib.figure import Figure

from benchmarks import tutorial
from benchmarks.teach import OPEN, config_of, examples_of
from benchmarks.tutorial import Flags, Taught
from ml.learning import metrics
from ml.learning.extractors import Extractor, open_photo_extractor, open_tuned_extractor
from ml.learning.features import extract
from ml.learning.model_file import load
from ml.learning.predict import Predictor
from ml.training import Example, FirstAnswer, Trained, TrainerConfig, TrainingJob
from ml.training_child import training
from ml.weights.prepare import prepare, prepared

LABELS = ("ants", "bees")
MODEL = "tf_efficientnet_lite0"
SHORT_EPOCHS = 3
FEW = (5, 10, 20)
# Draws of a few photos; the tutorial is run on the first one alone in the short form.
DRAWS = 3
VARIANTS = {"fixed features": True, "fine-tuned": False}


@dataclass(frozen=True)
class Ours:
    """What came of a training: which photos of val are right, and the seconds to the first and last model."""

    right: Flags
    first_s: float
    end_s: float
    method: str


@dataclass(frozen=True)
class Bench:
    """Where everything lies, and what there is to learn from and to be asked about."""

    config: TrainerConfig
    train: Sequence[Example]
    val: Sequence[Example]

    def ours(self, examples: Sequence[Example], seed: int) -> Ours:
        """Trains in a process of its own, which has seen none of the photos before."""
        folder = self.config.run / str(time.monotonic_ns())
        config = msgspec.structs.replace(self.config, run=folder, features=folder / "features")
        job = TrainingJob(kind="labels", labels=LABELS, examples=tuple(examples), seed=seed)
        return asyncio.run(self._ours(config, job))

    async def _ours(self, config: TrainerConfig, job: TrainingJob) -> Ours:
        began, first_s = time.perf_counter(), 0.0
        async with training(config, job) as events:
            async for event in events:
                if isinstance(event, FirstAnswer | Trained):
                    first_s = first_s or time.perf_counter() - began
        if not isinstance(event, Trained):
            raise SystemExit(f"no training: {event}")
        end_s = time.perf_counter() - began
        return Ours(self._right(event), first_s, end_s, event.method)

    def _right(self, trained: Trained) -> Flags:
        """Which photos of val the head that answers gets right."""
        model, worker = load(self.config.models, trained.model), self.config.worker
        extractor: Extractor = open_photo_extractor(worker)
        if trained.network:
            file = worker.models / f"{trained.network}.onnx"
            extractor = open_tuned_extractor(file, model.backbone, worker.threads)
        folder = self.config.features / (trained.network or "untuned")
        found = extract(self.val, extractor, folder, OPEN, lambda done, of: None)
        taken = Predictor(model, "used").probabilities(found.features, found.logits).argmax(axis=1)
        right: Flags = taken == np.array([example.label for example in self.val])
        return right

    def theirs(self, examples: Sequence[Example], epochs: int, *, fixed: bool, look: bool) -> Taught:
        """The tutorial's recipe on the same photos."""
        train, val = ([(Path(one.photo), one.label) for one in some] for some in (examples, self.val))
        course = tutorial.Course(train, val, len(LABELS), fixed=fixed, epochs=epochs, look=look)
        return tutorial.teach(prepared(self.config.worker, "classifier").only.recipe, course)


def compare(bench: Bench, epochs: int) -> None:
    """All photos: accuracy and time."""
    ours = bench.ours(bench.train, seed=0)
    print(
        f"ours: {ours.right.mean():.1%} of {len(ours.right)} right ({ours.method}); "
        f"first answer after {ours.first_s:.1f} s, done after {ours.end_s:.1f} s",
        flush=True,
    )
    for name, fixed in VARIANTS.items():
        theirs = bench.theirs(bench.train, epochs, fixed=fixed, look=True)
        rival = metrics.compare(ours.right, theirs.right)
        learning_s, looking_s = tutorial.EPOCHS * theirs.learning_s, tutorial.EPOCHS * theirs.looking_s
        print(
            f"tutorial, {name}: {theirs.right.mean():.1%} right after {epochs} epochs; "
            f"{rival.only_new} only ours, {rival.only_rival} only theirs, p = {rival.p_value:.2f}; "
            f"{tutorial.EPOCHS} epochs take {learning_s:.0f} s and {looking_s:.0f} s of looking at val: "
            f"{(learning_s + looking_s) / ours.first_s:.0f} times our first answer "
            f"({learning_s / ours.first_s:.0f} without the looking)",
            flush=True,
        )
    again = bench.ours(bench.train, seed=1)
    print(f"ours, once more: {again.right.mean():.1%} right, first answer after {again.first_s:.1f} s")


def with_few(bench: Bench, draws: int) -> dict[str, list[float]]:
    """The mean accuracy of each recipe with a few photos of each label."""
    curves: dict[str, list[float]] = {name: [] for name in ("ours", *VARIANTS)}
    for each in FEW:
        drawn = [draw(bench.train, each, seed) for seed in range(DRAWS)]
        curves["ours"].append(_mean([bench.ours(some, seed).right for seed, some in enumerate(drawn)]))
        for name, fixed in VARIANTS.items():
            taught = [bench.theirs(some, tutorial.EPOCHS, fixed=fixed, look=False) for some in drawn[:draws]]
            curves[name].append(_mean([one.right for one in taught]))
        said = ", ".join(f"{name} {values[-1]:.1%}" for name, values in curves.items())
        print(f"{each} photos of each: {said}", flush=True)
    return curves


def draw(examples: Sequence[Example], each: int, seed: int) -> list[Example]:
    """So many examples of each label, at random."""
    random = np.random.default_rng(seed)
    of_labels = ([one for one in examples if one.label == label] for label in range(len(LABELS)))
    return [some[index] for some in of_labels for index in random.permutation(len(some))[:each]]


def plot(curves: dict[str, list[float]], target: Path) -> None:
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, values in curves.items():
        axes.plot(FEW, [100 * value for value in values], marker="o", label=_named(name))
    axes.set_xticks(FEW)
    axes.set_xlabel("photos of each label")
    axes.set_ylabel("of ants_bees/val right, %")
    axes.grid(color="#e8eaed")
    axes.legend()
    figure.savefig(target, dpi=150)


def _named(name: str) -> str:
    return f"tutorial, {name}" if name in VARIANTS else name


def _mean(flags: Sequence[Flags]) -> float:
    return float(np.mean([one.mean() for one in flags]))


def main() -> None:
    parser = argparse.ArgumentParser(description="A training beside PyTorch's tutorial.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--full", action="store_true", help="all 25 epochs of the tutorial, and all draws")
    parser.add_argument("--plot", type=Path, help="where to draw the accuracy with few photos (PNG)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        worker = msgspec.structs.replace(config_of(MODEL, folder / "none", folder), threads=1)
        worker.models.mkdir()
        prepare(worker, print)
        photos = options.shared / "photos/ants_bees"
        bench = Bench(
            TrainerConfig(
                run=folder / "runs", models=worker.models, features=folder / "features", worker=worker
            ),
            examples_of(photos / "train"),
            examples_of(photos / "val"),
        )
        compare(bench, tutorial.EPOCHS if options.full else SHORT_EPOCHS)
        curves = with_few(bench, DRAWS if options.full else 1)
        if options.plot:
            plot(curves, options.plot)


if __name__ == "__main__":
    main()
