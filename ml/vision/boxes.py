"""Arithmetic on boxes, as arrays of shape (n, 4): left, top, right, bottom in pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def overlap(box: Floats, others: Floats, *, of_smaller: bool = False, pixel: float = 0.0) -> Floats:
    """How much `box` (4,) overlaps each of `others` (n, 4): intersection over union, in 0..1, shape (n,).

    `of_smaller`: over the smaller of the two areas instead. `pixel` = 1 counts the right and bottom edges in.
    """
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]) + pixel
    shared = np.prod(np.maximum(sides, 0.0), axis=1)
    area = np.prod(box[2:] - box[:2] + pixel)
    areas = np.prod(others[:, 2:] - others[:, :2] + pixel, axis=1)
    whole = np.minimum(area, areas) if of_smaller else area + areas - shared
    return np.asarray(shared / np.maximum(whole, 1e-9), dtype=np.float32)


def suppress(
    boxes: Floats, scores: Floats, limit: float, *, of_smaller: bool = False, pixel: float = 0.0
) -> NDArray[np.intp]:
    """Non-maximum suppression: indices of the boxes to keep, best first.

    A box goes where it overlaps a better one by more than `limit` (see `overlap` for the other arguments).
    """
    waiting = np.argsort(-scores, kind="stable")
    kept: list[np.intp] = []
    while waiting.size:
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        shares = overlap(boxes[best], boxes[waiting], of_smaller=of_smaller, pixel=pixel)
        waiting = waiting[shares <= limit]
    return np.asarray(kept, dtype=np.intp)


def squared(boxes: Floats) -> Floats:
    """The same centres, with both sides as long as the longer one."""
    sides = boxes[:, 2:] - boxes[:, :2]
    longest = sides.max(axis=1, keepdims=True)
    corners = boxes[:, :2] + (sides - longest) / 2
    return np.concatenate([corners, corners + longest], axis=1)


def moved(boxes: Floats, offsets: Floats, *, pixel: float) -> Floats:
    """Boxes with each edge moved by `offsets` (n, 4), which are in units of the box's sides."""
    sides = boxes[:, 2:] - boxes[:, :2] + pixel
    return np.asarray(boxes + offsets * np.concatenate([sides, sides], axis=1), dtype=np.float32)
