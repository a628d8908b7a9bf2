"""The two looks that a person's photos may fall apart into, for many people at once.

numpy is imported where it is used: the bot loads it with the first face.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Two looks are two points where the cosine of their means is below this (facenet: half of all pairs of photos
# of one person are more alike than 0.77, and its own threshold for one person is about this).
LOOKS_APART = 0.57
LEAST_PHOTOS_A_LOOK = 2
# The rounds in which photos move to the nearer of two looks; groups this small settle within three.
ROUNDS = 5


def two_looks(faces: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Which people have two looks, as rows (found,), and the points of these looks (found, 2, dimension).

    `faces`: normalised vectors (people, photos, dimension), as many photos of each.
    Two-means by cosine (Lloyd's algorithm), begun at each person's two photos that are least alike.
    """
    import numpy as np

    if faces.shape[1] < 2 * LEAST_PHOTOS_A_LOOK:
        return np.empty(0, np.int64), np.empty((0, 2, faces.shape[2]), np.float32)
    everybody = np.arange(len(faces))
    looks = _least_alike(faces)
    are_two = np.ones(len(faces), bool)
    for _ in range(ROUNDS):
        towards = faces @ looks.transpose(0, 2, 1)  # (people, photos, 2)
        is_first = towards[..., 0] >= towards[..., 1]
        belongs = np.stack([is_first, ~is_first], axis=1).astype(np.float32)  # (people, 2, photos)
        are_two &= (belongs.sum(axis=2) >= LEAST_PHOTOS_A_LOOK).all(axis=1)
        # The sum points where the mean does.
        looks = normalised(belongs @ faces)
    apart = np.einsum("pd,pd->p", looks[:, 0], looks[:, 1]) < LOOKS_APART
    found = everybody[are_two & apart]
    return found, looks[found]


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors (…, dimension) at length 1; one of zeros stays one."""
    import numpy as np

    lengths = np.sqrt(np.einsum("...d,...d->...", vectors, vectors))[..., None]
    return np.asarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


def _least_alike(faces: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each person's two photos that are least alike, (people, 2, dimension)."""
    import numpy as np

    people, photos, _ = faces.shape
    alike = (faces @ faces.transpose(0, 2, 1)).reshape(people, photos * photos)
    pair = np.stack(np.divmod(alike.argmin(axis=1), photos), axis=1)  # (people, 2)
    return np.take_along_axis(faces, pair[..., None], axis=1)
