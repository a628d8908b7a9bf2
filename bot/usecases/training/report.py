"""What is kept of a training beside its model."""

from __future__ import annotations

from typing import Any

import msgspec

from ml.training import Rival, Score
from storage.models import ModelRow


class Report(msgspec.Struct, frozen=True):
    """What is kept of a training beside its model, as `MODELS.report`: enough to show it again.

    `label_ids`: those of the model's labels, in their order. `mistakes` and `suspects`: ids of examples, with
    the label (by its place) that the model takes each for.
    """

    label_ids: tuple[int, ...]
    score: Score
    live: Rival | None
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[tuple[int, int], ...]
    suspects: tuple[tuple[int, int], ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        stored: dict[str, Any] = msgspec.to_builtins(self)
        return stored


def report_of(row: ModelRow) -> Report:
    """What was kept of the training of a model."""
    return msgspec.convert(row.report, Report)
