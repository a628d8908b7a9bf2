"""Photos that show the same picture: the very same, and near copies of it.

Learning from one and testing on the other would be a test on what was learnt, so they stay on one side.

Limits are by `python -m benchmarks.near_copies`, on the 398 photos of ants_bees and 200 of photos/imagenet.
Of the 178,503 pairs of different photos none is within a limit (at least 14 bits apart; cosines up to 0.81
with the starter's network, and 0.86 with mobilenet_v2). Copies that are found, starter | mobilenet_v2: all of
those compressed to JPEG quality 75 or 30, shrunk to a half or a quarter, 30 % brighter, of 30 % less
contrast, and mirrored; of those cut by 10 %: 99.0 % | 99.5 %; by 20 %: 76.5 % | 94.5 %.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ml.learning.distances import Rows, unit_rows
from ml.learning.heads import Labels

# pHash has 64 bits: a photo and itself compressed, shrunk or brightened differ in few, and others in half.
BITS = 64
NEAR_BITS = 8
# The cosine of the features, by which cut and mirrored copies are found.
NEAR_COSINE = 0.88
# A picture that is plainer than this has no perceptual hash: it would be that of any other plain one.
# Standard deviation of its grey, in levels of 0..255, of 32 x 32 pixels; the plainest photo above has 11.
_PLAIN = 3.0
_NO_HASH = bytes(BITS // 8)
# So many rows of pairs are held at once: 20 MB for 5,000 photos.
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Picture:
    """What tells a picture from others: sha256 of its pixels, and its perceptual hash, 64 bits in 8 bytes."""

    pixels: bytes
    perceptual: bytes


def picture_of(photo: Image.Image) -> Picture:
    """Of an upright RGB photo. The perceptual hash is pHash, the signs of the lowest frequencies."""
    content = hashlib.sha256(f"{photo.width}x{photo.height} ".encode() + photo.tobytes()).digest()
    small = photo.convert("L").resize((32, 32), Image.Resampling.BOX)
    if np.asarray(small, np.float64).std() < _PLAIN:
        return Picture(pixels=content, perceptual=_NO_HASH)
    bits = np.asarray(imagehash.phash(photo).hash).ravel()
    return Picture(pixels=content, perceptual=np.packbits(bits).tobytes())


def group(
    pictures: Sequence[Picture], features: Rows, albums: Sequence[str], labels: Labels, near_cosine: float
) -> Labels:
    """A number for each of n photos, the same for those that belong on one side.

    These are near copies, by hash or by features (n, dimension), copies of copies, and photos of one album
    ("": of none). Where all pictures of a label are of one album, or all alike to the network, they are not
    kept together for that: nothing would be left to test with.
    """
    if not pictures:
        return np.zeros(0, np.int64)
    near = _joined(len(pictures), near_hashes(pictures))
    alike = _joined_but_no_whole_label(near, _pairs_above(unit_rows(features), near_cosine), labels)
    return _joined_but_no_whole_label(alike, _pairs_of_albums(albums), labels)


def near_hashes(pictures: Sequence[Picture]) -> Labels:
    """Pairs of pictures whose perceptual hashes are near, (pairs, 2)."""
    packed = np.frombuffer(b"".join(picture.perceptual for picture in pictures), np.uint8)
    bits = np.unpackbits(packed.reshape(len(pictures), -1), axis=1).astype(np.float32)
    signs = (bits * 2 - 1) * bits.any(axis=1, keepdims=True)
    return _pairs_above(signs, BITS - 2 * NEAR_BITS)


def _pairs_above(rows: Rows, least: float) -> Labels:
    """Pairs of rows whose dot product is at least that, (pairs, 2)."""
    pairs = [np.zeros((0, 2), np.int64)]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        first, second = np.nonzero(rows[start : start + _ROWS_AT_ONCE] @ rows.T >= least)
        pairs.append(np.stack([first + start, second], axis=1))
    return np.concatenate(pairs)


def _pairs_of_albums(albums: Sequence[str]) -> Labels:
    """Each photo of an album with the album's first, (pairs, 2)."""
    first: dict[str, int] = {}
    pairs = [(first.setdefault(album, index), index) for index, album in enumerate(albums) if album]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _joined_but_no_whole_label(groups: Labels, pairs: Labels, labels: Labels) -> Labels:
    """Groups (n,) joined by pairs, less those that would make one group of a label that has several."""
    _, members = np.unique(groups, return_index=True)
    links = np.stack([members[groups], np.arange(len(groups))], axis=1)
    while True:
        joined = _joined(len(groups), np.concatenate([links, pairs]))
        whole = [label for label in np.unique(labels) if _becomes_one(groups, joined, labels == label)]
        freed = np.isin(labels[pairs], whole).any(axis=1)
        if not freed.any():
            return joined
        pairs = pairs[~freed]


def _becomes_one(before: Labels, after: Labels, members: NDArray[np.bool_]) -> bool:
    return len(np.unique(after[members])) == 1 < len(np.unique(before[members]))


def _joined(count: int, pairs: Labels) -> Labels:
    """The number of the connected group that each of `count` is in, by pairs (n, 2)."""
    links = coo_array((np.ones(len(pairs), np.bool_), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    numbers: Labels = connected_components(links, directed=False)[1].astype(np.int64)
    return numbers
