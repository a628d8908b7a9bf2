"""Why the identity rule is as it is: `python -m benchmarks.identity_rules` measures what it was chosen over.

Splits are those of `benchmarks.identity`: 30 people enrolled with 3 photos each, unless it says otherwise.
Siblings are made: each vector of one person is moved by a share of the way to the mean of another person. It
is a stand-in, since the photos hold no siblings; what is printed first is how alike the two have become.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations, pairwise

import msgspec
import numpy as np

from benchmarks.people import People, arguments, embedded
from benchmarks.splits import ENROLLED as PEOPLE
from benchmarks.splits import SPLITS, Floats, Split, gallery, look, splits, verdicts
from bot.usecases.identity import is_denied, name_faces
from ml.protocol import EmbedderInfo, IdentityThresholds
from storage.looks import LOOKS_APART, normalised

SHARE = 0.02
NAMED_FROM = "known right at 2 % of strangers"
# How far one sibling's face is moved to the other's.
LIKENESSES = (0.3, 0.4, 0.5)
PAIRS = 3
TWO_LOOKS = 10
DENIED = (1, 5)
PHOTOS = (1, 2, 3, 4, 5, 6)
TRIPLES = tuple(combinations(range(6), 3))
# Where in each half of the strangers the photos of one person begin: those with eight photos come first.
PHOTOS_OF_STRANGERS = 8
STARTS = range(0, 14 * PHOTOS_OF_STRANGERS, PHOTOS_OF_STRANGERS)


def unit(people: People) -> People:
    """The same vectors at length 1, so that products are cosines."""
    known = {name: normalised(vectors) for name, vectors in people.known.items()}
    return People(known, normalised(people.strangers))


# ── one point a person, or more ──────────────────────────────────────────────────────────────────


def prototypes(people: People) -> None:
    """The mean of a person's photos, each photo, and the mean with photos unlike the others."""
    print(f"\n{NAMED_FROM}, and what a wrong photo does")
    for title, rule in (
        ("mean", ()),
        ("nearest photo", None),
        ("mean and photos unlike the rest", LOOKS_APART),
    ):
        right, followed = [], []
        all_splits = list(splits(people))
        for split in all_splits:
            probes, strangers = (
                similar(split.enrolled, faces, rule) for faces in (split.probes, split.all_strangers)
            )
            at = np.quantile(strangers.max(axis=1), 1 - SHARE)
            right.append(((probes.argmax(axis=1) == split.truth) & (probes.max(axis=1) > at)).mean())
            intruder = split.strangers[0][:8]  # the photos of one person
            spoilt = [np.concatenate([split.enrolled[0][:-1], intruder[:1]]), *split.enrolled[1:]]
            followed.append((similar(spoilt, intruder[1:], rule)[:, 0] > at).mean())
        print(
            f"  {title:32s}{np.mean(right):7.1%}; with one photo of a stranger among a person's three,"
            f" {np.mean(followed):.0%} of that stranger's others are named"
        )


def looks(people: People, thresholds: IdentityThresholds) -> None:
    """Of ten people's six photos and of their probes, half are moved half-way to somebody else."""
    shares = np.zeros(2)
    for split in splits(people, photos=6):
        changed = with_two_looks(split)
        known = gallery(changed.enrolled)
        mean_alone = msgspec.structs.replace(known, looks=known.looks[:0], owners=known.owners[:0])
        mine = changed.truth < TWO_LOOKS
        for column, points in enumerate((known, mean_alone)):
            found = verdicts(look(points, changed.probes[mine]), changed.truth[mine], thresholds)
            shares[column] += found.right(thresholds.sure) / SPLITS
    print(f"\ntwo looks: named right {shares[0]:.1%} as shipped, {shares[1]:.1%} by the mean alone")


def with_two_looks(split: Split) -> Split:
    """The first people look half-way like others, who are not asked about, on every second photo."""
    enrolled, probes = [mine.copy() for mine in split.enrolled], split.probes.copy()
    for person in range(TWO_LOOKS):
        towards = normalised(_all_of(split, person + TWO_LOOKS).mean(axis=0, keepdims=True))
        enrolled[person][::2] = moved(enrolled[person][::2], towards, share=0.5)
        second = np.flatnonzero(split.truth == person)[::2]
        probes[second] = moved(probes[second], towards, share=0.5)
    others = [mine for person, mine in enumerate(enrolled) if not TWO_LOOKS <= person < 2 * TWO_LOOKS]
    return Split(others, probes, split.truth, split.strangers)


def similar(enrolled: Sequence[Floats], faces: Floats, rule: float | tuple[()] | None) -> Floats:
    """(faces, people); `rule`: () the mean alone, None the photos alone, else the mean and the photos whose
    cosine with the mean of the others is below it."""
    return np.stack([(faces @ _prototypes(mine, rule).T).max(axis=1) for mine in enrolled], axis=1)


def _prototypes(mine: Floats, rule: float | tuple[()] | None) -> Floats:
    if rule is None:
        return mine
    mean = normalised(mine.mean(axis=0, keepdims=True))
    if isinstance(rule, tuple):
        return mean
    others = normalised(mine.sum(axis=0) - mine)
    return np.concatenate([mean, mine[(mine * others).sum(axis=1) < rule]])


# ── siblings ─────────────────────────────────────────────────────────────────────────────────────


def siblings(people: People, thresholds: IdentityThresholds) -> None:
    """Two enrolled siblings each, and a third who is not, with the tightening and without."""
    plain = msgspec.structs.replace(thresholds, tighten=0.0, widen=0.0)
    print("\nsiblings: alike | as shipped: right, wrong, an unenrolled one named | without tightening")
    for likeness in LIKENESSES:
        cells, alike = {"shipped": np.zeros(3), "plain": np.zeros(3)}, []
        for split in splits(people):
            family = related(split, likeness)
            known = gallery(family.enrolled)
            alike += [
                float(known.centroids[pair] @ known.centroids[pair + 1]) for pair in range(0, 2 * PAIRS, 2)
            ]
            mine = family.truth < 2 * PAIRS
            found, third = look(known, family.probes[mine]), look(known, family.strangers[0][:8])
            for title, limits in (("shipped", thresholds), ("plain", plain)):
                of_pair = verdicts(found, family.truth[mine], limits)
                of_third = verdicts(third, None, limits)
                at = limits.sure
                cells[title] += np.array([of_pair.right(at), of_pair.wrong(at), of_third.wrong(at)]) / SPLITS
        columns = " | ".join(f"{a:6.1%} {b:6.2%} {c:4.0%}" for a, b, c in cells.values())
        print(f"  {np.median(alike):.2f} | {columns}")


def related(split: Split, likeness: float) -> Split:
    """The enrolled 0 and 1, 2 and 3, … are made siblings, and the first stranger one of 0."""
    enrolled, probes = [mine.copy() for mine in split.enrolled], split.probes.copy()
    first, second = (half.copy() for half in split.strangers)
    for pair in range(0, 2 * PAIRS, 2):
        towards = normalised(_all_of(split, pair).mean(axis=0, keepdims=True))
        enrolled[pair + 1] = moved(enrolled[pair + 1], towards, likeness)
        is_second = split.truth == pair + 1
        probes[is_second] = moved(probes[is_second], towards, likeness)
    towards = normalised(_all_of(split, 0).mean(axis=0, keepdims=True))
    first[:8] = moved(first[:8], towards, likeness)
    return Split(enrolled, probes, split.truth, (first, second))


def moved(vectors: Floats, towards: Floats, share: float) -> Floats:
    return normalised((1 - share) * vectors + share * towards)


def _all_of(split: Split, person: int) -> Floats:
    return np.concatenate([split.enrolled[person], split.probes[split.truth == person]])


# ── negatives ────────────────────────────────────────────────────────────────────────────────────


def negatives(people: People, thresholds: IdentityThresholds) -> None:
    """The strangers most like each person are denied: which photos are no longer named as that person?"""
    print("\ndenied strangers a person | their other photos | the person's own | own, one of them denied")
    for count in DENIED:
        kinds: tuple[list[bool], list[bool], list[bool]] = ([], [], [])
        for split in splits(people):
            for person in range(len(split.enrolled)):
                for kind, more in zip(kinds, _after_denials(split, person, count, thresholds), strict=True):
                    kind += more
        theirs, own, mistaken = (float(np.mean(kind)) for kind in kinds)
        print(f"  {count:23d} | {theirs:7.1%} of {len(kinds[0])} | {own:16.2%} | {mistaken:.1%}")


def _after_denials(
    split: Split, person: int, count: int, thresholds: IdentityThresholds
) -> tuple[list[bool], list[bool], list[bool]]:
    """Which photos are denied of those that would be named: the denied strangers', the person's own, and
    those where a photo of the person was denied by mistake."""
    mine, own = split.enrolled[person], split.probes[split.truth == person]
    mean = normalised(mine.mean(axis=0, keepdims=True))[0]
    strangers = [half[start : start + PHOTOS_OF_STRANGERS] for half in split.strangers for start in STARTS]
    nearest = sorted(strangers, key=lambda photos: -float((photos @ mean).max()))[:count]
    taken = [int((photos @ mean).argmax()) for photos in nearest]
    denied = np.stack([photos[index] for photos, index in zip(nearest, taken, strict=True)])
    others = np.concatenate(
        [np.delete(photos, index, 0) for photos, index in zip(nearest, taken, strict=True)]
    )
    return (
        _lost(mine, others, denied, thresholds),
        _lost(mine, own, denied, thresholds),
        _lost(mine, own[1:], own[:1], thresholds),
    )


def _lost(mine: Floats, faces: Floats, denied: Floats, thresholds: IdentityThresholds) -> list[bool]:
    found = look(gallery([mine], {0: denied}), faces)
    named = [candidates[0] for candidates in found if candidates[0].similarity >= thresholds.maybe]
    return [is_denied(candidate, thresholds) for candidate in named]


# ── when is a person ready? ──────────────────────────────────────────────────────────────────────


def readiness(people: People, thresholds: IdentityThresholds) -> None:
    """Known people surely named, and right, by how many photos they have, and by how alike these are."""
    all_splits = list(splits(people, photos=6))
    by_count = [named(all_splits, [list(range(count))] * PEOPLE, thresholds) for count in PHOTOS]
    print(
        "\nphotos a person: "
        + ", ".join(f"{n}: {x.mean():.1%}" for n, x in zip(PHOTOS, by_count, strict=True))
    )
    spreads = np.array([[spread(mine[:3]) for mine in split.enrolled] for split in all_splits])
    edges = np.quantile(spreads, (0, 0.25, 0.5, 0.75, 1))
    for low, high in pairwise(edges.tolist()):
        mine = (spreads >= low) & (spreads <= high)
        three, four = by_count[2][mine].mean(), by_count[3][mine].mean()
        print(f"  three, mean pairwise cosine {low:.3f} to {high:.3f}: {three:.1%}; with a fourth {four:.1%}")
    for title, place in (("least", 0), ("most", -1)):
        shares = []
        for split in all_splits:
            chosen = [sorted(TRIPLES, key=partial(_spread_of, mine))[place] for mine in split.enrolled]
            shares.append(named([split], chosen, thresholds).mean())
        print(f"  the three {title} alike of six: {np.mean(shares):.1%}")


def _spread_of(photos: Floats, few: Sequence[int]) -> float:
    return spread(photos[list(few)])


def spread(photos: Floats) -> float:
    """The mean pairwise cosine."""
    total, count = photos.sum(axis=0), len(photos)
    return (float(total @ total) - count) / (count * (count - 1))


def named(
    all_splits: Sequence[Split], photos: Sequence[Sequence[int]], thresholds: IdentityThresholds
) -> Floats:
    """(splits, people): the share of each person's probes that is surely named, and right.

    `photos`: which of their photos are enrolled, person by person. The probes are the same whichever.
    """
    shares = []
    for split in all_splits:
        known = gallery([mine[list(few)] for mine, few in zip(split.enrolled, photos, strict=True)])
        said = [name_faces([candidates], thresholds)[0] for candidates in look(known, split.probes)]
        sure = np.array([name.person_id if name.band == "sure" else -1 for name in said])
        shares.append([(sure == person)[split.truth == person].mean() for person in range(len(photos))])
    return np.array(shares, np.float32)


def report(people: People, info: EmbedderInfo) -> None:
    people = unit(people)
    prototypes(people)
    looks(people, info.thresholds)
    siblings(people, info.thresholds)
    negatives(people, info.thresholds)
    readiness(people, info.thresholds)


def main() -> None:
    report(*embedded(arguments(__doc__).parse_args(), f"{SPLITS} random splits"))


if __name__ == "__main__":
    main()
