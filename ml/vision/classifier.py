"""What is on a photo: ImageNet's categories in plain words, with the model's own preprocessing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.config import WorkerConfig
from ml.protocol import Classification, ClassifierInfo, Label
from ml.runtime import Network, open_network, resolve_device
from ml.vision.backbone import Backbone
from ml.vision.certainty import name_it_above
from ml.weights import Prepared, prepared


class Seen(NamedTuple):
    """What one pass tells of n photos: logits (n, categories), and the features (n, d) that they are made of,
    from which a chat's own labels are told."""

    logits: NDArray[np.float32]
    features: NDArray[np.float32]

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """(n, categories); each row sums to 1."""
        return softmax(self.logits)


class Classifier:
    """A classifier that is ready to run, and what it says about itself."""

    def __init__(self, model: Prepared, network: Network) -> None:
        meta = model.only.meta
        self.info = ClassifierInfo(
            id=model.id,
            source=model.source,
            categories=len(meta.categories),
            name_it_above=name_it_above(model.id),
            backbone=model.only.recipe.stem,
        )
        self._categories = meta.categories
        self._feature_count = meta.features
        self._backbone = Backbone(network, meta.preprocessing)

    def see(self, photos: Sequence[Image.Image]) -> Seen:
        """Logits and features of photos (RGB, upright), from one pass."""
        if not photos:
            shapes = ((0, len(self._categories)), (0, self._feature_count))
            return Seen(*(np.empty(shape, np.float32) for shape in shapes))
        logits, features = self._backbone.run(photos)
        return Seen(logits, features)

    def classify(self, photos: Sequence[Image.Image], count: int) -> list[Classification]:
        """The `count` likeliest categories of each photo (RGB, upright), likeliest first."""
        return [self.describe(row, count) for row in self.see(photos).probabilities]

    def describe(self, probabilities: NDArray[np.float32], count: int) -> Classification:
        """The `count` likeliest categories by a photo's probabilities (categories,), likeliest first."""
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


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities of logits (n, categories), row by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return probabilities
