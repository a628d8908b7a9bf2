"""What fine-tuning adds where a network's features are not made for the question.

    python -m benchmarks.fine_tuning [--shared FOLDER] [--model NAME ...] [--people N] [--rates BACKBONE HEAD]

Tells people apart, which networks for things are bad at: photos/faces/known as labels, eight photos of each.
Prints how many of the photos held out the head alone gets right, and how many that on the tuned network.
`ml/learning/task.py` has its rates from it.
"""

from __future__ import annotations

import argparse
import functools
import tempfile
from pathlib import Path

from benchmarks.teach import LIMITS, config_of, examples_of
from ml.learning.candidates import try_head
from ml.learning.examples import open_example
from ml.learning.extractors import open_photo_extractor
from ml.learning.features import extract
from ml.learning.lesson import Lesson, examine
from ml.learning.task import RATES
from ml.learning.tuning import Tuner
from ml.training import TrainerConfig, TrainingJob
from ml.weights.prepare import prepare, prepared


def lesson_of(config: TrainerConfig, folder: Path, people: int) -> Lesson:
    """The first so many people of a folder with one folder each."""
    examples = [example for example in examples_of(folder) if example.label < people]
    names = tuple(sorted(one.name for one in folder.iterdir())[:people])
    job = TrainingJob(kind="labels", labels=names, examples=tuple(examples))
    extractor = open_photo_extractor(config.worker)
    opener = functools.partial(open_example, limits=LIMITS)
    found = extract(job.examples, extractor, config.features, opener, lambda done, of: None)
    return examine(job, found, extractor)[1]


def measure(model: str, options: argparse.Namespace, folder: Path) -> None:
    """Prints what becomes of one network."""
    worker = config_of(model, options.shared / "weights", folder)
    config = TrainerConfig(
        run=folder / model, models=folder / "models", features=folder / "features", worker=worker
    )
    config.run.mkdir()
    prepare(worker, print)
    lesson = lesson_of(config, options.shared / "photos/faces/known", options.people)
    head, _ = try_head(lesson, seed=0)
    print(f"{model}: the head alone gets {head.score(lesson).right} of {len(lesson.held_out)} right")
    recipe = prepared(worker, "classifier").only.recipe
    tuner = Tuner(config, lesson, recipe, seed=0, rates=(options.rates[0], options.rates[1]))
    tuned = tuner.try_it(
        lambda progress: print(f"  epoch {progress.step}: {progress.accuracy:.0%}", flush=True)
    )
    if tuned is None:
        print("  tuning brought nothing")
    else:
        print(f"  tuned, best after epoch {tuned.curves.chosen}: {tuned.score(lesson).right} right")


def main() -> None:
    parser = argparse.ArgumentParser(description="What fine-tuning adds.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", nargs="+", default=["tf_efficientnet_lite0", "mobilenet_v2"])
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rates", type=float, nargs=2, default=RATES, metavar=("BACKBONE", "HEAD"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for model in options.model:
            measure(model, options, Path(name))


if __name__ == "__main__":
    main()
