"""What asking for a training, and its end, hand around."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.usecases.labels import Missing
from ml.training import Preflight, Score, Trained
from storage.models import ModelRow

# Whether a new model is put in use, and why: it is the first; as good as the one in use or better; worse than
# that one; no better than always saying the most frequent label; or its labels are not the chat's any more.
Verdict = Literal["first", "not_worse", "worse", "no_better_than_guessing", "outdated"]
ACCEPTED: frozenset[Verdict] = frozenset({"first", "not_worse"})


class NotEnough(Exception):
    """There is too little to train with; `missing` says what is to come."""

    def __init__(self, missing: Missing) -> None:
        super().__init__("too few labelled photos")
        self.missing = missing


class Queued(msgspec.Struct, frozen=True):
    """A training that waits for its turn; `ahead`: how many come before it."""

    id: int
    ahead: int


class Plan(msgspec.Struct, frozen=True):
    """What a training was begun with: the label's ids in the job's order, and by whom its photos were sent.

    `first`: how good the head is, while fine-tuning goes on. Kept in the training's row: labels may be
    renamed or deleted while it is under way.
    """

    labels: tuple[int, ...]
    names: tuple[str, ...]
    preflight: Preflight | None = None
    first: Score | None = None


class Ended(msgspec.Struct, frozen=True):
    """A training's end: its model, which is in use where `verdict` says so, beside the one that was."""

    model: ModelRow
    trained: Trained
    verdict: Verdict
    before: ModelRow | None
    names: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        return self.verdict in ACCEPTED
