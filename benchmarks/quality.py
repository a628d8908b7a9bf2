"""Whether the quality gate refuses what would be recognised wrong: `python -m benchmarks.quality`.

Per random split of photos/faces/known, 30 of the 60 people are enrolled with 3 untouched photos each, and
worse copies of their other photos (`benchmarks.copies`) are asked about. A copy is recognised wrong where the
bot's rule, with the thresholds it has, does not name it rightly, surely or maybe; named as somebody else is
the stricter reading. Of these the gate should refuse nearly all, and of the untouched photos nearly none. A
copy in which no face is found any more is wrong and refused; the shares are printed without those as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.copies import COPIES
from benchmarks.people import LIMITS, arguments, main_face, ready_config
from benchmarks.splits import ENROLLED, PHOTOS_EACH, SPLITS, gallery, look
from bot.usecases.identity import name_faces
from ml.protocol import IdentityThresholds
from ml.vision.embedders import Embedder, open_embedder
from ml.vision.faces import FaceDetector, open_detector
from ml.vision.images import open_photo
from ml.vision.quality import assess

Floats = NDArray[np.float32]
UNTOUCHED = "untouched"


@dataclass(frozen=True)
class Portrait:
    """A photo of a person, or a copy of it. `refused` says why, empty where the gate lets it pass.

    `vector` is None where no face is found.
    """

    person: str
    photo: int
    copy: str
    refused: str
    vector: Floats | None


@dataclass
class Tally:
    """Faces that were asked about, recognised wrong and named as somebody else; and how many were refused."""

    asked: int = 0
    wrong: int = 0
    wrong_refused: int = 0
    other: int = 0
    other_refused: int = 0

    def note(self, refused: bool, named: str | None, person: str) -> None:
        self.asked += 1
        self.wrong += named != person
        self.wrong_refused += refused and named != person
        self.other += named not in (None, person)
        self.other_refused += refused and named not in (None, person)


def portraits(
    detector: FaceDetector, embedder: Embedder, files: Sequence[Path], copied: int
) -> Iterator[Portrait]:
    """All photos untouched, and the copies of each person's first `copied` photos."""
    numbers = Counter[str]()
    for file in files:
        person = file.parent.name
        photo = open_photo(file, LIMITS)
        face = main_face(photo, detector.detect([photo])[0])
        pictures = {UNTOUCHED: photo}
        if face is not None and numbers[person] < copied:
            pictures |= {name: copy(photo, face) for name, copy in COPIES.items()}
        found = {
            name: main_face(picture, faces)
            for (name, picture), faces in zip(
                pictures.items(), detector.detect(list(pictures.values())), strict=True
            )
        }
        faces_found = [(pictures[name], face) for name, face in found.items() if face is not None]
        vectors = iter(embedder.embed(faces_found) if faces_found else ())
        for name, face in found.items():
            problems = ("no face",) if face is None else assess(pictures[name], face).problems
            vector = None if face is None else next(vectors)
            yield Portrait(person, numbers[person], name, (*problems, "")[0], vector)
        numbers[person] += 1


def tallies(all_portraits: Sequence[Portrait], thresholds: IdentityThresholds) -> dict[str, Tally]:
    """By copy, over all splits."""
    counts = {copy: Tally() for copy in (UNTOUCHED, *COPIES)}
    for seed in range(SPLITS):
        for portrait, named in named_portraits(all_portraits, thresholds, seed):
            counts[portrait.copy].note(bool(portrait.refused), named, portrait.person)
    return counts


def named_portraits(
    all_portraits: Sequence[Portrait], thresholds: IdentityThresholds, seed: int
) -> Iterator[tuple[Portrait, str | None]]:
    """What the bot's rule calls the enrolled people's other photos and copies, in one split."""
    random = np.random.default_rng(seed)
    untouched = {(each.person, each.photo): each for each in all_portraits if each.copy == UNTOUCHED}
    names = random.permutation(sorted({person for person, _ in untouched}))[:ENROLLED].tolist()
    usable = {name: [photo for person, photo in untouched if person == name] for name in names}
    enrolled = {name: random.permutation(photos)[:PHOTOS_EACH].tolist() for name, photos in usable.items()}
    people = gallery([_vectors(untouched[name, photo] for photo in enrolled[name]) for name in names])
    asked = [each for each in all_portraits if each.person in enrolled]
    asked = [each for each in asked if each.photo not in enrolled[each.person]]
    faces = [each for each in asked if each.vector is not None]
    for each, candidates in zip(faces, look(people, _vectors(faces)), strict=True):
        [identity] = name_faces([candidates], thresholds)
        yield each, None if identity.person_id is None else names[identity.person_id]
    yield from ((each, None) for each in asked if each.vector is None)


def _vectors(some: Iterable[Portrait]) -> Floats:
    return np.stack([each.vector for each in some if each.vector is not None])


def report(all_portraits: Sequence[Portrait], thresholds: IdentityThresholds) -> None:
    seen = [each for each in all_portraits if each.vector is not None]
    print(f"{'copy':26s}  wrong, of these refused   refused, and why")
    every, of_seen = (tallies(those, thresholds) for those in (all_portraits, seen))
    for copy, tally in every.items():
        own = Counter(each.refused for each in all_portraits if each.copy == copy)
        why = ", ".join(f"{reason} {n / own.total():.0%}" for reason, n in own.most_common() if reason)
        wrong, refused = tally.wrong / max(tally.asked, 1), 1 - own[""] / own.total()
        of_these = _share(tally.wrong_refused, tally.wrong)
        print(f"{copy:26s}{wrong:7.1%}{of_these:>18s}   {refused:7.1%}: {why}")
    for title, counts in (("all copies", every), ("copies with a face", of_seen)):
        wrong, wrong_refused, other, other_refused = (
            sum(getattr(counts[copy], name) for copy in COPIES)
            for name in ("wrong", "wrong_refused", "other", "other_refused")
        )
        print(
            f"{title}: refused of those recognised wrong {_share(wrong_refused, wrong)},"
            f" of those named as somebody else {_share(other_refused, other)}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--photos", type=int, default=1, help="how many of a person's photos are copied")
    options = parser.parse_args()
    config = ready_config(options)
    embedder = open_embedder(config)
    print(f"{embedder.info.id}: {len(COPIES)} copies of {options.photos} photos a person; {SPLITS} splits")
    files = sorted((options.shared / "photos" / "faces" / "known").rglob("*.jpg"))
    found = list(portraits(open_detector(config), embedder, files, options.photos))
    report(found, embedder.info.thresholds)


if __name__ == "__main__":
    main()
