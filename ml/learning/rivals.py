"""The model in use, asked about the very photos that the new one is tested with."""

from __future__ import annotations

import logging

import numpy as np

from ml.errors import ModelUnusable
from ml.learning.extractors import Outputs, open_tuned_extractor
from ml.learning.lesson import Lesson, look_again
from ml.learning.metrics import Flags
from ml.learning.model_file import ChatModel, load
from ml.learning.networks import network_file
from ml.learning.predict import Predictor
from ml.runtime import NetworkUnusable
from ml.training import TrainerConfig, TrainingJob
from ml.vision.images import Limits

logger = logging.getLogger(__name__)


def live_right(config: TrainerConfig, job: TrainingJob, lesson: Lesson) -> Flags | None:
    """Which of the photos held out the model in use gets right; None where there is none, or it cannot run.

    Its judged head is asked, which did not learn from them either. A label that it does not know, by that
    name, it gets wrong. Raises BadPhoto where a photo is gone.
    """
    if not job.live:
        return None
    try:
        live = load(config.models, job.live)
        seen = _outputs(config, job, live, lesson)
    except (ModelUnusable, NetworkUnusable) as error:
        logger.warning("the model in use cannot be compared with: %s", error)
        return None
    taken = Predictor(live, "judged").probabilities(*seen).argmax(axis=1)
    names = np.array(live.labels)[taken]
    right: Flags = names == np.array(job.labels)[lesson.labels[lesson.held_out]]
    return right


def _outputs(config: TrainerConfig, job: TrainingJob, live: ChatModel, lesson: Lesson) -> Outputs:
    """What the live model's network gives of the photos held out."""
    if not live.network and live.backbone == lesson.backbone:
        return Outputs(lesson.seen.features[lesson.held_out], lesson.seen.logits[lesson.held_out])
    file = network_file(live, config.worker)
    extractor = open_tuned_extractor(file, live.backbone, config.worker.threads)
    limits = Limits(config.worker.max_bytes, config.worker.max_pixels)
    examples = [lesson.examples[index] for index in lesson.held_out]
    # Not into the cache of all: the network may be gone tomorrow.
    return look_again(examples, extractor, config.run / job.live, limits)
