"""How many people are named right, and how many strangers are named: `python -m benchmarks.identity`.

Protocol, per random split of photos/faces: 30 of the 60 people are enrolled with 3 photos each, their other
photos are probes. Strangers are all photos of the other 30 people and the 60 unknown. In the first table, a
threshold is fixed on one half of the strangers so that a share of them is named, and measured on the other
half, and the other way round: nobody's photos are measured with a threshold that they took part in. In the
second, nobody at all is on both sides: the threshold is fixed on one half of all people (15 enrolled), and
measured on the other. The third shows the thresholds that the bot has, through its own rule, for each
strictness and with 2, 10, 30 and 60 people enrolled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.people import People, arguments, embedded
from benchmarks.splits import SPLITS, Split, Verdicts, gallery, look, split_of, splits, threshold_at, verdicts
from bot.usecases.identity import Identity, name_faces
from ml.protocol import EmbedderInfo, IdentityThresholds, Strictness
from storage.gallery import Candidate

SHARES = (0.005, 0.01, 0.02, 0.05, 0.10, 0.15)
SIZES = (2, 10, 30, 60)
STRICTNESSES: tuple[Strictness, ...] = ("strict", "normal", "loose")
# What a curve is drawn through: known people named right, and strangers named.
Curve = list[tuple[float, float]]
DOTS = 400


def by_strangers(people: People, thresholds: IdentityThresholds) -> None:
    """The first table."""
    pairs = []
    for split in splits(people):
        known = gallery(split.enrolled)
        probes = verdicts(look(known, split.probes), split.truth, thresholds)
        halves = [verdicts(look(known, half), None, thresholds) for half in split.strangers]
        pairs += [(halves[0], probes, halves[1]), (halves[1], probes, halves[0])]
    _print_shares("threshold from the other strangers", pairs)


def by_people(people: People, thresholds: IdentityThresholds) -> None:
    """The second table."""
    pairs = []
    for seed in range(SPLITS):
        halves = [_judged(half, thresholds) for half in halves_of(people, seed)]
        for (_, fixed_on), (probes, strangers) in (halves, halves[::-1]):
            pairs.append((fixed_on, probes, strangers))
    _print_shares("threshold from other people", pairs)


def halves_of(people: People, seed: int) -> Iterator[Split]:
    """Two splits with nobody in both, each of half of all people, half of whom are enrolled."""
    random = np.random.default_rng(seed)
    names = random.permutation(sorted(people.known))
    unknown = random.permutation(people.strangers)
    for half in range(2):
        shuffled = [random.permutation(people.known[name]) for name in names[half::2]]
        yield split_of(shuffled, unknown[half::2], enrolled=len(shuffled) // 2, photos=3)


def _judged(split: Split, thresholds: IdentityThresholds) -> tuple[Verdicts, Verdicts]:
    known = gallery(split.enrolled)
    probes = verdicts(look(known, split.probes), split.truth, thresholds)
    return probes, verdicts(look(known, split.all_strangers), None, thresholds)


def _print_shares(title: str, pairs: Sequence[tuple[Verdicts, Verdicts, Verdicts]]) -> None:
    """Means over (strangers to fix the threshold on, probes, strangers to measure)."""
    print(f"\n{title:36s}known right  known wrong  strangers named  threshold")
    for share in SHARES:
        rows = []
        for fixed_on, probes, strangers in pairs:
            at = threshold_at(fixed_on, share)
            rows.append((probes.right(at), probes.wrong(at), strangers.wrong(at), at))
        right, wrong, named, at = np.mean(rows, axis=0).tolist()
        print(f"  for {share:5.1%} of strangers{right:20.1%}{wrong:13.2%}{named:17.1%}{at:11.3f}")


def by_bot(people: People, info: EmbedderInfo) -> None:
    """The third table: what is said of a face that is alone in its photo."""
    print(f"\n{'strictness':12s}enrolled  known: right  maybe right  maybe wrong  wrong", end="")
    print("   strangers: named  maybe")
    for strictness in STRICTNESSES:
        for enrolled in SIZES:
            probes, strangers = outcomes(splits(people, enrolled), info.thresholds_for(strictness))
            known = "".join(
                f"{probes[said] / probes.total():{width}.2%}"
                for said, width in (
                    ("sure right", 14),
                    ("maybe right", 13),
                    ("maybe wrong", 13),
                    ("sure wrong", 7),
                )
            )
            named, maybe = (strangers[said] / strangers.total() for said in ("sure wrong", "maybe wrong"))
            print(f"{strictness:12s}{enrolled:8d}{known}{named:19.2%}{maybe:7.2%}")


def outcomes(
    some_splits: Iterator[Split], thresholds: IdentityThresholds
) -> tuple[Counter[str], Counter[str]]:
    """What the bot says of each probe and each stranger, by its own rule, one face to a photo."""
    probes: Counter[str] = Counter()
    strangers: Counter[str] = Counter()
    for split in some_splits:
        known = gallery(split.enrolled)
        for candidates, person in zip(look(known, split.probes), split.truth, strict=True):
            probes[_said(candidates, thresholds, person)] += 1
        for candidates in look(known, split.all_strangers):
            strangers[_said(candidates, thresholds, -1)] += 1
    return probes, strangers


def _said(candidates: Sequence[Candidate], thresholds: IdentityThresholds, person: int) -> str:
    identity: Identity = name_faces([candidates], thresholds)[0]
    if identity.person_id is None:
        return identity.band
    return f"{identity.band} {'right' if identity.person_id == person else 'wrong'}"


def plot(people: People, info: EmbedderInfo, target: Path) -> None:
    """Draws what is lost of the known against what is named of strangers, a curve for each gallery's size."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 6))
    for enrolled in SIZES:
        dots = curve(people, enrolled, info.thresholds)
        axes.plot([x * 100 for x, _ in dots], [y * 100 for _, y in dots], label=f"{enrolled} enrolled")
    for strictness in STRICTNESSES:
        probes, strangers = outcomes(splits(people), info.thresholds_for(strictness))
        x, y = strangers["sure wrong"] / strangers.total(), probes["sure right"] / probes.total()
        axes.plot(x * 100, y * 100, "ko")
        axes.annotate(strictness, (x * 100, y * 100), (6, -12), textcoords="offset points")
    axes.set(xscale="log", xlim=(0.1, 30), ylim=(90, 100), title=f"{info.id}, 3 photos a person")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set(xlabel="strangers surely named, %", ylabel="known people surely named, and right, %")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(target, dpi=120)
    plt.close(figure)


def curve(people: People, enrolled: int, thresholds: IdentityThresholds) -> Curve:
    """Strangers named and known named right, over all splits together, from strict to loose."""
    judged = [_judged(split, thresholds) for split in splits(people, enrolled)]
    probes, strangers = (_together(part) for part in zip(*judged, strict=True))
    highest = np.sort(strangers.similarity)[::-1]
    steps = highest[np.unique(np.geomspace(1, len(highest), DOTS).astype(int)) - 1]
    return [(strangers.wrong(at), probes.right(at)) for at in steps.tolist()]


def _together(parts: Sequence[Verdicts]) -> Verdicts:
    return Verdicts(
        np.concatenate([part.similarity for part in parts]),
        np.concatenate([part.is_ahead for part in parts]),
        np.concatenate([part.is_right for part in parts]),
    )


def report(people: People, info: EmbedderInfo) -> None:
    by_strangers(people, info.thresholds)
    by_people(people, info.thresholds)
    by_bot(people, info)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--plot", type=Path, help="also draw the trade-off curves to this PNG")
    options = parser.parse_args()
    people, info = embedded(options, f"{SPLITS} random splits")
    report(people, info)
    if options.plot is not None:
        plot(people, info, options.plot)


if __name__ == "__main__":
    main()
