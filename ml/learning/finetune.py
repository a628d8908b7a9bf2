"""Tunes the last blocks of a network on a chat's photos.

It begins with the head that was fitted on the untuned features: linear probing first keeps the features from
being distorted while a random head settles (Kumar et al. 2022, arXiv:2202.10054). Batch norms stay in eval
mode throughout: batches of a few photos have no statistics worth having, and some published weights have
their norms folded to identities, which a single step in training mode ruins.
"""

from __future__ import annotations

import functools
import hashlib
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch
from scipy.special import log_softmax
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from ml.learning import checkpoint
from ml.learning.heads import fit_temperature
from ml.learning.ranks import Ranks
from ml.learning.task import Epoch, Task, Tuned
from ml.learning.torch_head import Classifier
from ml.learning.tunable import last_blocks
from ml.learning.views import Shown, Views
from ml.training import Progress
from ml.vision.images import Limits
from ml.weights.modules import build

# Customary values, not searched for.
BATCH = 16
WEIGHT_DECAY = 1e-2
LABEL_SMOOTHING = 0.1
# Of all steps, those in which the rates rise.
WARM_UP = 0.1
# Epochs without a lower loss on the photos that are checked, after which it stops. The first ones, at the
# highest rates, may well be worse than none.
PATIENCE = 4


def tune(task: Task, ranks: Ranks, file: Path, tell: Callable[[Progress], None]) -> Tuned:
    """Tunes, going on from the checkpoint `file` where there is one of this task.

    Every rank takes its part of each batch; the first one writes the checkpoint. Raises BadPhoto where a
    photo is gone, WrongWeights.
    """
    tuning = _Tuning(task, ranks)
    state = checkpoint.load(file, task.digest)
    if state is None:
        tuning.look()
    else:
        tuning.restore(state)
    began, before = time.monotonic(), len(tuning.epochs) - 1
    while not tuning.ended:
        tuning.run_epoch()
        if ranks.is_first:
            checkpoint.save(file, task.digest, tuning.state())
        done = tuning.epochs[-1].number
        rest = (time.monotonic() - began) / (done - before) * (task.plan.epochs - done)
        accuracy = tuning.epochs[-1].checked_accuracy
        tell(Progress("finetune", done, task.plan.epochs, accuracy=accuracy, eta_s=rest))
    return tuning.result()


class _Tuning:
    """The state of a fine-tuning, and its epochs one by one."""

    def __init__(self, task: Task, ranks: Ranks) -> None:
        self.epochs: list[Epoch] = []
        self._task, self._ranks = task, ranks
        self._best: dict[str, Tensor] = {}
        self._blueprint = build(task.recipe)
        limits = Limits(task.max_bytes, task.max_pixels)
        self._views = Views(self._blueprint.preprocessing, self._blueprint.input_shape[1], limits)
        self._learnt = [one for one in task.shown if not one.checked]
        self._checked = [one for one in task.shown if one.checked]
        tuned = last_blocks(self._blueprint)
        for parameter in tuned:
            parameter.requires_grad_(True)
        self._model = Classifier(self._blueprint.module, task).to(ranks.device)
        self._forward = DistributedDataParallel(self._model) if ranks.world > 1 else self._model
        self._optimizer = torch.optim.AdamW(
            [
                {"params": tuned, "lr": task.rates[0]},
                {"params": self._model.head.parameters(), "lr": task.rates[1]},
            ],
            weight_decay=WEIGHT_DECAY,
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, functools.partial(_rate, steps=task.plan.epochs * self._steps)
        )

    @property
    def ended(self) -> bool:
        """Whether all epochs are over, or too many brought nothing."""
        number = self.epochs[-1].number
        return number >= self._task.plan.epochs or number - self._best_epoch.number >= PATIENCE

    def look(self) -> None:
        """Notes how it stands before the first epoch."""
        self._note(None)

    def run_epoch(self) -> None:
        """Shows the network an epoch's photos, each label as often as any other, and notes how it stands."""
        number = self.epochs[-1].number + 1
        random = torch.Generator().manual_seed(_seed(self._task.seed, number))
        drawn = torch.multinomial(self._evenly(), self._steps * BATCH, replacement=True, generator=random)
        seeds = torch.randint(2**62, (len(drawn),), generator=random)
        losses = torch.zeros(2)
        for start in range(0, len(drawn), BATCH):
            mine = slice(start + self._ranks.rank, start + BATCH, self._ranks.world)
            shown = [self._learnt[index] for index in drawn[mine].tolist()]
            loss = self._step(self._views.varied(shown, seeds[mine].tolist()), _labels(shown))
            losses += torch.tensor([loss * len(shown), len(shown)])
        total, count = self._ranks.total(losses).tolist()
        self._note(total / count)

    def state(self) -> checkpoint.State:
        """All that another process needs to go on: random numbers are drawn anew from seed and epoch."""
        return {
            "epochs": [msgspec.to_builtins(epoch) for epoch in self.epochs],
            "tuned": self._tuned(),
            "best": self._best,
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }

    def restore(self, state: checkpoint.State) -> None:
        """Goes back to where `state` was."""
        self.epochs = msgspec.convert(state["epochs"], list[Epoch])
        self._best = state["best"]
        self._model.load_state_dict(state["tuned"], strict=False)
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])

    def result(self) -> Tuned:
        self._model.load_state_dict(self._best, strict=False)
        self._model.cpu().requires_grad_(False)
        return Tuned(self._blueprint, tuple(self.epochs), self._best_epoch.number)

    @property
    def _steps(self) -> int:
        return max(1, self._task.plan.per_epoch // BATCH)

    @property
    def _best_epoch(self) -> Epoch:
        return min(self.epochs, key=lambda epoch: epoch.checked_loss)

    def _evenly(self) -> Tensor:
        """How likely each photo is drawn: as likely one of each label."""
        labels = _labels(self._learnt)
        counts = torch.bincount(labels, minlength=self._task.labels)
        return 1.0 / counts[labels]

    def _step(self, batch: Tensor, labels: Tensor) -> float:
        logits = self._forward(batch.to(self._ranks.device))
        loss = nn.functional.cross_entropy(
            logits, labels.to(self._ranks.device), label_smoothing=LABEL_SMOOTHING
        )
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self._schedule.step()
        return loss.item()

    def _note(self, loss: float | None) -> None:
        """Looks at the photos that are checked, and keeps the weights where they are the best so far.

        Losses are compared after calibration: smoothed labels make a network unsure, not worse.
        """
        logits, labels = self._logits_of_checked().double().numpy(), _labels(self._checked).numpy()
        likelihoods = log_softmax(logits / fit_temperature(logits, labels), axis=1)
        checked_loss = -float(likelihoods[np.arange(len(labels)), labels].mean())
        accuracy = float((logits.argmax(axis=1) == labels).mean())
        self.epochs.append(Epoch(len(self.epochs), loss, checked_loss, accuracy))
        if self._best_epoch is self.epochs[-1]:
            self._best = self._tuned()

    def _logits_of_checked(self) -> Tensor:
        """(checked, labels), each process having looked at its part."""
        mine = self._ranks.share(range(len(self._checked)))
        logits = torch.zeros(len(self._checked), self._task.labels)
        for start in range(0, len(mine), BATCH):
            some = list(mine[start : start + BATCH])
            batch = self._views.plain([self._checked[index] for index in some])
            with torch.no_grad():
                logits[some] = self._model(batch.to(self._ranks.device)).cpu()
        return self._ranks.total(logits)

    def _tuned(self) -> dict[str, Tensor]:
        """Copies of the parameters that change."""
        parameters = self._model.named_parameters()
        return {name: value.detach().cpu().clone() for name, value in parameters if value.requires_grad}


def _rate(step: int, steps: int) -> float:
    """What the rates are multiplied by: a straight rise, then half a cosine down to nothing."""
    rising = max(1, round(WARM_UP * steps))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def _labels(shown: Sequence[Shown]) -> Tensor:
    return torch.tensor([one.label for one in shown])


def _seed(seed: int, epoch: int) -> int:
    digest = hashlib.sha256(f"{seed} {epoch}".encode()).digest()
    return int.from_bytes(digest[:7], "big")
