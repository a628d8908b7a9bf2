"""How right the classifiers are, when they may name what they see, and whether they agree with torchvision.

    python -m benchmarks.classifier [--shared FOLDER] [--weights FOLDER] [--model NAME ...]

Reads photos/imagenet in the shared folder. Prints, for each model, accuracy, coverage and precision at every
threshold on both halves of the photos, the threshold that the rule of ml/vision/certainty.py leads to, and
for torchvision's models how often the top category is that of torch with torchvision's own transforms.
"""

from __future__ import annotations

import argparse
import csv
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.config import WorkerConfig
from ml.vision.classifier import Classifier, open_classifier
from ml.weights.prepare import prepare
from ml.weights.sources import choose
from ml.weights.values import Recipe

PROMISED = 0.90
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(19))
# One-sided 90 % of a normal distribution.
_Z = 1.2816

Numbers = NDArray[np.float32]


def read_photos(folder: Path) -> tuple[list[Image.Image], NDArray[np.int64]]:
    """The photos (RGB) and their category numbers, in the order of labels.csv."""
    with (folder / "labels.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    photos = [Image.open(folder / row["file"]).convert("RGB") for row in rows]
    return photos, np.array([int(row["class_index"]) for row in rows])


def wilson_lower(share: float, count: int) -> float:
    """Lower end of the one-sided 90 % Wilson score interval (Wilson 1927) of a share of `count`."""
    if count == 0:
        return 0.0
    spread = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    return (share + _Z**2 / (2 * count) - spread) / (1 + _Z**2 / count)


def precision_and_coverage(top: Numbers, right: NDArray[np.bool_], threshold: float) -> tuple[float, float]:
    """Of photos with top-1 probability `top`: how much of what is named is right, and how much is named."""
    named = top >= threshold
    return (float(right[named].mean()) if named.any() else 1.0), float(named.mean())


def fix_threshold(top: Numbers, right: NDArray[np.bool_]) -> float:
    """The lowest threshold that keeps the promise with a margin for the number of photos."""
    for threshold in THRESHOLDS:
        precision, coverage = precision_and_coverage(top, right, threshold)
        if wilson_lower(precision, round(coverage * len(top))) >= PROMISED:
            return threshold
    return 1.0


def report(model: Classifier, probabilities: Numbers, truth: NDArray[np.int64]) -> None:
    """Prints the table of one model."""
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    fixing = np.arange(len(truth)) % 2 == 0
    chosen = fix_threshold(top[fixing], right[fixing])
    print(f"\n{model.info.id}  {model.info.source}")
    print(
        f"top-1 {right.mean():.3f} of {len(truth)} photos; {right[~fixing].mean():.3f} of the half reported"
    )
    print("threshold  fixing half: named, right   other half: named, right")
    for threshold in THRESHOLDS:
        ours, theirs = (precision_and_coverage(top[h], right[h], threshold) for h in (fixing, ~fixing))
        mark = "  <- chosen" if threshold == chosen else ""
        print(f"{threshold:9.2f}  {ours[1]:18.3f}  {ours[0]:.3f}   {theirs[1]:16.3f}  {theirs[0]:.3f}{mark}")
    in_use = precision_and_coverage(top, right, model.info.name_it_above)
    print(f"in use: {model.info.name_it_above}: {in_use[1]:.3f} of all named, {in_use[0]:.3f} of them right")


def plain_torchvision(recipe: Recipe, photos: Sequence[Image.Image]) -> NDArray[np.int64]:
    """Top categories by torch, the published model builder and torchvision's own transforms."""
    import torch

    from ml.torchvision_ops import declare_missing_operators

    torch.set_num_threads(1)  # beside other work, torch's threads mostly wait for each other
    declare_missing_operators()
    from torchvision.models import get_model, get_model_weights

    model = get_model(recipe.name, weights=None).eval()
    model.load_state_dict(torch.load(recipe.file, weights_only=True))
    transforms = get_model_weights(recipe.name)[recipe.version].transforms()
    with torch.inference_mode():
        top = [int(model(transforms(photo)[None]).argmax()) for photo in photos]
    return np.array(top)


def main() -> None:
    parser = argparse.ArgumentParser(description="Accuracy, thresholds and parity of the classifiers.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--weights", type=Path, help="WEIGHTS_DIR; the shared folder's where not given")
    parser.add_argument("--model", nargs="+", default=["tf_efficientnet_lite0", "mobilenet_v2"])
    options = parser.parse_args()
    photos, truth = read_photos(options.shared / "photos" / "imagenet")
    weights = options.weights or options.shared / "weights"
    with tempfile.TemporaryDirectory() as folder:
        for name in options.model:
            measure(name, photos, truth, _config(name, weights, Path(folder)))


def measure(name: str, photos: Sequence[Image.Image], truth: NDArray[np.int64], config: WorkerConfig) -> None:
    """Prepares, runs and reports one model."""
    prepare(config, print)
    model = open_classifier(config)
    probabilities = model.see(photos).probabilities
    report(model, probabilities, truth)
    (recipe,) = choose(config, "classifier").recipes
    if recipe.architecture.startswith("torchvision/"):
        same = plain_torchvision(recipe, photos) == probabilities.argmax(axis=1)
        print(f"{name}: same top category as plain torchvision on {same.mean():.3f} of {len(photos)} photos")


def _config(name: str, weights: Path, folder: Path) -> WorkerConfig:
    return WorkerConfig(
        spool=folder, networks=folder, weights=weights, models=folder, classifier_model=name, device="cpu"
    )


if __name__ == "__main__":
    main()
