"""The recipe of PyTorch's transfer-learning tutorial, on a backbone of ours, as it is written there.

https://docs.pytorch.org/tutorials/beginner/transfer_learning_tutorial.html: the last layer is replaced, and
either all weights are trained ("fine-tuned") or that layer alone ("fixed features"); RandomResizedCrop(224)
and a flip; SGD with rate 0.001 and momentum 0.9, a tenth of it after every 7 epochs; batches of 4; 25 epochs;
batch norms in training mode. Its code looks at the test photos after every epoch, and takes the best epoch by
them. Here the last epoch counts: of photos to come nothing is known. The looking is timed by itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from ml.torchvision_ops import declare_missing_operators
from ml.weights.features import WithFeatures, last_layer
from ml.weights.modules import build
from ml.weights.values import Preprocessing, Recipe

declare_missing_operators()
from torchvision import transforms  # noqa: E402  # the operators first

EPOCHS = 25
BATCH = 4
LOADERS = min(4, os.cpu_count() or 1)

Labelled = tuple[Path, int]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Taught:
    """What came of it: which test photos are right, and the seconds of one epoch, learning and looking."""

    right: Flags
    learning_s: float
    looking_s: float


@dataclass(frozen=True)
class Course:
    """What to learn from, what to test with, how long; `fixed`: the last layer alone."""

    train: Sequence[Labelled]
    test: Sequence[Labelled]
    labels: int
    fixed: bool
    epochs: int = EPOCHS
    look: bool = True
    seed: int = 0


def teach(recipe: Recipe, course: Course) -> Taught:
    """Runs the tutorial on the CPU."""
    torch.manual_seed(course.seed)
    blueprint = build(recipe)
    how = blueprint.preprocessing
    assert isinstance(blueprint.module, WithFeatures)
    network = blueprint.module.network
    _replace_last_layer(network, course)
    train = DataLoader(
        _Photos(course.train, _training_transform(how)), BATCH, shuffle=True, num_workers=LOADERS
    )
    test = DataLoader(_Photos(course.test, _test_transform(how)), BATCH, num_workers=LOADERS)
    learnt = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(learnt, lr=0.001, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
    learning_s, looking_s = [], []
    for _ in range(course.epochs):
        began = time.perf_counter()
        _learn(network, train, optimizer)
        schedule.step()
        learning_s.append(time.perf_counter() - began)
        if course.look:
            _right(network, test)
            looking_s.append(time.perf_counter() - began - learning_s[-1])
    looked_s = float(np.median(looking_s)) if looking_s else 0.0
    return Taught(_right(network, test), float(np.median(learning_s)), looked_s)


class _Photos(Dataset[tuple[Tensor, int]]):
    def __init__(self, photos: Sequence[Labelled], transform: transforms.Compose) -> None:
        self._photos, self._transform = photos, transform

    def __len__(self) -> int:
        return len(self._photos)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        file, label = self._photos[index]
        with Image.open(file) as photo:
            return self._transform(photo.convert("RGB")), label


def _training_transform(how: Preprocessing) -> transforms.Compose:
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(224),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize(how.mean, how.std),
        ]
    )


def _test_transform(how: Preprocessing) -> transforms.Compose:
    return transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize(how.mean, how.std),
        ]
    )


def _replace_last_layer(network: nn.Module, course: Course) -> None:
    """A new one for the labels at hand; the rest is trained as well, or fixed."""
    network.requires_grad_(not course.fixed)
    last = last_layer(network)
    assert isinstance(last, nn.Linear)
    name = next(name for name, module in network.named_modules() if module is last)
    parent, _, own = name.rpartition(".")
    setattr(network.get_submodule(parent), own, nn.Linear(last.in_features, course.labels))


def _learn(
    network: nn.Module, train: DataLoader[tuple[Tensor, int]], optimizer: torch.optim.Optimizer
) -> None:
    network.train()
    for photos, labels in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(photos), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def _right(network: nn.Module, test: DataLoader[tuple[Tensor, int]]) -> Flags:
    network.eval()
    with torch.no_grad():
        right = [network(photos).argmax(dim=1) == labels for photos, labels in test]
    return torch.cat(right).numpy()
