"""How many people are named right, and how many strangers are named: `python -m benchmarks.identity`.

Protocol, per random split of photos/faces: 30 of the 60 people are enrolled with 3 photos each, their other
photos are probes. Strangers are all photos of the other 30 people and the 60 unknown. A rule's threshold is
fixed on one half of the strangers so that 1, 2 or 5 % of them are named, and measured on the other half, and
the other way round: nobody's photos are measured with a threshold that they took part in. The last lines show
the thresholds that the bot uses, through its own rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.people import People, arguments, embedded_people, ready_config
from bot.usecases.identity import CANDIDATES, name_faces
from ml.protocol import IdentityThresholds, Metric
from ml.vision.embedders import open_embedder
from storage.gallery import Candidate

Floats = NDArray[np.float32]
SPLITS = 40
ENROLLED, PHOTOS_EACH = 30, 3
SHARES = (0.01, 0.02, 0.05, 0.10)
# In multiples of the embedder's own margin.
MARGINS = (0.0, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Split:
    """Similarities to the enrolled: of probes (n, 30) with their person's column, of strangers (m, 30)."""

    probes: Floats
    truth: NDArray[np.int64]
    strangers: tuple[Floats, Floats]


Similarity = Callable[[Floats, Sequence[Floats]], Floats]


def by_centroid(metric: Metric) -> Similarity:
    """Similarity of vectors (n, d) to people's mean vectors, (n, people): what the bot's gallery uses."""

    def similarity(vectors: Floats, people: Sequence[Floats]) -> Floats:
        return compare(vectors, np.stack([photos.mean(axis=0) for photos in people]), metric)

    return similarity


def by_maximum(metric: Metric) -> Similarity:
    """Similarity of vectors to each person's most similar photo, (n, people)."""

    def similarity(vectors: Floats, people: Sequence[Floats]) -> Floats:
        return np.stack([compare(vectors, photos, metric).max(axis=1) for photos in people], axis=1)

    return similarity


def compare(vectors: Floats, others: Floats, metric: Metric) -> Floats:
    """Cosine, or minus the Euclidean distance: (n, d), (m, d) -> (n, m)."""
    if metric == "cosine":
        lengths = np.linalg.norm(vectors, axis=1)[:, None] * np.linalg.norm(others, axis=1)
        return np.asarray(vectors @ others.T / lengths, dtype=np.float32)
    return np.asarray(-np.linalg.norm(vectors[:, None] - others[None], axis=2), dtype=np.float32)


def splits(people: People, similarity: Similarity, count: int = SPLITS) -> Iterator[Split]:
    """Random splits, the same ones for every embedder and rule."""
    for seed in range(count):
        random = np.random.default_rng(seed)
        names = random.permutation(sorted(people.known))
        shuffled = [random.permutation(people.known[name]) for name in names]
        enrolled = [photos[:PHOTOS_EACH] for photos in shuffled[:ENROLLED]]
        probes = [photos[PHOTOS_EACH:] for photos in shuffled[:ENROLLED]]
        truth = np.repeat(np.arange(ENROLLED), [len(photos) for photos in probes])
        others, half = shuffled[ENROLLED:], (len(shuffled) - ENROLLED) // 2
        unknown = random.permutation(people.strangers)
        halves = (
            np.concatenate([*others[:half], unknown[: len(unknown) // 2]]),
            np.concatenate([*others[half:], unknown[len(unknown) // 2 :]]),
        )
        yield Split(
            probes=similarity(np.concatenate(probes), enrolled),
            truth=truth,
            strangers=(similarity(halves[0], enrolled), similarity(halves[1], enrolled)),
        )


def best_and_margin(similarities: Floats) -> tuple[Floats, Floats]:
    """The highest of each row, and how far the second is behind it."""
    ordered = np.sort(similarities, axis=1)
    return ordered[:, -1], ordered[:, -1] - ordered[:, -2]


def threshold_at(strangers: Floats, share: float, margin: float) -> float:
    """The lowest threshold that names no more than that share of further strangers.

    The k-th highest of n values is exceeded by k / (n + 1) of further ones, in expectation.
    """
    best, ahead = best_and_margin(strangers)
    claims = np.sort(np.where(ahead >= margin, best, -1.0))[::-1]
    kth = max(1, int(share * (len(claims) + 1)))
    return float(claims[kth - 1])


def named(similarities: Floats, threshold: float, margin: float) -> NDArray[np.bool_]:
    best, ahead = best_and_margin(similarities)
    return np.asarray((best > threshold) & (ahead >= margin))


def measure(all_splits: Sequence[Split], share: float, margin: float) -> tuple[float, float, float]:
    """Means over the splits: known named right, strangers named, threshold."""
    rows = []
    for split in all_splits:
        right = split.probes.argmax(axis=1) == split.truth
        for fixed_on, measured_on in (split.strangers, split.strangers[::-1]):
            threshold = threshold_at(fixed_on, share, margin)
            known = float((named(split.probes, threshold, margin) & right).mean())
            rows.append((known, float(named(measured_on, threshold, margin).mean()), threshold))
    known_right, strangers_named, threshold = np.mean(rows, axis=0).tolist()
    return known_right, strangers_named, threshold


def outcomes(
    all_splits: Sequence[Split], thresholds: IdentityThresholds
) -> tuple[Counter[str], Counter[str]]:
    """What the bot says of each probe and each stranger, by its own rule, one face to a photo."""
    probes: Counter[str] = Counter()
    strangers: Counter[str] = Counter()
    for split in all_splits:
        for row, person in zip(split.probes, split.truth, strict=True):
            [identity] = name_faces([candidates(row)], thresholds)
            rightness = (
                "" if identity.person_id is None else " right" if identity.person_id == person else " wrong"
            )
            probes[identity.band + rightness] += 1
        for row in np.concatenate(split.strangers):
            strangers[name_faces([candidates(row)], thresholds)[0].band] += 1
    return probes, strangers


def candidates(similarities: Floats) -> list[Candidate]:
    nearest = np.argsort(-similarities, kind="stable")[:CANDIDATES]
    return [Candidate(person_id=int(person), similarity=float(similarities[person])) for person in nearest]


def report(people: People, metric: Metric, thresholds: IdentityThresholds) -> None:
    print(
        "rule                      " + "".join(f"   {share:4.0%}: right (strangers) at" for share in SHARES)
    )
    centroid = list(splits(people, by_centroid(metric)))
    _row("nearest photo", list(splits(people, by_maximum(metric))), 0.0)
    for margin in (multiple * thresholds.margin for multiple in MARGINS):
        _row(f"centroid, margin {margin:.3f}", centroid, margin)
    probes, strangers = outcomes(centroid, thresholds)
    print(f"\nwith {thresholds}, by the bot's rule:")
    for title, counts in (("known", probes), ("strangers", strangers)):
        total = counts.total()
        print(f"  {title}: " + ", ".join(f"{what} {n / total:.1%}" for what, n in counts.most_common()))


def _row(title: str, all_splits: Sequence[Split], margin: float) -> None:
    cells = (measure(all_splits, share, margin) for share in SHARES)
    print(
        f"{title:26s}"
        + "".join(f"   {known:6.1%} ({strangers:5.1%}) {at:6.3f}   " for known, strangers, at in cells)
    )


def main() -> None:
    options = arguments(__doc__).parse_args()
    config = ready_config(options)
    info = open_embedder(config).info
    print(f"{info.id}: {info.source}; {SPLITS} random splits")
    report(embedded_people(config, options.shared / "photos" / "faces"), info.metric, info.thresholds)


if __name__ == "__main__":
    main()
