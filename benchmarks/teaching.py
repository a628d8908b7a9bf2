"""What a person's photos teach: which are the same picture again, and how varied three photos are.

`python -m benchmarks.teaching` prints, on photos/faces/known: how alike (cosine of embeddings) a photo and a
copy of it are, when the copy was compressed, resized or cut at its edges, and how far their landmarks lie
apart; the same for different photos of one person; and how varied three photos of a person are in pose, light
and embedding. bot/usecases/enrol/copies.py and bot/usecases/progress.py have their limits from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.people import LIMITS, arguments, main_face, ready_config
from bot.usecases.enrol.copies import is_copy, landmarks_apart
from ml.vision.embedders import Embedder, open_embedder
from ml.vision.faces import DetectedFace, FaceDetector, open_detector
from ml.vision.images import open_photo
from ml.vision.quality import assess

Floats = NDArray[np.float32]
Found = tuple[Image.Image, DetectedFace]
SHARES = (1, 5, 50)
COPIED = 4  # photos of each person
TRIPLES_PER_PERSON = 10


Copy = Callable[[Image.Image], Image.Image]


def compressed(quality: int) -> Copy:
    def copy(photo: Image.Image) -> Image.Image:
        target = BytesIO()
        photo.save(target, "JPEG", quality=quality)
        return Image.open(target).convert("RGB")

    return copy


def resized(factor: float) -> Copy:
    def copy(photo: Image.Image) -> Image.Image:
        size = (round(photo.width * factor), round(photo.height * factor))
        return compressed(85)(photo.resize(size, Image.Resampling.BICUBIC))

    return copy


def cut(share: float) -> Copy:
    """Without that share of the width at the left and of the height at the bottom."""

    def copy(photo: Image.Image) -> Image.Image:
        across, down = round(photo.width * share), round(photo.height * share)
        return compressed(85)(photo.crop((across, 0, photo.width, photo.height - down)))

    return copy


COPIES: Mapping[str, Copy] = {
    **{f"compressed at {quality}": compressed(quality) for quality in (85, 60, 40)},
    **{f"resized to {factor}": resized(factor) for factor in (0.5, 0.75, 1.5)},
    **{f"cut by {share}": cut(share) for share in (0.05, 0.1)},
}


def found(detector: FaceDetector, photos: Sequence[Image.Image]) -> list[Found | None]:
    """The main face of each photo."""
    pairs = zip(photos, detector.detect(photos), strict=True)
    return [(photo, face) if (face := main_face(photo, faces)) else None for photo, faces in pairs]


def report_copies(detector: FaceDetector, embedder: Embedder, faces: Sequence[Found]) -> None:
    before = embedder.embed(faces)
    for title, copy in COPIES.items():
        again = found(detector, [copy(photo) for photo, _ in faces])
        kept = [number for number, one in enumerate(again) if one is not None]
        there = [one for one in again if one is not None]
        marks = [(faces[n][1].landmarks, one[1].landmarks) for n, one in zip(kept, there, strict=True)]
        alike = cosines(before[kept], embedder.embed(there))
        apart = [landmarks_apart(*pair) for pair in marks]
        pairs = zip(alike.tolist(), marks, strict=True)
        known = np.mean([is_copy(embedder.info.id, likeness, *pair) for likeness, pair in pairs])
        print(
            f"  {title:17s} {known:6.1%} known again; alike (worst 1, 5, 50 %) {quantiles(alike)};"
            f" apart {quantiles(apart, worst='largest')}"
        )


def report_others(embedder: Embedder, people: Mapping[str, Sequence[Found]]) -> None:
    """Different photos of one person; the likest pairs are named, since some may be one picture."""
    pairs, taken = [], 0
    for name, faces in people.items():
        vectors = embedder.embed(faces)
        for one, other in combinations(range(len(faces)), 2):
            marks = faces[one][1].landmarks, faces[other][1].landmarks
            alike = float(cosines(vectors[one : one + 1], vectors[other : other + 1])[0])
            taken += is_copy(embedder.info.id, alike, *marks)
            pairs.append((alike, landmarks_apart(*marks), f"{name} {one + 1} and {other + 1}"))
    print(f"  {taken} of {len(pairs)} pairs are taken for copies; the likest:")
    for alike, apart, names in sorted(pairs, reverse=True)[:8]:
        print(f"    {alike:.4f} apart {apart:.4f} {names}")


def report_variety(embedder: Embedder, people: Mapping[str, Sequence[Found]]) -> None:
    """Random threes of a person's photos."""
    random = np.random.default_rng(0)
    yaws, lights, alike = [], [], []
    for faces in people.values():
        vectors = embedder.embed(faces)
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        qualities = [assess(photo, face) for photo, face in faces]
        for _ in range(TRIPLES_PER_PERSON):
            chosen = random.choice(len(faces), 3, replace=False)
            yaws.append(np.ptp([qualities[number].yaw for number in chosen]))
            lights.append(np.ptp([qualities[number].brightness for number in chosen]))
            alike.append((vectors[chosen] @ vectors[chosen].T)[np.triu_indices(3, 1)].mean())
    for title, values in (("yaw", yaws), ("brightness", lights), ("alikeness", alike)):
        shares = ", ".join(f"{np.percentile(values, share):.3f}" for share in (5, 10, 25, 50, 75, 90, 95, 98))
        print(f"  {title:12s} 5, 10, 25, 50, 75, 90, 95, 98 % of threes have at most {shares}")


def quantiles(values: Sequence[float] | Floats, worst: Literal["smallest", "largest"] = "smallest") -> str:
    shares = SHARES if worst == "smallest" else [100 - share for share in SHARES]
    return ", ".join(f"{np.percentile(values, share):.3f}" for share in shares)


def cosines(ours: Floats, theirs: Floats) -> Floats:
    """Row by row, (n, d), (n, d) -> (n,)."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    return np.asarray((ours * theirs).sum(axis=1) / lengths, dtype=np.float32)


def photos_of(folder: Path) -> Iterator[tuple[str, list[Image.Image]]]:
    for person in sorted(folder.iterdir()):
        yield person.name, [open_photo(file, LIMITS) for file in sorted(person.glob("*.jpg"))]


def main() -> None:
    options = arguments(__doc__).parse_args()
    config = ready_config(options)
    detector, embedder = open_detector(config), open_embedder(config)
    people = {
        name: [one for one in found(detector, photos) if one is not None]
        for name, photos in photos_of(options.shared / "photos" / "faces" / "known")
    }
    print("Copies of a photo: the least alike, and the furthest apart")
    report_copies(detector, embedder, [face for faces in people.values() for face in faces[:COPIED]])
    print("Different photos of one person")
    report_others(embedder, people)
    print("Three photos of one person")
    report_variety(embedder, people)


if __name__ == "__main__":
    main()
