"""Photos as a network is shown them while it learns: each time a little different."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ml.protocol import StoredCrop, Value
from ml.torchvision_ops import declare_missing_operators
from ml.vision.embedders.facenet import face_pixels
from ml.vision.faces import DetectedFace
from ml.vision.images import Limits, open_photo
from ml.vision.inputs import as_input
from ml.weights.values import Preprocessing

declare_missing_operators()
from torchvision.transforms import InterpolationMode, v2  # noqa: E402  # the operators first

# How much of the photo is seen at least, where the tutorial's 0.08 often shows none of what is on it.
LEAST_AREA = 0.5
# Light and colour differ as much between two photos of one thing.
JITTER = 0.2

Floats = np.typing.NDArray[np.float32]


class Shown(Value, frozen=True):
    """A photo, or with `crop` an enrolled face, and its label; `checked`: only to see when to stop."""

    photo: str
    label: int
    checked: bool
    crop: StoredCrop | None = None


class Views:
    """Opens photos and makes inputs of them. BadPhoto where one cannot be read any more."""

    def __init__(self, preprocessing: Preprocessing, side_px: int, limits: Limits) -> None:
        self._preprocessing = preprocessing
        self._limits = limits
        self._augment = _augmentation(preprocessing, side_px)

    def plain(self, shown: Sequence[Shown]) -> Tensor:
        """As photos are shown to the network when it answers, (n, 3, side, side)."""
        photos = (self._open(one) for one in shown)
        return torch.from_numpy(np.stack([as_input(photo, self._preprocessing) for photo in photos]))

    def varied(self, shown: Sequence[Shown], seeds: Sequence[int]) -> Tensor:
        """Another part, side and light of each, (n, 3, side, side); the same for the same seed."""
        views = []
        for one, seed in zip(shown, seeds, strict=True):
            # torchvision's transforms draw from torch's own generator.
            torch.manual_seed(seed)
            views.append(self._augment(self._open(one)))
        return torch.stack(views)

    def _open(self, shown: Shown) -> Image.Image:
        photo = open_photo(Path(shown.photo), self._limits)
        if shown.crop is None:
            return photo
        face = DetectedFace(box=shown.crop.box, landmarks=shown.crop.landmarks, confidence=1.0)
        return Image.fromarray(face_pixels(photo, face))


def _augmentation(preprocessing: Preprocessing, side_px: int) -> Callable[[Image.Image], Tensor]:
    interpolation = InterpolationMode(preprocessing.interpolation)
    augmentation: Callable[[Image.Image], Tensor] = v2.Compose(
        [
            v2.RandomResizedCrop(side_px, scale=(LEAST_AREA, 1.0), interpolation=interpolation),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(brightness=JITTER, contrast=JITTER, saturation=JITTER),
            v2.ToImage(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean=preprocessing.mean, std=preprocessing.std),
        ]
    )
    return augmentation
