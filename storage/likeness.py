"""How alike stored vectors are."""

from __future__ import annotations

from collections.abc import Sequence

from storage.looks import normalised
from storage.points import as_matrix


def cosines(vector: bytes, others: Sequence[bytes]) -> list[float]:
    """The cosine of a vector with each of the others (little-endian float32 bytes, one length)."""
    if not others:
        return []
    alike = normalised(as_matrix(others)) @ normalised(as_matrix([vector]))[0]
    return [float(cosine) for cosine in alike]
