"""A training from its beginning to its end: look, split, learn a head, fine-tune, compare, store.

Nothing in it has to be undone when the process is killed: what a network gives of photos is kept photo by
photo, a fine-tuning epoch by epoch, the rest takes seconds and comes out the same again, and a model has its
name only when it is whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ml.learning.candidates import better, try_head
from ml.learning.caution import CarefulOpener
from ml.learning.ending import Ending
from ml.learning.extractors import Extractor, open_photo_extractor
from ml.learning.features import extract
from ml.learning.lesson import Lesson, examine
from ml.learning.rivals import live_right
from ml.models import prepare_apart
from ml.training import Event, FirstAnswer, Preflight, Progress, Trained, TrainerConfig, TrainingJob
from ml.vision.images import Limits
from ml.weights import needs_prepare, prepared

Tell = Callable[[Event], None]


def train(config: TrainerConfig, job: TrainingJob, tell: Tell) -> Trained | None:
    """Trains, telling how far it is; None where the pre-flight says that there is not enough to learn from.

    Raises WeightsMissing, another error of ml.weights.errors, BadPhoto where a photo goes meanwhile, OSError.
    """
    began = time.monotonic()
    if needs_prepare(config.worker):
        prepare_apart(config.worker)
    extractor = open_photo_extractor(config.worker)
    preflight, lesson = _look(config, job, extractor, tell)
    tell(preflight)
    if not preflight.enough:
        return None
    tell(Progress("head", step=0, steps=1))
    head, fitted = try_head(lesson, job.seed)
    tell(Progress("head", step=1, steps=1, accuracy=head.cross_validated))
    ending = Ending(config, job, lesson, fitted, live_right(config, job, lesson), began)
    if not lesson.is_enough_to_tune or head.right(lesson).all():
        return ending.of(head, None, config.models)
    tell(FirstAnswer(ending.of(head, None, config.run)))
    from ml.learning.tuning import Tuner  # torch, whose import takes seconds: not before the first answer

    recipe = prepared(config.worker, "classifier").only.recipe
    tuned = Tuner(config, lesson, recipe, job.seed).try_it(tell)
    winner, loser = better(head, tuned, lesson) if tuned else (head, None)
    return ending.of(winner, loser, config.models)


def _look(
    config: TrainerConfig, job: TrainingJob, extractor: Extractor, tell: Tell
) -> tuple[Preflight, Lesson]:
    """Has the network look at all examples, and says what they are good for."""
    began = time.monotonic()

    def count(done: int, of: int) -> None:
        tell(Progress("features", done, of, eta_s=(time.monotonic() - began) / done * (of - done)))

    limits = Limits(config.worker.max_bytes, config.worker.max_pixels)
    opener = CarefulOpener(config.run / "opening.json", limits)
    found = extract(job.examples, extractor, config.features, opener, count)
    return examine(job, found, extractor)
