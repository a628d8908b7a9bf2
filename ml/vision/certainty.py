"""When a classifier may name what it sees: measured thresholds, one per model.

What is named should be right at least 90 % of the time. With few photos a threshold may seem to keep that by
luck, so the lower end of a one-sided 90 % Wilson interval has to: the lowest threshold (in steps of 0.05) for
which it does, on one half of the photos, is taken. The other half says what it is worth.
`python -m benchmarks.classifier` measures and prints this table.
"""

from __future__ import annotations

import msgspec


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold and what it does on photos that it was not fixed on.

    `accuracy`: top-1, over all of them; `coverage`: the share that is named; `precision`: how much of what is
    named is right. All 0..1, on `photos` photos.
    """

    name_it_above: float
    accuracy: float
    coverage: float
    precision: float
    photos: int


# Data: shared/photos/imagenet, 200 photos of 200 ImageNet classes. Every second one, in the order of
# labels.csv, fixes the threshold; the figures are of the others.
MEASURED: dict[str, Measured] = {
    "tf_efficientnet_lite0": Measured(
        name_it_above=0.60, accuracy=0.910, coverage=0.790, precision=0.975, photos=100
    ),
    # the weights of shared/weights, which come from the 8-bit model
    "mobilenet_v2@IMAGENET1K_V2": Measured(
        name_it_above=0.45, accuracy=0.870, coverage=0.910, precision=0.923, photos=100
    ),
}

# For a model that was not measured: above every threshold that was, because an unmeasured model may be surer
# of itself than it should.
UNMEASURED = 0.7


def name_it_above(model_id: str) -> float:
    """The probability from which the model's top category is named plainly."""
    measured = MEASURED.get(model_id)
    return measured.name_it_above if measured else UNMEASURED
