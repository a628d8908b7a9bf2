"""From candidates to names: the rule that says who is in a photo. Pure: no I/O, no arithmetic on vectors.

One face against a person's centroid beats one face against each of their photos (`benchmarks/identity.py`
measures both), so a candidate's similarity is that to the centroid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from ml.protocol import IdentityThresholds, Tone
from storage.gallery import Candidate

# How many candidates a face should come with: enough to fall back on the third, and to know the runner-up.
CANDIDATES = 4


class Identity(msgspec.Struct, frozen=True):
    """Who a face is: surely or maybe `person_id`, or unknown (then both others are None)."""

    band: Tone
    person_id: int | None = None
    similarity: float | None = None


UNKNOWN = Identity("unknown")


class _Claim(msgspec.Struct, frozen=True):
    """A face's claim to be a person, strong enough to be said."""

    face: int
    person_id: int
    similarity: float
    is_sure: bool


def name_faces(candidates: Sequence[Sequence[Candidate]], thresholds: IdentityThresholds) -> list[Identity]:
    """One identity per face, in the order given; a person is named at most once in a photo.

    `candidates` holds for each face the people nearest to it, nearest first (`CANDIDATES` are enough).
    Sure claims go before unsure ones, stronger before weaker; a face that loses its person to a better claim
    falls to its next candidate, if that one passes on its own.
    """
    claims = [_claims(face, nearest, thresholds) for face, nearest in enumerate(candidates)]
    named = [UNKNOWN] * len(candidates)
    while best := max((of_face[0] for of_face in claims if of_face), key=_strength, default=None):
        named[best.face] = Identity("sure" if best.is_sure else "maybe", best.person_id, best.similarity)
        claims[best.face] = []
        claims = [[claim for claim in of_face if claim.person_id != best.person_id] for of_face in claims]
    return named


def _claims(face: int, nearest: Sequence[Candidate], thresholds: IdentityThresholds) -> list[_Claim]:
    """What a face may be called, nearest first."""
    similarities = [candidate.similarity for candidate in nearest]
    runners_up = [*similarities[1:], -math.inf]
    return [
        _Claim(
            face=face,
            person_id=candidate.person_id,
            similarity=candidate.similarity,
            is_sure=candidate.similarity >= thresholds.sure
            and candidate.similarity - runner_up >= thresholds.margin,
        )
        for candidate, runner_up in zip(nearest, runners_up, strict=False)
        if candidate.similarity >= thresholds.maybe
    ]


def _strength(claim: _Claim) -> tuple[bool, float]:
    return claim.is_sure, claim.similarity
