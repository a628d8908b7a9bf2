"""The last few photos the worker decoded: a drawing on a photo just analysed needs no second decode."""

from __future__ import annotations

from pathlib import Path

from PIL.Image import Image

from ml.errors import BadPhoto
from ml.recent import Recent
from ml.vision.images import Limits, open_photo

Key = tuple[Path, int, int]

# 96 MB of RGB: some twenty photos as Telegram sends them, or one of a camera's.
KEPT_PIXELS = 32_000_000


class DecodedPhotos:
    """Opens photos of the spool, and keeps the latest ones up to `kept_pixels` in all."""

    def __init__(self, limits: Limits, kept_pixels: int = KEPT_PIXELS) -> None:
        self._limits = limits
        self._photos: Recent[Key, Image] = Recent(kept_pixels, lambda photo: photo.width * photo.height)

    def open(self, path: Path) -> Image:
        """The photo, mode RGB, upright; not to be drawn on. Raises BadPhoto."""
        return self._photos.get(_key(path), lambda: open_photo(path, self._limits))

    @property
    def held_pixels(self) -> int:
        return self._photos.weight


def _key(path: Path) -> Key:
    """A file's name and version: spool names could be used again."""
    try:
        status = path.stat()
    except OSError as error:
        raise BadPhoto("gone") from error
    return path, status.st_mtime_ns, status.st_size
