"""What models a worker has."""

from __future__ import annotations

import math

import msgspec

from ml.errors import MissingWeights
from ml.protocol.values import Device, Metric, Strictness, Value


class ClassifierInfo(Value, frozen=True):
    """The classifier in use. `name_it_above` is the top-1 probability under which it is "not sure".

    `backbone`: the network and its weights (name, version, beginning of the weights' sha256). What a chat
    learnt is told from the features of one backbone, and of no other.
    """

    id: str
    source: str
    categories: int
    name_it_above: float
    backbone: str = ""


class IdentityThresholds(Value, frozen=True):
    """Measured beside the embedder (see its module for data set, numbers and command).

    A face is surely a person at `sure` and above when the runner-up is at least `margin` behind, and
    maybe at `maybe` and above. In the units of the embedder's similarity: cosine, or minus the distance.

    Where somebody else enrolled is so like the person that their centroids' similarity exceeds `crowded`,
    `sure` and `maybe` rise by `tighten`, and `margin` by `widen`, for each unit of what exceeds it.
    A face this similar to one that is not the person (`copy`) is that face again.
    """

    sure: float
    maybe: float
    margin: float
    crowded: float = math.inf
    tighten: float = 0.0
    widen: float = 0.0
    copy: float = math.inf

    def for_rival(self, similarity: float) -> IdentityThresholds:
        """The thresholds for a person whose most similar other person is that similar."""
        excess = max(0.0, similarity - self.crowded)
        return msgspec.structs.replace(
            self,
            sure=self.sure + self.tighten * excess,
            maybe=self.maybe + self.tighten * excess,
            margin=self.margin + self.widen * excess,
        )


class EmbedderInfo(Value, frozen=True):
    """The face embedder in use; vectors of different ids never meet.

    `thresholds` are the normal ones; `strict` and `loose` name fewer and more strangers.
    `varied`: a person's photos are of one moment, and hardly better than one of them, where their mean
    pairwise similarity is not below this: near copies are that alike, and few different photos.
    """

    id: str
    source: str
    dimension: int
    metric: Metric
    thresholds: IdentityThresholds
    strict: IdentityThresholds | None = None
    loose: IdentityThresholds | None = None
    varied: float = 1.0

    def thresholds_for(self, strictness: Strictness) -> IdentityThresholds:
        """What a chat of that strictness names people by; the normal ones where there are no others."""
        chosen = {"strict": self.strict, "normal": self.thresholds, "loose": self.loose}[strictness]
        return chosen or self.thresholds


class Description(Value, frozen=True):
    """What a worker can do, as of its start.

    `best_embedder`: the id that FACE_MODEL=auto would take. `troubles`: for each model that is there and
    cannot be used, or that the settings misspell, one sentence that says why.
    """

    device: Device
    classifier: ClassifierInfo | None
    embedder: EmbedderInfo | None
    best_embedder: str | None = None
    missing: tuple[MissingWeights, ...] = ()
    troubles: tuple[str, ...] = ()
