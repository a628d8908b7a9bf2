"""Scaling by area, as PyTorch's `interpolate(mode="area")` does it, without PyTorch.

Each output pixel is the plain mean of all input pixels that its area touches. Pillow's box filter leaves out
those touched by less than half, which moves MTCNN's boxes by several pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8] | NDArray[np.float32]


def area_resized(pixels: Pixels, width: int, height: int) -> NDArray[np.float32]:
    """(h, w, channels) -> (height, width, channels), in the input's units."""
    return _averaged(_averaged(pixels, height).swapaxes(0, 1), width).swapaxes(0, 1)


def _averaged(rows: Pixels, after: int) -> NDArray[np.float32]:
    """Averages the first axis down, or repeats it up, to `after` rows."""
    before = len(rows)
    steps = np.arange(after + 1) * before
    first, last = steps[:-1] // after, -(-steps[1:] // after)
    counts = (last - first)[:, None, None].astype(np.float32)
    total = rows[first].astype(np.float32)
    for tap in range(1, int((last - first).max())):
        row = first + tap
        covered = (row < last)[:, None, None]
        total += np.where(covered, rows[np.minimum(row, before - 1)], np.float32(0))
    total /= counts
    return total
