"""What a chat's model says of a photo: probabilities of the chat's labels, or "none of these".

NumPy alone: the worker answers photos with it.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.learning.distances import Rows, looks, neighbour_distances
from ml.learning.model_file import ChatModel, unpack, unpack_looks
from ml.vision.classifier import softmax

Which = Literal["used", "judged"]


class Predictor:
    """One of a model's two heads, ready to answer.

    Photos come as what the model's network gives of them in one pass: `features` (n, dimension), and `logits`
    (n, categories) of the categories that the network itself knows; these may be left out where the model's
    backbone has none.
    """

    def __init__(self, model: ChatModel, head: Which = "used") -> None:
        chosen = model.used if head == "used" else model.judged
        self.labels = model.labels
        self._seen = model.backbone.categories > 0
        self._weight = unpack(chosen.weight, model.backbone.columns)
        self._bias = unpack(chosen.bias, len(model.labels))
        self._temperature = np.float32(chosen.temperature)
        self._rule = chosen.none
        self._references = unpack_looks(chosen.none.references, model.backbone.columns)

    @property
    def held_bytes(self) -> int:
        """What it takes of memory."""
        return self._weight.nbytes + self._bias.nbytes + self._references.nbytes

    def probabilities(self, features: Rows, logits: Rows | None = None) -> Rows:
        """Calibrated probabilities of the labels, (n, labels); each row sums to 1."""
        scores = self._looks(features, logits) @ self._weight.T + self._bias
        return softmax(scores / self._temperature)

    def novelty(self, features: Rows, logits: Rows | None = None) -> Rows:
        """How unlike all that was learnt each photo is, (n,), in units of the threshold: 1 is at the limit.

        Zero where the model has no rule.
        """
        if not len(self._references):
            return np.zeros(len(features), np.float32)
        similarities = self._looks(features, logits) @ self._references.T
        distances = neighbour_distances(similarities, self._rule.neighbours)
        return distances / np.float32(self._rule.threshold)

    def is_none(self, features: Rows, logits: Rows | None = None) -> NDArray[np.bool_]:
        """Whether each photo is none of the labels, (n,)."""
        return self.novelty(features, logits) > 1

    def _looks(self, features: Rows, logits: Rows | None) -> Rows:
        return looks(features, logits if self._seen else None)
