"""How alike photos are to a network: by its features, and by what it takes them for. NumPy alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.vision.classifier import softmax

Rows = NDArray[np.float32]


def unit_rows(rows: Rows) -> Rows:
    """Each row at length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Rows = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


def looks(features: Rows, logits: Rows | None = None) -> Rows:
    """How photos look to a network, as rows of length 1, (n, dimension + categories).

    The features (n, dimension) at length 1, then the square roots of the probabilities that the network gives
    its own categories, by its `logits` (n, categories), each half of the whole. The dot product of two looks
    is the mean of the features' cosine and Bhattacharyya's coefficient. Without logits, as of a face, a look
    is the features at length 1.

    What the network takes a photo for adds to its features: of ants_bees, cross-validated, 98.0 % instead of
    96.4 % are told apart with the starter's network, and 95.9 % instead of 94.6 % with mobilenet_v2.
    """
    if logits is None or not logits.shape[1]:
        return unit_rows(features)
    both = np.hstack([unit_rows(features), np.sqrt(softmax(logits))])
    scaled: Rows = (np.float32(np.sqrt(0.5)) * both).astype(np.float32)
    return scaled


def neighbour_distances(similarities: Rows, neighbours: int) -> Rows:
    """1 minus the mean of each row's highest similarities, (n,), `neighbours` of them or all there are.

    A row of `similarities` (n, references) may have -inf where a reference does not count.
    """
    count = min(neighbours, similarities.shape[1])
    highest = np.partition(similarities, -count, axis=1)[:, -count:]
    counted = np.isfinite(highest)
    mean = np.where(counted, highest, 0).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
    distances: Rows = (1 - mean).astype(np.float32)
    return distances
