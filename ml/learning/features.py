"""What a network gives of a job's examples: computed once for each photo and network, and kept.

A file for each photo and network, `<folder>/<network>/<ab>/<sha256>.npy`, goes when the photo does. One that
is damaged, or of another shape, is computed anew.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ml.errors import BadPhoto
from ml.files import write_whole
from ml.learning.distances import Rows, looks
from ml.learning.duplicates import Picture, picture_of
from ml.learning.examples import Opened
from ml.learning.extractors import Extractor
from ml.learning.model_file import Backbone
from ml.training import Example
from ml.vision.backbone import BATCH

Record = NDArray[np.void]
# Told how many of how many examples are done.
Tell = Callable[[int, int], None]
Open = Callable[[Example], Opened]


@dataclass(frozen=True)
class Extracted:
    """What there is of the examples that can be read, in their order: features (n, dimension) and logits
    (n, categories). `unreadable`: ids of the others."""

    examples: tuple[Example, ...]
    features: Rows
    logits: Rows
    pictures: tuple[Picture, ...]
    unreadable: tuple[int, ...]

    @property
    def looks(self) -> Rows:
        """(n, columns); see `ml.learning.distances`."""
        return looks(self.features, self.logits)


@dataclass(frozen=True)
class Cache:
    """Where what a network gave of photos is kept, and the shape it has."""

    folder: Path
    backbone: Backbone

    @property
    def record(self) -> np.dtype[np.void]:
        """What a file holds. `check` is the CRC-32 of the rest: a disk may lose what was written last."""
        return np.dtype(
            [
                ("check", "<u4"),
                ("pixels", "u1", (32,)),
                ("perceptual", "u1", (8,)),
                ("features", "<f4", (self.backbone.dimension,)),
                ("logits", "<f4", (self.backbone.categories,)),
            ]
        )

    def path(self, photo_sha256: str) -> Path:
        network = self.backbone.stem or self.backbone.id
        return self.folder / network / photo_sha256[:2] / f"{photo_sha256}.npy"

    def read(self, photo_sha256: str) -> Record | None:
        """The record of a photo, (); None where there is none that is whole."""
        try:
            content = self.path(photo_sha256).read_bytes()
            found = npy.read_array(io.BytesIO(content), allow_pickle=False)
        except (OSError, ValueError):
            return None
        if found.dtype != self.record or found.shape != () or found["check"] != _check(found):
            return None
        return np.asarray(found)

    def write(self, photo_sha256: str, record: Record) -> None:
        target = self.path(photo_sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        npy.write_array(content, record, allow_pickle=False)
        write_whole(target, content.getvalue())


def extract(
    examples: Sequence[Example], extractor: Extractor, folder: Path, open_one: Open, tell: Tell
) -> Extracted:
    """Runs the network on the examples that the cache in `folder` does not have; a few are open at a time.

    A photo that `open_one` cannot read, which it says by BadPhoto, is passed over, and named.
    """
    cache = Cache(folder, extractor.backbone)
    records: dict[int, Record] = {}
    unreadable: list[int] = []
    for start in range(0, len(examples), BATCH):
        some = examples[start : start + BATCH]
        known = {one.id: record for one in some if (record := cache.read(one.sha256)) is not None}
        opened = _open([one for one in some if one.id not in known], open_one)
        computed = _computed(extractor, cache, opened)
        unreadable += [one.id for one in some if one.id not in known and one.id not in computed]
        records |= known | computed
        tell(min(start + BATCH, len(examples)), len(examples))
    return _extracted([one for one in examples if one.id in records], records, cache, unreadable)


def _open(examples: Sequence[Example], open_one: Open) -> list[tuple[Example, Opened]]:
    """Those of the examples that can be read."""
    opened = []
    for example in examples:
        try:
            opened.append((example, open_one(example)))
        except BadPhoto:
            continue  # named by its absence
    return opened


def _computed(
    extractor: Extractor, cache: Cache, opened: Sequence[tuple[Example, Opened]]
) -> dict[int, Record]:
    """Records of the examples, which are written to the cache, by the examples' ids."""
    if not opened:
        return {}
    outputs = extractor.extract([one for _, one in opened])
    records = {}
    for (example, one), features, logits in zip(opened, outputs.features, outputs.logits, strict=True):
        picture = picture_of(one.photo)
        record = np.zeros((), cache.record)
        record["pixels"] = np.frombuffer(picture.pixels, np.uint8)
        record["perceptual"] = np.frombuffer(picture.perceptual, np.uint8)
        record["features"], record["logits"] = features, logits
        record["check"] = _check(record)
        cache.write(example.sha256, record)
        records[example.id] = record
    return records


def _check(record: Record) -> int:
    return zlib.crc32(record.tobytes()[4:])


def _extracted(
    examples: Sequence[Example], records: dict[int, Record], cache: Cache, unreadable: Sequence[int]
) -> Extracted:
    table = np.array([records[example.id] for example in examples], cache.record)
    return Extracted(
        examples=tuple(examples),
        features=np.ascontiguousarray(table["features"], np.float32),
        logits=np.ascontiguousarray(table["logits"], np.float32),
        pictures=tuple(Picture(row["pixels"].tobytes(), row["perceptual"].tobytes()) for row in table),
        unreadable=tuple(unreadable),
    )
