"""A photo that kills the process is left out, instead of killing every process that is started after it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from ml.errors import BadPhoto
from ml.learning.examples import Opened, open_example
from ml.training import Example
from ml.vision.images import Limits

# Once it may have been somebody else's doing: the machine's, or the one who ended the process.
MOST_DEATHS = 2


class _Noted(msgspec.Struct):
    """How often processes died on which photo, by sha256, and the one that is being opened."""

    deaths: dict[str, int] = {}
    opening: str = ""


class CarefulOpener:
    """Opens examples, noting in a file which one it is at: a note that is still there tells of a death."""

    def __init__(self, note: Path, limits: Limits) -> None:
        self._note, self._limits = note, limits
        noted = _read(note)
        self._deaths = Counter(noted.deaths)
        if noted.opening:
            self._deaths[noted.opening] += 1

    def __call__(self, example: Example) -> Opened:
        """Decodes an example. Raises BadPhoto, also for one on which processes died."""
        if self._deaths[example.sha256] >= MOST_DEATHS:
            raise BadPhoto("damaged")
        self._is_at(example.sha256)
        try:
            return open_example(example, self._limits)
        finally:
            self._is_at("")

    def _is_at(self, opening: str) -> None:
        # Not forced to the disk: what ends the whole machine is hardly a photo.
        self._note.write_bytes(msgspec.json.encode(_Noted(dict(self._deaths), opening)))


def _read(note: Path) -> _Noted:
    try:
        return msgspec.json.decode(note.read_bytes(), type=_Noted)
    except (FileNotFoundError, msgspec.DecodeError):
        return _Noted()
