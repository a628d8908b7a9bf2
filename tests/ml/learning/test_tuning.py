"""A fine-tuned network as a candidate: judged like the head alone, stored, and able to answer."""

from __future__ import annotations

import dataclasses
import functools
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ml.config import WorkerConfig
from ml.learning.candidates import Candidate, better, try_head
from ml.learning.ending import Ending
from ml.learning.examples import open_example
from ml.learning.extractors import open_photo_extractor
from ml.learning.features import extract
from ml.learning.lesson import Lesson, examine
from ml.learning.model_file import load
from ml.learning.own_labels import OwnModels, Question
from ml.learning.tuning import Tuner
from ml.training import TrainerConfig, TrainingJob
from ml.vision.images import Limits, open_photo
from ml.weights import prepared
from tests.ml.learning.jobs import job_of, trainer_config

pytestmark = pytest.mark.weights

LIMITS = Limits(max_bytes=10_000_000, max_pixels=10_000_000)


@dataclass(frozen=True)
class Tried:
    """A training by hand: both candidates, and what they were tried on."""

    config: TrainerConfig
    job: TrainingJob
    lesson: Lesson
    head: Candidate
    tuned: Candidate
    ending: Ending


@pytest.fixture(scope="module")
def tried(prepared_starter: Path, tmp_path_factory: pytest.TempPathFactory) -> Tried:
    folder = tmp_path_factory.mktemp("tuning")
    worker = WorkerConfig(
        spool=folder,
        networks=prepared_starter,
        weights=folder,
        models=folder / "models",
        device="cpu",
        threads=1,
    )
    # One thing in four colours: its network tells them apart, and not as well as it could.
    job = job_of([8, 8, 8, 8], folder / "photos", things=[0, 10, 20, 30])
    config = trainer_config(worker, folder)
    config.run.mkdir()
    extractor = open_photo_extractor(worker)
    opener = functools.partial(open_example, limits=LIMITS)
    found = extract(job.examples, extractor, config.features, opener, lambda done, of: None)
    _, lesson = examine(job, found, extractor)
    head, fitted = try_head(lesson, job.seed)
    recipe = prepared(worker, "classifier").only.recipe
    tuned = Tuner(config, lesson, recipe, job.seed).try_it(lambda _: None)
    assert tuned is not None
    ending = Ending(config, job, lesson, fitted, None, time.monotonic())
    return Tried(config, job, lesson, head, tuned, ending)


def test_the_network_that_came_of_it_is_another_and_its_head_better_than_chance(tried: Tried) -> None:
    looks_of_both = tried.head.probabilities, tried.tuned.probabilities
    assert not np.allclose(*looks_of_both)
    assert tried.tuned.score(tried.lesson).accuracy > 0.25
    assert tried.tuned.network is not None


def test_who_gets_more_photos_right_wins_and_of_equals_the_head_alone(tried: Tried) -> None:
    truth = np.eye(tried.lesson.count, dtype=np.float32)[tried.lesson.labels[tried.lesson.held_out]]
    tuned = dataclasses.replace(tried.tuned, probabilities=truth)
    head = dataclasses.replace(tried.head, probabilities=truth)
    worse = dataclasses.replace(tried.head, probabilities=np.roll(truth, 1, axis=1))
    assert better(worse, tuned, tried.lesson) == (tuned, worse)
    assert better(head, tuned, tried.lesson) == (head, tuned)


def test_the_worker_answers_with_the_network_that_came_of_it(tried: Tried) -> None:
    trained = tried.ending.of(tried.tuned, tried.head, tried.config.models)
    model = load(tried.config.models, trained.model)
    assert (trained.method, model.network) == ("finetune", trained.network)
    models = OwnModels(tried.config.worker, backbone=tried.lesson.backbone.stem)
    own = models.open(trained.model)
    assert own is not None
    some = [tried.lesson.examples[index] for index in tried.lesson.held_out]
    questions = [Question(own, open_photo(Path(one.photo), LIMITS)) for one in some]
    models.answer(questions)
    named = [question.answer.labels[0].name for question in questions if question.answer]
    right = [name == tried.job.labels[one.label] for name, one in zip(named, some, strict=True)]
    # The head that answers has learnt from them as well.
    assert sum(right) >= trained.score.right


def test_its_rule_for_none_of_the_labels_is_by_photos_that_it_was_not_fitted_to(tried: Tried) -> None:
    (rule, used) = tried.tuned.judged.none, tried.tuned.used.none
    assert 0 < rule.threshold < 1
    assert len(used.references) > len(rule.references) > 0
