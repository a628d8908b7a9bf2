"""Which of many faces are of the same person, where nobody has said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.protocol import EmbedderInfo, Metric
from ml.vision.embedders import dlib_resnet, facenet

ALONE = -1

# Groups are joined while the mean cosine distance between their faces is at most this. Measured by
# `python -m benchmarks.strangers` on photos/faces: the 479 faces of 60 people, without their names, are
# grouped with a pairwise precision of 100.0 % and a recall of 93.9 % (facenet) and 90.8 % (dlib).
LINKED_BELOW: Mapping[str, float] = {facenet.VECTORS: 0.43, dlib_resnet.ID: 0.068}


def group_faces(vectors: Sequence[bytes], embedder: EmbedderInfo) -> tuple[int, ...]:
    """One group per vector, the largest from 0 on, and `ALONE` for a face that no other is like.

    Vectors are little-endian float32, as `ml.protocol.Face.embedding`; one that the embedder cannot have made
    is alone.
    """
    points = [_point(vector, embedder.dimension) for vector in vectors]
    usable = [index for index, point in enumerate(points) if point is not None]
    groups = [ALONE] * len(vectors)
    if len(usable) > 1:
        tree = linkage_tree(np.stack([point for point in points if point is not None]), embedder.metric)
        for index, group in zip(usable, cut_tree(tree, LINKED_BELOW[embedder.id]), strict=True):
            groups[index] = group
    return tuple(groups)


def _point(vector: bytes, dimension: int) -> NDArray[np.float32] | None:
    """The vector as numbers, (dimension,); None where it is of another length, not finite, or zero."""
    if len(vector) != 4 * dimension:
        return None
    point = np.frombuffer(vector, "<f4")
    return point if np.isfinite(point).all() and point.any() else None


def linkage_tree(points: NDArray[np.float32], metric: Metric) -> NDArray[np.float64]:
    """How vectors (n, dimension), n > 1, join into ever larger groups, (n - 1, 4) as SciPy has it.

    Average linkage (UPGMA): unlike single linkage, one face between two people does not join them.
    """
    # 30 MB and a third of a second that a worker does without until somebody asks.
    from scipy.cluster.hierarchy import linkage

    return np.asarray(linkage(points, method="average", metric=metric), dtype=np.float64)


def cut_tree(tree: NDArray[np.float64], below: float) -> list[int]:
    """The groups that were joined at a distance of at most `below`, numbered by size, largest first."""
    from scipy.cluster.hierarchy import fcluster

    members = fcluster(tree, below, criterion="distance").tolist()
    by_size = Counter(members).most_common()
    number = {member: ALONE if size == 1 else rank for rank, (member, size) in enumerate(by_size)}
    return [number[member] for member in members]
