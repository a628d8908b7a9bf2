"""What a training tries: a network and two heads on it, judged by the photos held out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np

from ml.learning import heads, metrics, novelty
from ml.learning.distances import Rows
from ml.learning.heads import Fitted, Labels
from ml.learning.lesson import Lesson
from ml.learning.metrics import Flags
from ml.learning.model_file import Backbone, ChatModel, Head, Measured, fingerprint_of
from ml.learning.plots import Curve, Curves
from ml.training import Method, Score, TrainingJob
from ml.vision.classifier import softmax

_LIBRARIES = ("numpy", "scikit-learn", "onnxruntime", "torch")


@dataclass(frozen=True)
class Candidate:
    """A way to tell the labels apart, and what it makes of the photos held out.

    `network`: an ONNX file of its own, None for the backbone's. `probabilities` (held out, labels) are the
    judged head's; `cross_validated` is its accuracy on photos that it did not learn from, of the others.
    """

    method: Method
    backbone: Backbone
    network: Path | None
    judged: Head
    used: Head
    probabilities: Rows
    cross_validated: float
    curves: Curves

    def right(self, lesson: Lesson) -> Flags:
        """Which of the photos held out it gets right."""
        flags: Flags = self.probabilities.argmax(axis=1) == lesson.labels[lesson.held_out]
        return flags

    def score(self, lesson: Lesson) -> Score:
        return metrics.score(self.right(lesson))

    def measured(self, lesson: Lesson) -> Measured:
        taken = self.probabilities.argmax(axis=1)
        return Measured(
            score=self.score(lesson),
            confusion=metrics.confusion(lesson.labels[lesson.held_out], taken, lesson.count),
            cross_validated=self.cross_validated,
        )

    def as_model(self, job: TrainingJob, lesson: Lesson, network: str) -> ChatModel:
        """What is stored of it; `network` is the name of its own ONNX file in the models folder, or empty."""
        return ChatModel(
            kind=job.kind,
            method=self.method,
            labels=job.labels,
            backbone=self.backbone,
            judged=self.judged,
            used=self.used,
            measured=self.measured(lesson),
            fingerprint=fingerprint_of({one.sha256: job.labels[one.label] for one in lesson.examples}),
            network=network,
            seed=job.seed,
            versions={name: version(name) for name in _LIBRARIES},
        )


def better(head: Candidate, tuned: Candidate, lesson: Lesson) -> tuple[Candidate, Candidate]:
    """The winner and the loser: more photos held out are right, and of equals the simpler one."""
    wins = tuned.score(lesson).right > head.score(lesson).right
    return (tuned, head) if wins else (head, tuned)


def try_head(lesson: Lesson, seed: int) -> tuple[Candidate, Fitted]:
    """A head on the network as it is, and the same recipe's cross-validation on all examples."""
    judged, judged_head = _fit(lesson, lesson.train, seed)
    used, used_head = _fit(lesson, np.arange(len(lesson.labels)), seed)
    candidate = Candidate(
        method="head",
        backbone=lesson.backbone,
        network=None,
        judged=judged_head,
        used=used_head,
        probabilities=probabilities_of(judged, lesson.looks[lesson.held_out]),
        cross_validated=float((judged.out_of_fold.argmax(axis=1) == lesson.labels[lesson.train]).mean()),
        curves=_curves(judged),
    )
    return candidate, used


def _fit(lesson: Lesson, positions: Labels, seed: int) -> tuple[Fitted, Head]:
    """The head learnt from the examples there, by itself and with its rule for none of the labels."""
    some, labels = lesson.looks[positions], lesson.labels[positions]
    groups = lesson.groups[positions].tolist()
    fitted = heads.fit(some, labels, groups, lesson.count, seed)
    rule = novelty.fit(some, labels, groups, seed)
    return fitted, msgspec.structs.replace(fitted.as_head(), none=rule)


def probabilities_of(fitted: Fitted, looks: Rows) -> Rows:
    """(n, columns) -> (n, labels)."""
    return softmax((fitted.linear.logits(looks.astype(np.float64)) / fitted.temperature).astype(np.float32))


def _curves(fitted: Fitted) -> Curves:
    return Curves(
        x_label="freedom of the head (C)",
        steps=[tried.strength for tried in fitted.tried],
        loss=[Curve("cross-validated", [tried.loss for tried in fitted.tried])],
        accuracy=[Curve("cross-validated", [tried.accuracy for tried in fitted.tried])],
        chosen=[tried.strength for tried in fitted.tried].index(fitted.strength),
        logarithmic=True,
    )
