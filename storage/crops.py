"""What is stored of a face that was cut from a photo, whether somebody enrolled it or nobody did."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from sqlalchemy import Row


class NewFace(msgspec.Struct, frozen=True, kw_only=True):
    """A face to be stored, whose crop lies in the photo store; see schema.FaceColumns.

    `vector`: little-endian float32 bytes under `model`.
    """

    crop: str
    box: tuple[float, float, float, float]
    landmarks: tuple[tuple[float, float], ...]
    quality: dict[str, Any]
    source: str
    model: str
    vector: bytes

    def columns(self) -> dict[str, Any]:
        """What of it every table has that keeps crops."""
        return {
            "crop": self.crop,
            "box": list(self.box),
            "landmarks": [list(point) for point in self.landmarks],
            "quality": self.quality,
            "source": self.source,
        }


class StoredFace(msgspec.Struct, frozen=True, kw_only=True):
    """A stored face."""

    id: int
    crop: str
    box: tuple[float, ...]
    landmarks: tuple[tuple[float, ...], ...]
    quality: dict[str, Any]
    source: str


FaceT = TypeVar("FaceT", bound=StoredFace)


def read(kind: type[FaceT], row: Row[*tuple[Any, ...]]) -> FaceT:
    """A row whose columns are named like the fields of `kind`."""
    lists = {"box": tuple(row.box), "landmarks": tuple(tuple(point) for point in row.landmarks)}
    return kind(**{**row._mapping, **lists})
