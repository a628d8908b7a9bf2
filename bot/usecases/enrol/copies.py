"""Is it the same picture again? One that was sent once more is often compressed or resized on the way.

Its file and its crop are others then, and only what is seen in it is the same: the embedding nearly, and
where the landmarks lie to each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ml.protocol import Point

# The least cosine of a picture's and its copy's embeddings, by the id of the vectors, and how far their
# landmarks lie apart at most, in distances between the eyes. Measured by `python -m benchmarks.teaching` on
# photos/faces/known. Known again (facenet, dlib) are at least 98 and 98 % of copies compressed at 85 to 40,
# 95 and 97 % of those resized to 0.75, 82 and 88 % of those resized to half, 93 and 95 % of those cut by 0.1.
# Of 1,673 pairs of different photos of one person, 1 and 0 are taken for copies.
LEAST_ALIKE: Mapping[str, float] = {"facenet-vggface2-square": 0.96, "dlib-resnet-v1": 0.99}
MOST_APART = 0.1


def is_copy(model: str, alike: float, first: Sequence[Point], second: Sequence[Point]) -> bool:
    """Whether two faces are one picture.

    `alike` is the cosine of their embeddings by `model`; then come the landmarks of both.
    """
    least = LEAST_ALIKE.get(model)
    return least is not None and alike >= least and landmarks_apart(first, second) <= MOST_APART


def landmarks_apart(first: Sequence[Point], second: Sequence[Point]) -> float:
    """How far nose and mouth corners lie apart in two faces whose eyes are put on one another.

    In distances between the eyes; infinite where the eyes of one are a single point.
    """
    one, other = _by_the_eyes(first), _by_the_eyes(second)
    if one is None or other is None:
        return math.inf
    return max(abs(point - same) for point, same in zip(one, other, strict=True))


def _by_the_eyes(landmarks: Sequence[Point]) -> list[complex] | None:
    """What follows the eyes, in a plane where the left eye is 0 and the right one is 1."""
    left, right, *others = (complex(x, y) for x, y in landmarks)
    if left == right:
        return None
    return [(point - left) / (right - left) for point in others]
