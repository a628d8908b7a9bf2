"""How similar a face is to copies of itself: `python -m benchmarks.identity_copies`.

A "no" holds for the copies of its face (`IdentityThresholds.copy`), as messengers, forwards and screenshots
make them. Every fifth portrait is copied, its face found anew, and compared with the original.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from benchmarks.people import LIMITS, arguments, embedded_people, main_face, ready_config
from ml.vision.embedders import Embedder, open_embedder
from ml.vision.faces import FaceDetector, open_detector
from ml.vision.images import open_photo
from storage.looks import normalised


def compressed(photo: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def scaled(photo: Image.Image, factor: float) -> Image.Image:
    size = (round(photo.width * factor), round(photo.height * factor))
    return photo.resize(size, Image.Resampling.BICUBIC)


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG of quality 20": lambda photo: compressed(photo, 20),
    "70 % of the size": lambda photo: scaled(photo, 0.7),
    "half the size, JPEG of quality 60": lambda photo: compressed(scaled(photo, 0.5), 60),
    "30 % brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.3),
    "8 % cut off": lambda photo: photo.crop((20, 12, photo.width - 10, photo.height - 5)),
    "turned by 5 degrees": lambda photo: photo.rotate(5, Image.Resampling.BICUBIC),
    "mirrored": ImageOps.mirror,
}


def report(detector: FaceDetector, embedder: Embedder, photos: Sequence[Image.Image]) -> None:
    for title, copy in COPIES.items():
        likeness = []
        for photo in photos:
            pair = [(each, main_face(each, detector.detect([each])[0])) for each in (photo, copy(photo))]
            found = [(each, face) for each, face in pair if face is not None]
            if len(found) == 2:
                one, other = normalised(embedder.embed(found))
                likeness.append(float(one @ other))
        low, middle = np.percentile(likeness, (5, 50))
        again = np.mean(np.array(likeness) >= embedder.info.thresholds.copy)
        print(f"  {title:34s} median {middle:.3f}, lowest 5 % {low:.3f}; {again:.0%} are taken for copies")


def main() -> None:
    options = arguments(__doc__).parse_args()
    config = ready_config(options)
    folder = options.shared / "photos" / "faces"
    detector, embedder = open_detector(config), open_embedder(config)
    files = sorted(folder.rglob("*.jpg"))[::5]
    print(f"{embedder.info.id}: {len(files)} portraits; cosine of copies with the original")
    report(detector, embedder, [open_photo(file, LIMITS) for file in files])
    pairs = [
        float(one @ other)
        for vectors in embedded_people(config, folder).known.values()
        for one, other in combinations(normalised(vectors), 2)
    ]
    apart = np.mean(np.array(pairs) < embedder.info.thresholds.copy)
    print(f"  different photos of one person: median {np.median(pairs):.3f}; {apart:.1%} are no copies")


if __name__ == "__main__":
    main()
