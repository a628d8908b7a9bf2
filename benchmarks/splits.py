"""Random splits of photographed people: enrolled, asked about, strangers; what the gallery makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.people import People
from bot.usecases.identity import CANDIDATES
from ml.protocol import IdentityThresholds
from storage.gallery import Candidate
from storage.points import Points, nearest, points

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SPLITS = 40
ENROLLED, PHOTOS_EACH = 30, 3


@dataclass(frozen=True)
class Split:
    """Vectors of the enrolled, person by person, of probes (n, d) with their person's number, of strangers.

    The strangers (m, d) are in two halves, with nobody in both.
    """

    enrolled: list[Floats]
    probes: Floats
    truth: Ints
    strangers: tuple[Floats, Floats]

    @property
    def all_strangers(self) -> Floats:
        return np.concatenate(self.strangers)


@dataclass(frozen=True)
class Verdicts:
    """Of faces (n,): how similar the nearest person is, less what is asked more of that person because of a
    rival; whether the runner-up is far enough behind; and whether it is the right person."""

    similarity: Floats
    is_ahead: Bools
    is_right: Bools

    def right(self, threshold: float) -> float:
        return float((self.is_right & self._named(threshold)).mean())

    def wrong(self, threshold: float) -> float:
        return float((~self.is_right & self._named(threshold)).mean())

    def _named(self, threshold: float) -> Bools:
        return np.asarray(self.is_ahead & (self.similarity >= threshold))


def splits(
    people: People, enrolled: int = ENROLLED, photos: int = PHOTOS_EACH, count: int = SPLITS
) -> Iterator[Split]:
    """The same ones for every embedder and rule; whoever of the known is not enrolled is a stranger."""
    for seed in range(count):
        random = np.random.default_rng(seed)
        names = random.permutation(sorted(people.known))
        shuffled = [random.permutation(people.known[name]) for name in names]
        yield split_of(shuffled, random.permutation(people.strangers), enrolled, photos)


def split_of(shuffled: Sequence[Floats], unknown: Floats, enrolled: int, photos: int) -> Split:
    """The first people are enrolled with their first photos."""
    probes = [mine[photos:] for mine in shuffled[:enrolled]]
    others, half = shuffled[enrolled:], (len(shuffled) - enrolled) // 2
    return Split(
        enrolled=[mine[:photos] for mine in shuffled[:enrolled]],
        probes=np.concatenate(probes),
        truth=np.repeat(np.arange(enrolled), [len(mine) for mine in probes]),
        strangers=(
            np.concatenate([*others[:half], unknown[: len(unknown) // 2]]),
            np.concatenate([*others[half:], unknown[len(unknown) // 2 :]]),
        ),
    )


def gallery(enrolled: Sequence[Floats], negatives: dict[int, Floats] | None = None) -> Points:
    """The gallery that the bot would have; people are numbered from 0."""
    ids = np.repeat(np.arange(len(enrolled)), [len(mine) for mine in enrolled])
    return points(ids, np.concatenate(enrolled), "cosine", negatives or {})


def verdicts(
    found: Sequence[Sequence[Candidate]], truth: Ints | None, thresholds: IdentityThresholds
) -> Verdicts:
    """What the rule sees of each face; the thresholds give the margin and what rivals change."""
    rows = [_verdict(candidates, thresholds) for candidates in found]
    people = np.array([candidates[0].person_id for candidates in found])
    is_right = np.zeros(len(found), bool) if truth is None else people == truth
    return Verdicts(
        np.array([row[0] for row in rows], np.float32), np.array([row[1] for row in rows], bool), is_right
    )


def look(people: Points, faces: Floats) -> list[list[Candidate]]:
    return nearest(people, faces, CANDIDATES)


def threshold_at(strangers: Verdicts, share: float) -> float:
    """The lowest threshold that names no more than that share of further strangers.

    The k-th highest of n values is exceeded by k / (n + 1) of further ones, in expectation; between two k,
    the threshold lies between theirs.
    """
    claims = np.sort(np.where(strangers.is_ahead, strangers.similarity, -1.0))[::-1]
    place = max(0.0, share * (len(claims) + 1) - 1)
    return float(np.interp(place, np.arange(len(claims)), claims))


def _verdict(candidates: Sequence[Candidate], thresholds: IdentityThresholds) -> tuple[float, bool]:
    best = candidates[0]
    asked = thresholds.for_rival(best.rival)
    ahead = best.similarity - candidates[1].similarity if len(candidates) > 1 else np.inf
    return best.similarity - (asked.sure - thresholds.sure), ahead >= asked.margin
