"""What can go wrong on the way through the worker.

MLError
├── BadPhoto          the file is not a picture we can read; says why
├── WeightsMissing    no weights for what was asked; says which file, and where to put it
├── ModelUnusable     what a chat has taught cannot be opened, or not with the networks that are here
├── TrainerFailed     the trainer ended without a result, as often as it was started
└── WorkerFailed      the worker gave no answer
    ├── WorkerCrashed     it died on this very request, while it had no other
    ├── WorkerTimeout     it took longer than a request may; it was killed
    └── WorkerStopped     the client was closed, or the worker cannot be started
"""

from __future__ import annotations

from typing import Literal

import msgspec

BadPhotoReason = Literal[
    "not_an_image",  # the bytes are of no image format we know
    "unsupported",  # an image format, or a variant of one, that is not decoded here
    "damaged",  # truncated, or broken inside
    "too_many_pixels",  # over MAX_PIXELS, found before decoding
    "too_large",  # over MAX_FILE_MB
    "too_small",  # a side shorter than what anything could be recognised in
    "empty",  # no bytes
    "gone",  # the file is no longer where the request says
]


class MissingWeights(msgspec.Struct, frozen=True):
    """One weights file that was looked for and not found."""

    name: str
    file: str
    sha256: str
    folder: str
    command: str


class MLError(Exception):
    """The root of what the worker's callers catch."""


class BadPhoto(MLError):
    """A file that cannot be used as a photo.

    `actual` and `limit` carry the numbers of a limit that was passed (pixels or bytes), else 0.
    """

    def __init__(self, reason: BadPhotoReason, *, actual: int = 0, limit: int = 0) -> None:
        super().__init__(reason)
        self.reason: BadPhotoReason = reason
        self.actual = actual
        self.limit = limit


class WeightsMissing(MLError):
    """Something was asked for which no weights are installed."""

    def __init__(self, missing: tuple[MissingWeights, ...]) -> None:
        super().__init__(", ".join(weights.file for weights in missing))
        self.missing = missing


class ModelUnusable(MLError):
    """A chat's model cannot be used; the message says why, for the log."""


class TrainerFailed(MLError):
    """The trainer ended without a result; says how. What it had done so far lies in its run folder."""


class WorkerFailed(MLError):
    """The worker gave no answer to a request."""


class WorkerCrashed(WorkerFailed):
    """The worker died while it was busy with this request alone."""


class WorkerTimeout(WorkerFailed):
    """The worker was killed because this request took too long."""


class WorkerStopped(WorkerFailed):
    """The worker is closed, or could not be started."""
