"""What a fine-tuning is asked, and what comes of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ml.config import as_json
from ml.learning.tunable import Plan
from ml.learning.views import Shown
from ml.protocol import Value
from ml.weights.modules import Blueprint
from ml.weights.values import Recipe

# AdamW's highest rates for the backbone and for the head. `python -m benchmarks.fine_tuning` has 20 people
# told apart: with EfficientNet-Lite0 the head alone gets 14 of 41 photos right, with mobilenet_v2 12 of 40.
# Tuned at 1e-4 and 3e-4, it is 17 and 13; at these rates 20 and 19; at 1e-3 and 3e-3 19 and 20.
RATES = (3e-4, 1e-3)


class Task(Value, frozen=True, kw_only=True):
    """What is to be tuned, and on what.

    `weight` (labels, columns of looks) and `bias` of the head to begin with, as little-endian float32.
    `rates`: the highest of the backbone and of the head.
    """

    recipe: Recipe
    shown: tuple[Shown, ...]
    labels: int
    weight: bytes
    bias: bytes
    plan: Plan
    seed: int
    rates: tuple[float, float] = RATES
    max_bytes: int
    max_pixels: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(as_json(self).encode()).hexdigest()


class Epoch(Value, frozen=True):
    """How it stands after an epoch; 0 is before the first, where nothing has been learnt from yet."""

    number: int
    loss: float | None
    checked_loss: float
    checked_accuracy: float


@dataclass(frozen=True)
class Tuned:
    """The network with the weights of its best epoch, in eval mode, and how it went."""

    blueprint: Blueprint
    epochs: tuple[Epoch, ...]
    best: int
