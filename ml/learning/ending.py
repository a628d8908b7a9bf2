"""The end of a training: what is stored of the candidate that won, and what is said of it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from ml.files import write_whole
from ml.learning import metrics, suspects
from ml.learning.candidates import Candidate
from ml.learning.heads import Fitted
from ml.learning.lesson import Lesson
from ml.learning.metrics import Flags
from ml.learning.model_file import save
from ml.learning.plots import Confusion, draw_training
from ml.training import Trained, TrainerConfig, TrainingJob

PICTURE = "training.jpg"


@dataclass(frozen=True)
class Ending:
    """All that the last word of a training takes, beside who won.

    `fitted`: the head on all examples, which says whose label is doubtful. `live`: which of the photos held
    out the model in use gets right.
    """

    config: TrainerConfig
    job: TrainingJob
    lesson: Lesson
    fitted: Fitted
    live: Flags | None
    began: float

    def of(self, winner: Candidate, loser: Candidate | None, models: Path) -> Trained:
        """Stores the winner's model in the folder `models`, its network first, and draws the picture."""
        lesson, right = self.lesson, winner.right(self.lesson)
        network = _install(winner.network, models) if winner.network else ""
        model = winner.as_model(self.job, lesson, network)
        measured = model.measured
        draw_training(
            winner.curves, Confusion(self.job.labels, measured.confusion), self.config.run / PICTURE
        )
        held_out = [lesson.examples[index].id for index in lesson.held_out]
        return Trained(
            model=save(model, models),
            network=network,
            backbone=lesson.backbone.id,
            method=winner.method,
            score=measured.score,
            live=None if self.live is None else metrics.compare(right, self.live),
            other=None if loser is None else metrics.compare(right, loser.right(lesson)),
            confusion=measured.confusion,
            mistakes=metrics.mistakes(held_out, lesson.labels[lesson.held_out], winner.probabilities),
            suspects=suspects.rank(
                [example.id for example in lesson.examples], lesson.labels, self.fitted.out_of_fold
            ),
            picture=PICTURE,
            fingerprint=model.fingerprint,
            seconds=time.monotonic() - self.began,
        )


def _install(network: Path, models: Path) -> str:
    """Copies a network into the models folder, under its sha256, which is returned."""
    models.mkdir(parents=True, exist_ok=True)
    content = network.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    write_whole(models / f"{sha256}.onnx", content)
    return sha256
