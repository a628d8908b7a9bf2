"""From which likeness on two pictures are near copies: copies of photos against different photos.

    python -m benchmarks.near_copies [--shared FOLDER] [--weights FOLDER] [--model NAME ...]

Reads ants_bees and photos/imagenet in the shared folder. Prints how alike the most alike of different photos
are, and for each kind of copy how many are within the limits of ml/learning/duplicates.py.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from benchmarks.teach import LIMITS, config_of
from ml.learning.distances import Rows, unit_rows
from ml.learning.duplicates import BITS, NEAR_BITS, NEAR_COSINE, Picture, picture_of
from ml.learning.examples import Opened
from ml.learning.extractors import PhotoExtractor, open_photo_extractor
from ml.vision.images import open_photo
from ml.weights.prepare import prepare

Copy = Callable[[Image.Image], Image.Image]
# Every so many of the photos are copied: a look at all takes minutes.
COPIED = 3


def compressed(photo: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    photo.save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")


def scaled(photo: Image.Image, factor: float) -> Image.Image:
    size = (int(photo.width * factor), int(photo.height * factor))
    return photo.resize(size, Image.Resampling.BICUBIC)


def cut(photo: Image.Image, share: float) -> Image.Image:
    """Without half of that share of its width and height on each side."""
    beside, above = int(photo.width * share / 2), int(photo.height * share / 2)
    return photo.crop((beside, above, photo.width - beside, photo.height - above))


COPIES: Mapping[str, Copy] = {
    "JPEG of quality 75": lambda photo: compressed(photo, 75),
    "JPEG of quality 30": lambda photo: compressed(photo, 30),
    "half as large": lambda photo: scaled(photo, 0.5),
    "a quarter as large": lambda photo: scaled(photo, 0.25),
    "0.6 as large, JPEG of quality 80": lambda photo: compressed(scaled(photo, 0.6), 80),
    "cut by 10 %": lambda photo: cut(photo, 0.1),
    "cut by 20 %": lambda photo: cut(photo, 0.2),
    "30 % brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.3),
    "30 % less contrast": lambda photo: ImageEnhance.Contrast(photo).enhance(0.7),
    "mirrored": lambda photo: photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}


def bits_apart(pictures: list[Picture], others: list[Picture]) -> NDArray[np.int64]:
    """By how many bits the perceptual hashes differ, (n, m)."""
    first, second = (
        np.array([list(np.unpackbits(np.frombuffer(one.perceptual, np.uint8))) for one in some], np.int64)
        for some in (pictures, others)
    )
    return first @ (1 - second.T) + (1 - first) @ second.T


def cosines(extractor: PhotoExtractor, photos: list[Image.Image]) -> Rows:
    return unit_rows(extractor.extract([Opened(photo) for photo in photos]).features)


def report(photos: list[Image.Image], extractor: PhotoExtractor) -> None:
    """Prints the table of one network."""
    pictures, features = [picture_of(photo) for photo in photos], cosines(extractor, photos)
    pairs = np.triu_indices(len(photos), 1)
    bits, likeness = bits_apart(pictures, pictures)[pairs], (features @ features.T)[pairs]
    print(f"{len(bits)} pairs of different photos: at least {bits.min()} of {BITS} bits apart;", end=" ")
    print(f"cosine at most {likeness.max():.2f}")
    print(f"{'copies':>34}  <= {NEAR_BITS} bits  cosine >= {NEAR_COSINE}  either")
    for name, copy in COPIES.items():
        copies = [copy(photo) for photo in photos[::COPIED]]
        apart = np.diag(bits_apart(pictures[::COPIED], [picture_of(photo) for photo in copies]))
        alike = (features[::COPIED] * cosines(extractor, copies)).sum(axis=1)
        shares = [apart <= NEAR_BITS, alike >= NEAR_COSINE, (apart <= NEAR_BITS) | (alike >= NEAR_COSINE)]
        print(f"{name:>34}  " + "  ".join(f"{100 * share.mean():9.1f} %" for share in shares))


def main() -> None:
    parser = argparse.ArgumentParser(description="From which likeness on two pictures are near copies.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--weights", type=Path, help="WEIGHTS_DIR; the shared folder's where not given")
    parser.add_argument("--model", nargs="+", default=["tf_efficientnet_lite0", "mobilenet_v2"])
    options = parser.parse_args()
    folders = [options.shared / "photos" / name for name in ("ants_bees", "imagenet")]
    photos = [open_photo(file, LIMITS) for folder in folders for file in sorted(folder.rglob("*.jpg"))]
    with tempfile.TemporaryDirectory() as folder:
        for model in options.model:
            config = config_of(model, options.weights or options.shared / "weights", Path(folder))
            prepare(config, print)
            print(f"\n{model}")
            report(photos, open_photo_extractor(config))


if __name__ == "__main__":
    main()
