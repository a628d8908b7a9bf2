"""What is on a photo: ImageNet's categories in plain words, with the model's own preprocessing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.config import WorkerConfig
from ml.protocol import Classification, ClassifierInfo, Label
from ml.runtime import Network, open_network, resolve_device
from ml.vision.certainty import name_it_above
from ml.weights import Prepared, Preprocessing, prepared

# Photos per run of the network: 4 take 60 MB in EfficientNet-Lite0, 16 take 240 MB and were no faster a photo
# (25 and 31 ms on two busy cores).
BATCH = 4
# Photos longer than this many times their short side are cut around the middle before they are resized: only
# a square of the middle is looked at, and resizing the rest of a 1 x 1,000,000 photo would take gigabytes.
_LONGEST_RATIO = 8

_RESAMPLING = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


class Classifier:
    """A classifier that is ready to run, and what it says about itself."""

    def __init__(self, model: Prepared, network: Network) -> None:
        meta = model.only.meta
        self.info = ClassifierInfo(
            id=model.id,
            source=model.source,
            categories=len(meta.categories),
            name_it_above=name_it_above(model.id),
        )
        self._categories = meta.categories
        self._preprocessing = meta.preprocessing
        self._network = network

    def classify(self, photos: Sequence[Image.Image], count: int) -> list[Classification]:
        """The `count` likeliest categories of each photo (RGB, upright), likeliest first."""
        return [self._describe(row, count) for row in self.probabilities(photos)]

    def probabilities(self, photos: Sequence[Image.Image]) -> NDArray[np.float32]:
        """All categories' probabilities, (n, categories); each row sums to 1."""
        batches = [self._run(photos[start : start + BATCH]) for start in range(0, len(photos), BATCH)]
        nothing = np.empty((0, len(self._categories)), np.float32)
        return np.concatenate([nothing, *batches])

    def _run(self, photos: Sequence[Image.Image]) -> NDArray[np.float32]:
        batch = np.stack([as_input(photo, self._preprocessing) for photo in photos])
        (logits,) = self._network(batch)
        return softmax(logits)

    def _describe(self, probabilities: NDArray[np.float32], count: int) -> Classification:
        return Classification(
            model=self.info.id,
            labels=tuple(self._best(probabilities, count)),
            sure=bool(probabilities.max() >= self.info.name_it_above),
        )

    def _best(self, probabilities: NDArray[np.float32], count: int) -> Iterator[Label]:
        for index in np.argsort(-probabilities, kind="stable")[:count]:
            name, probability = self._categories[index], float(probabilities[index])
            yield Label(index=int(index), name=name, probability=probability)


def open_classifier(config: WorkerConfig) -> Classifier:
    """The classifier that this configuration leads to.

    Raises WeightsMissing, or another error of ml.weights.errors.
    """
    model = prepared(config, "classifier")
    device = resolve_device(config.device)
    return Classifier(model, open_network(model.only, device, config.threads))


def as_input(photo: Image.Image, how: Preprocessing) -> NDArray[np.float32]:
    """An RGB photo as the network's input, (3, crop, crop).

    The same numbers, bit for bit, as torchvision's (and so timm's) transforms for Pillow images: Pillow
    resizes in both, and the arithmetic is float32 in the same order.
    """
    photo = _cropped(_resized(_of_bounded_ratio(photo), how), how.crop_px)
    pixels = np.asarray(photo, np.float32).transpose(2, 0, 1) / np.float32(255)
    mean = np.array(how.mean, np.float32)[:, None, None]
    std = np.array(how.std, np.float32)[:, None, None]
    normalised: NDArray[np.float32] = (pixels - mean) / std
    return normalised


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities of logits (n, categories), row by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def _of_bounded_ratio(photo: Image.Image) -> Image.Image:
    longest = min(photo.size) * _LONGEST_RATIO
    width, height = min(photo.width, longest), min(photo.height, longest)
    if (width, height) == photo.size:
        return photo
    left, top = (photo.width - width) // 2, (photo.height - height) // 2
    return photo.crop((left, top, left + width, top + height))


def _resized(photo: Image.Image, how: Preprocessing) -> Image.Image:
    """The shorter side at `resize_px`; the longer one is rounded down, as torchvision does."""
    short = min(photo.size)
    if short == how.resize_px:
        return photo
    width, height = (int(how.resize_px * side / short) for side in photo.size)
    return photo.resize((width, height), _RESAMPLING[how.interpolation])


def _cropped(photo: Image.Image, side_px: int) -> Image.Image:
    """The square in the middle; halves are rounded as Python's round does it, to even, like torchvision's."""
    left, top = round((photo.width - side_px) / 2), round((photo.height - side_px) / 2)
    return photo.crop((left, top, left + side_px, top + side_px))
