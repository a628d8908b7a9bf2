"""Fine-tuning as a candidate: whether there is enough to try it, on what, and what comes of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from ml.learning import heads, novelty, split
from ml.learning.candidates import Candidate, probabilities_of
from ml.learning.distances import Rows, looks
from ml.learning.distributed import tune_on
from ml.learning.errors import TuningFailed
from ml.learning.extractors import open_tuned_extractor
from ml.learning.heads import Labels
from ml.learning.lesson import Lesson, look_again
from ml.learning.model_file import Head, pack
from ml.learning.plots import Curve, Curves
from ml.learning.task import RATES, Task, Tuned
from ml.learning.tunable import Plan, operations_of, plan
from ml.learning.views import Shown
from ml.runtime import resolve_device
from ml.training import Progress, TrainerConfig
from ml.vision.images import Limits
from ml.weights.errors import ParityFailed
from ml.weights.export import measure_parity, write_onnx
from ml.weights.locate import sha256_of
from ml.weights.modules import build
from ml.weights.values import Recipe

logger = logging.getLogger(__name__)

Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Tuner:
    """Tries fine-tuning on a lesson, whose backbone is built by `recipe`."""

    config: TrainerConfig
    lesson: Lesson
    recipe: Recipe
    seed: int
    rates: tuple[float, float] = RATES

    def try_it(self, tell: Tell) -> Candidate | None:
        """The candidate; None where it cannot be tried, would take too long here, brought nothing, or failed.

        Raises BadPhoto where a photo is gone.
        """
        checked = self._checked()
        learnt = np.setdiff1d(self.lesson.train, checked)
        if not len(checked) or len(np.unique(self.lesson.groups[learnt])) < 2:
            logger.info("the photos are too much alike to be checked on some of them")
            return None
        chosen = self._plan(checked)
        if chosen is None:
            logger.info("fine-tuning would take too long here")
            return None
        device = resolve_device(self.config.worker.device)
        try:
            tuned = tune_on(device, self._task(checked, chosen), self.config.run, tell)
            if tuned.best == 0:
                logger.info("fine-tuning brought nothing")
                return None
            file = self._export(tuned)
        except (TuningFailed, ParityFailed) as error:
            logger.warning("fine-tuning came to nothing: %s", error)
            return None
        return self._judge(tuned, file, checked)

    def _checked(self) -> Labels:
        """The positions, of those learnt from, by which it is seen when to stop."""
        train = self.lesson.train
        labels, groups = self.lesson.labels[train].tolist(), self.lesson.groups[train].tolist()
        return train[list(split.assign(labels, groups, [None] * len(train), self.seed).held_out)]

    def _plan(self, checked: Labels) -> Plan | None:
        on_gpu = resolve_device(self.config.worker.device) == "cuda"
        learnt = len(self.lesson.train) - len(checked)
        return plan(operations_of(build(self.recipe)), learnt, len(checked), on_gpu=on_gpu)

    def _task(self, checked: Labels, chosen: Plan) -> Task:
        """Begins with a head that does not know what is checked."""
        lesson = self.lesson
        learnt = np.setdiff1d(lesson.train, checked)
        head = heads.fit(
            lesson.looks[learnt],
            lesson.labels[learnt],
            lesson.groups[learnt].tolist(),
            lesson.count,
            self.seed,
        )
        shown = (self._shown(index, checked=index in checked) for index in lesson.train.tolist())
        return Task(
            recipe=self.recipe,
            shown=tuple(shown),
            labels=lesson.count,
            weight=pack(head.linear.weight / head.temperature),
            bias=pack(head.linear.bias / head.temperature),
            plan=chosen,
            seed=self.seed,
            rates=self.rates,
            max_bytes=self.config.worker.max_bytes,
            max_pixels=self.config.worker.max_pixels,
        )

    def _shown(self, index: int, *, checked: bool) -> Shown:
        example = self.lesson.examples[index]
        return Shown(example.photo, example.label, checked, example.crop)

    def _export(self, tuned: Tuned) -> Path:
        """The network as ONNX, in the run folder. Raises ParityFailed."""
        file = self.config.run / "tuned.onnx"
        write_onnx(tuned.blueprint, file)
        measure_parity(tuned.blueprint, file)
        return file

    def _judge(self, tuned: Tuned, file: Path, checked: Labels) -> Candidate:
        """Heads on the tuned network.

        It was fitted to the photos that it learnt from, and tells them apart too well: how free the head may
        be, how sure it is, and what is like none of the labels, is taken from the others.
        """
        seen = self._looks(file)
        lesson = self.lesson
        judged, rule = self._fit(seen, lesson.train, checked)
        everybody = np.arange(len(lesson.labels))
        _, used = self._fit(seen, everybody, np.union1d(checked, lesson.held_out))
        return Candidate(
            method="finetune",
            backbone=lesson.backbone,
            network=file,
            judged=rule,
            used=used,
            probabilities=probabilities_of(judged, seen[lesson.held_out]),
            cross_validated=tuned.epochs[tuned.best].checked_accuracy,
            curves=_curves(tuned),
        )

    def _looks(self, file: Path) -> Rows:
        """What all examples look like to the tuned network."""
        config = self.config
        extractor = open_tuned_extractor(file, self.lesson.backbone, config.worker.threads)
        limits = Limits(config.worker.max_bytes, config.worker.max_pixels)
        return looks(*look_again(self.lesson.examples, extractor, config.run / sha256_of(file), limits))

    def _fit(self, seen: Rows, positions: Labels, unknown: Labels) -> tuple[heads.Fitted, Head]:
        """A head on the examples at `positions`, of which the network did not learn from those `unknown`."""
        some, labels = seen[positions], self.lesson.labels[positions]
        asked = np.flatnonzero(np.isin(positions, unknown))
        fitted = heads.fit_asking(some, labels, asked, self.lesson.count)
        rule = novelty.fit(some, labels, self.lesson.groups[positions].tolist(), self.seed, asked)
        return fitted, msgspec.structs.replace(fitted.as_head(), none=rule)


def _curves(tuned: Tuned) -> Curves:
    """Of the first look there is no loss on what is learnt from: nothing was."""
    learnt = [float("nan") if epoch.loss is None else epoch.loss for epoch in tuned.epochs]
    return Curves(
        x_label="epoch of fine-tuning",
        steps=[epoch.number for epoch in tuned.epochs],
        loss=[Curve("learnt from", learnt), Curve("checked on", [one.checked_loss for one in tuned.epochs])],
        accuracy=[Curve("checked on", [one.checked_accuracy for one in tuned.epochs])],
        chosen=tuned.best,
    )
