"""What the bot asks of the ML worker, and what comes back: frozen values, typed on both ends.

Coordinates are pixels of the upright photo (EXIF orientation applied), x to the right, y down.
Paths name files in the spool folder that both processes see.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ml.errors import BadPhotoReason, MissingWeights

Device = Literal["cpu", "cuda"]
Metric = Literal["cosine", "euclidean"]
Tone = Literal["sure", "maybe", "unknown"]
QualityProblem = Literal["too_small", "blurred", "cut_off", "turned_away", "not_a_face"]
Point = tuple[float, float]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all values on the wire."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle in pixels of the upright photo; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


# ── what models there are ────────────────────────────────────────────────────────────────────────


class ClassifierInfo(Value, frozen=True):
    """The classifier in use. `name_it_above` is the top-1 probability under which it is "not sure"."""

    id: str
    source: str
    categories: int
    name_it_above: float


class IdentityThresholds(Value, frozen=True):
    """Measured beside the embedder (see its module for data set, numbers and command).

    A face is surely a person at `sure` and above when the runner-up is at least `margin` behind, and
    maybe at `maybe` and above. In the units of the embedder's similarity: cosine, or minus the distance.
    """

    sure: float
    maybe: float
    margin: float


class EmbedderInfo(Value, frozen=True):
    """The face embedder in use; vectors of different ids never meet."""

    id: str
    source: str
    dimension: int
    metric: Metric
    thresholds: IdentityThresholds


class Description(Value, frozen=True):
    """What a worker can do, as of its start.

    `best_embedder`: the id that FACE_MODEL=auto would take. `troubles`: for each model that is there and
    cannot be used, or that the settings misspell, one sentence that says why.
    """

    device: Device
    classifier: ClassifierInfo | None
    embedder: EmbedderInfo | None
    best_embedder: str | None = None
    missing: tuple[MissingWeights, ...] = ()
    troubles: tuple[str, ...] = ()


# ── requests ─────────────────────────────────────────────────────────────────────────────────────


class Analyse(Value, frozen=True, tag="analyse"):
    """One decode of a photo, and what is asked of it; `crops` also writes each face's crop beside it.

    A crop of `<stem>.jpg` is named `<stem>-face-<random>.jpg`.
    """

    photo: str
    classify: bool = True
    faces: bool = True
    crops: bool = False
    labels: int = 5


class Mark(Value, frozen=True):
    """A box to draw, with its number (left to right, from 1) and, where there is one, a name."""

    box: Box
    number: int
    text: str = ""
    tone: Tone = "unknown"


class Draw(Value, frozen=True, tag="draw"):
    """Draws marks on a photo, upright, and writes the picture to `target` as JPEG."""

    photo: str
    marks: tuple[Mark, ...]
    target: str


class StoredCrop(Value, frozen=True):
    """A crop as it is kept: the face with half its size on each side; box and landmarks inside the crop."""

    path: str
    box: Box
    landmarks: tuple[Point, ...]


class Embed(Value, frozen=True, tag="embed"):
    """Embeds stored crops anew, for a gallery whose model changes."""

    crops: tuple[StoredCrop, ...]


Request = Analyse | Draw | Embed


# ── results ──────────────────────────────────────────────────────────────────────────────────────


class Label(Value, frozen=True):
    """One ImageNet category in plain words, with its probability."""

    index: int
    name: str
    probability: float


class Classification(Value, frozen=True):
    """The likeliest categories, likeliest first; `sure` where the first one may be named plainly."""

    model: str
    labels: tuple[Label, ...]
    sure: bool


class Quality(Value, frozen=True):
    """How good a face is for recognition: `score` in 0..1, and what is wrong with it, worst first.

    `size_px` is the box's shorter side, `sharpness` the variance of the Laplacian on the aligned face,
    `yaw` in -1..1 from the landmarks (0: frontal), `confidence` the detector's.
    """

    score: float
    size_px: float
    sharpness: float
    yaw: float
    confidence: float
    problems: tuple[QualityProblem, ...] = ()


class Face(Value, frozen=True):
    """A detected face. `landmarks`: left eye, right eye, nose, left and right mouth corner, as seen.

    `embedding` holds the embedder's vector as little-endian float32 bytes, empty without an embedder.
    `crop` is there where the request asked for crops.
    """

    box: Box
    landmarks: tuple[Point, ...]
    quality: Quality
    embedding: bytes = b""
    crop: StoredCrop | None = None


class Analysis(Value, frozen=True, tag="analysis"):
    """What was found in one photo; faces in reading order (left to right). None: not asked, or no model."""

    width: int
    height: int
    classification: Classification | None
    faces: tuple[Face, ...] | None
    embedder: str | None


class Drawn(Value, frozen=True, tag="drawn"):
    """A picture that was written."""

    path: str
    width: int
    height: int
    bytes: int


class Embedded(Value, frozen=True, tag="embedded"):
    """Vectors in the order of the crops asked for; None where a crop could not be read."""

    model: str
    vectors: tuple[bytes | None, ...]


class Refused(Value, frozen=True, tag="refused"):
    """The file is no usable photo; raised as BadPhoto by the client."""

    reason: BadPhotoReason
    actual: int = 0
    limit: int = 0


class Unequipped(Value, frozen=True, tag="unequipped"):
    """The weights for the request are missing; raised as WeightsMissing by the client."""

    missing: tuple[MissingWeights, ...]


Result = Analysis | Drawn | Embedded
Outcome = Analysis | Drawn | Embedded | Refused | Unequipped


# ── frames ───────────────────────────────────────────────────────────────────────────────────────


class Ask(Value, frozen=True, tag="ask"):
    """bot -> worker. `alone`: not to be batched with others, since it may be what kills the worker."""

    id: int
    request: Request
    alone: bool = False


class Ready(Value, frozen=True, tag="ready"):
    """worker -> bot, once, when the models are loaded."""

    description: Description


class Started(Value, frozen=True, tag="started"):
    """worker -> bot: these requests are being worked on now; the clock of their timeout starts here."""

    ids: tuple[int, ...]


class Answer(Value, frozen=True, tag="answer"):
    """worker -> bot: the outcome of one request."""

    id: int
    outcome: Outcome


FromBot = Ask
FromWorker = Ready | Started | Answer
