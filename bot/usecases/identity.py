"""From candidates to names: the rule that says who is in a photo. Pure: no I/O, no arithmetic on vectors.

A candidate's similarity is that to the person's mean, or to one of their looks (`storage.points`, where the
reasons are). It makes the face surely or maybe that person by thresholds that were measured beside the
embedder, and that rise for people whom somebody else enrolled resembles (`IdentityThresholds.for_rival`).

A "no" counts for the face that it was said of and its copies, and for every face that resembles that one
more than it resembles the person. On LFW (photos/faces; facenet), with those five strangers denied who are
most like a person, 99 % of their other photos that would be taken for the person no longer are, at the cost
of 0.03 % of the person's own. A "no" by mistake costs a fifth of the person's photos until it is taken back.
`python -m benchmarks.identity_rules` prints these numbers.

Faces of one photo are named greedily, the strongest claim first. Of four enrolled people and three strangers
in a photo, the best assignment of all names as many right (98.5 %) and more wrong (0.33 %, not 0.25 %).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

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


def name_faces(
    candidates: Sequence[Sequence[Candidate]],
    thresholds: IdentityThresholds,
    denials: Collection[tuple[int, int]] = (),
) -> list[Identity]:
    """One identity per face, in the order given; a person is named at most once in a photo.

    `candidates` holds for each face the people nearest to it, nearest first (`CANDIDATES` are enough), and
    `denials` whom a face is known not to be: pairs of the face's index and a person's id.
    Sure claims go before unsure ones, stronger before weaker; a face that loses its person to a better claim
    falls to its next candidate, if that one passes on its own.
    """
    possible = [
        [person for person in nearest if (face, person.person_id) not in denials]
        for face, nearest in enumerate(candidates)
    ]
    claims = [_claims(face, nearest, thresholds) for face, nearest in enumerate(possible)]
    named = [UNKNOWN] * len(candidates)
    while best := max((of_face[0] for of_face in claims if of_face), key=_strength, default=None):
        named[best.face] = Identity("sure" if best.is_sure else "maybe", best.person_id, best.similarity)
        claims[best.face] = []
        claims = [[claim for claim in of_face if claim.person_id != best.person_id] for of_face in claims]
    return named


def conflict(
    nearest: Sequence[Candidate], thresholds: IdentityThresholds, person_id: int | None
) -> Candidate | None:
    """The other person whom a face surely looks like that is to be enrolled as `person_id` (None: anew).

    None where it is nearest to that person, or to nobody near enough. Unlike naming, this asks no margin to
    the runner-up: a face that may be either of two other people is hardly a third.
    """
    possible = [candidate for candidate in nearest if not is_denied(candidate, thresholds)]
    if not possible or possible[0].person_id == person_id:
        return None
    is_near = possible[0].similarity >= thresholds.for_rival(possible[0].rival).sure
    return possible[0] if is_near else None


def is_denied(candidate: Candidate, thresholds: IdentityThresholds) -> bool:
    """Whether a face is one that is known not to be this person, or resembles such a one more than them."""
    return candidate.denied >= min(thresholds.copy, candidate.similarity)


def _claims(face: int, nearest: Sequence[Candidate], thresholds: IdentityThresholds) -> list[_Claim]:
    """What a face may be called, nearest first."""
    possible = [candidate for candidate in nearest if not is_denied(candidate, thresholds)]
    runners_up = [*(candidate.similarity for candidate in possible[1:]), -math.inf]
    claims = (
        _claim(face, candidate, candidate.similarity - runner_up, thresholds.for_rival(candidate.rival))
        for candidate, runner_up in zip(possible, runners_up, strict=False)
    )
    return [claim for claim in claims if claim is not None]


def _claim(face: int, candidate: Candidate, ahead: float, thresholds: IdentityThresholds) -> _Claim | None:
    """The claim to be one candidate, who is this far ahead of the next; None where it is not to be said."""
    if candidate.similarity < thresholds.maybe:
        return None
    return _Claim(
        face=face,
        person_id=candidate.person_id,
        similarity=candidate.similarity,
        is_sure=candidate.similarity >= thresholds.sure and ahead >= thresholds.margin,
    )


def _strength(claim: _Claim) -> tuple[bool, float]:
    return claim.is_sure, claim.similarity
