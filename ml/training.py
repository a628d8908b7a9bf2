"""What the bot asks of a trainer, and what it hears: frozen values, typed on both ends.

A training's folder holds its job (`job.msgpack`, written once by the bot), the trainer's checkpoints and its
picture. The trainer (`python -m ml.trainer`) reads the job, writes frames with events to stdout, and ends;
its model lies in the models folder then, under its sha256. It ends as well when stdin does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ml.config import WorkerConfig, as_json, read_json
from ml.protocol import StoredCrop, Value

Kind = Literal["labels", "people"]
Side = Literal["train", "held_out"]
Stage = Literal["features", "head", "finetune"]
Method = Literal["head", "finetune"]

# Fewer say nothing: with four photos of a class, one held out and three learnt, a score is a coin toss.
MIN_LABELS = 2
MIN_PHOTOS = 5


# ── the job ──────────────────────────────────────────────────────────────────────────────────────


class Example(Value, frozen=True):
    """A labelled photo, or with `crop` the crop of an enrolled face.

    `label` is an index into the job's labels. `album`: photos with the same one are never split between the
    sides. `side` is where an earlier training put it, and where it stays; None for a new one.
    """

    id: int
    photo: str
    sha256: str
    label: int
    album: str = ""
    side: Side | None = None
    crop: StoredCrop | None = None


class TrainingJob(Value, frozen=True):
    """What to learn from what. `live`: the sha256 of the model in use, to be compared with; empty: none."""

    kind: Kind
    labels: tuple[str, ...]
    examples: tuple[Example, ...]
    live: str = ""
    seed: int = 0


class TrainerConfig(Value, frozen=True):
    """Where one trainer works, as JSON on its command line.

    `run`: the training's own folder. `models`: where models lie. `features`: the cache of features, by
    backbone and photo. `worker`: which networks, where, on which device.
    """

    run: Path
    models: Path
    features: Path
    worker: WorkerConfig

    def to_json(self) -> str:
        """For a command line's `--config`."""
        return as_json(self)

    @classmethod
    def from_json(cls, text: str) -> TrainerConfig:
        """Reads what `to_json` wrote; raises msgspec.ValidationError."""
        return read_json(text, cls)

    @property
    def job(self) -> Path:
        """The file that holds what to learn."""
        return self.run / "job.msgpack"


# ── events ───────────────────────────────────────────────────────────────────────────────────────


class LabelCount(Value, frozen=True):
    """How many photos of a label are learnt from, and how many are held out to test."""

    label: int
    train: int
    held_out: int


class Preflight(Value, frozen=True, tag="preflight"):
    """What the photos are good for. `enough`: whether there is a training; else nothing follows.

    `unreadable` and `duplicates` are ids of examples left out; of copies of one picture, the first stays.
    `kept_together`: how many are so alike, or of one album, that they had to be put on the same side.
    `sides`: where each of the others is.
    """

    counts: tuple[LabelCount, ...]
    unreadable: tuple[int, ...]
    duplicates: tuple[int, ...]
    kept_together: int
    sides: dict[int, Side]
    enough: bool


class Progress(Value, frozen=True, tag="progress"):
    """`step` of `steps` of a stage is done. `accuracy`, in 0..1, is on photos not learnt from in that stage,
    never on those held out to test."""

    stage: Stage
    step: int
    steps: int
    accuracy: float | None = None
    eta_s: float | None = None


class Score(Value, frozen=True):
    """`right` of `count` photos held out."""

    right: int
    count: int

    @property
    def accuracy(self) -> float:
        return self.right / self.count if self.count else 0.0


class Rival(Value, frozen=True):
    """How another model does on the very photos held out, as a pair with the new one.

    `only_new` and `only_rival`: photos that only one of the two gets right. `p_value`: McNemar's exact test,
    two-sided; the chance of so uneven a pair if both were equally good.
    """

    score: Score
    only_new: int
    only_rival: int
    p_value: float

    @property
    def within_chance(self) -> bool:
        return self.p_value >= 0.05


class Guess(Value, frozen=True):
    """What the new model takes an example for; `probability` is that guess's."""

    example: int
    label: int
    probability: float


class Trained(Value, frozen=True, tag="trained"):
    """The end: a model that lies in the models folder as `model`, and `network` where it brings its own.

    `confusion[i][j]`: photos held out of label i that were taken for label j. `live`: the model in use on the
    same photos; None where there is none, or where it cannot run any more. `other`: the method that lost,
    where two were tried. `mistakes`: photos held out that it gets wrong, the surest first. `suspects`:
    examples whose label is likely wrong, by cross-validation, the likeliest first. `picture`: curves and
    matrix, in the run folder.
    """

    model: str
    network: str
    backbone: str
    method: Method
    score: Score
    live: Rival | None
    other: Rival | None
    confusion: tuple[tuple[int, ...], ...]
    mistakes: tuple[Guess, ...]
    suspects: tuple[Guess, ...]
    picture: str
    fingerprint: str
    seconds: float


class FirstAnswer(Value, frozen=True, tag="first_answer"):
    """The head's model is there: in the run folder for now, so that nothing is left of it if the training is
    cancelled. Fine-tuning goes on; Trained follows, with this model or a better one."""

    trained: Trained


class Untrained(Value, frozen=True, tag="untrained"):
    """There can be no training: a sentence that says why (no weights, a full disk)."""

    reason: str


Event = Preflight | Progress | FirstAnswer | Trained | Untrained
