"""What the bot asks of the ML worker, and what comes back: frozen values, typed on both ends.

Coordinates are pixels of the upright photo (EXIF orientation applied), x to the right, y down.
Paths name files in the spool folder that both processes see.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from ml.errors import BadPhotoReason, MissingWeights

Device = Literal["cpu", "cuda"]
Metric = Literal["cosine", "euclidean"]
Tone = Literal["sure", "maybe", "unknown"]
Strictness = Literal["strict", "normal", "loose"]
QualityProblem = Literal["too_small", "blurred", "cut_off", "turned_away", "occluded", "not_a_face"]
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
    """The classifier in use. `name_it_above` is the top-1 probability under which it is "not sure".

    `backbone`: the network and its weights (name, version, beginning of the weights' sha256). What a chat
    learnt is told from the features of one backbone, and of no other.
    """

    id: str
    source: str
    categories: int
    name_it_above: float
    backbone: str = ""


class IdentityThresholds(Value, frozen=True):
    """Measured beside the embedder (see its module for data set, numbers and command).

    A face is surely a person at `sure` and above when the runner-up is at least `margin` behind, and
    maybe at `maybe` and above. In the units of the embedder's similarity: cosine, or minus the distance.

    Where somebody else enrolled is so like the person that their centroids' similarity exceeds `crowded`,
    `sure` and `maybe` rise by `tighten`, and `margin` by `widen`, for each unit of what exceeds it.
    A face this similar to one that is not the person (`copy`) is that face again.
    """

    sure: float
    maybe: float
    margin: float
    crowded: float = math.inf
    tighten: float = 0.0
    widen: float = 0.0
    copy: float = math.inf

    def for_rival(self, similarity: float) -> IdentityThresholds:
        """The thresholds for a person whose most similar other person is that similar."""
        excess = max(0.0, similarity - self.crowded)
        return msgspec.structs.replace(
            self,
            sure=self.sure + self.tighten * excess,
            maybe=self.maybe + self.tighten * excess,
            margin=self.margin + self.widen * excess,
        )


class EmbedderInfo(Value, frozen=True):
    """The face embedder in use; vectors of different ids never meet.

    `thresholds` are the normal ones; `strict` and `loose` name fewer and more strangers.
    `varied`: a person's photos are of one moment, and hardly better than one of them, where their mean
    pairwise similarity is not below this: near copies are that alike, and few different photos.
    """

    id: str
    source: str
    dimension: int
    metric: Metric
    thresholds: IdentityThresholds
    strict: IdentityThresholds | None = None
    loose: IdentityThresholds | None = None
    varied: float = 1.0

    def thresholds_for(self, strictness: Strictness) -> IdentityThresholds:
        """What a chat of that strictness names people by; the normal ones where there are no others."""
        chosen = {"strict": self.strict, "normal": self.thresholds, "loose": self.loose}[strictness]
        return chosen or self.thresholds


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


class Exhibit(Value, frozen=True):
    """A face in a comparison. `name` and `similarity` are written below it as they are, a line each.

    The crop may be a whole photo as well: what is shown is the surroundings of the box in it.
    """

    crop: StoredCrop
    name: str = ""
    similarity: str = ""


class Compare(Value, frozen=True, tag="compare"):
    """Draws a face beside those nearest to it, nearest first, and writes the picture to `target` as JPEG.

    In the place of a file that cannot be read any more is an empty frame.
    """

    face: Exhibit
    nearest: tuple[Exhibit, ...]
    target: str


class Cluster(Value, frozen=True, tag="cluster"):
    """Which of these vectors, all made by the embedder in use, are of the same person?

    Takes memory and time with the square of their number: some 200 MB and two seconds for 4,000.
    """

    vectors: tuple[bytes, ...]


Request = Analyse | Draw | Embed | Compare | Cluster


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


class Quality(Value, frozen=True, kw_only=True):
    """How good a face is for recognition: `score` in 0..1, and what is wrong with it, causes first.

    `size_px` is the box's shorter side, `sharpness` how edges stand out on the aligned face, `confidence` the
    detector's. `yaw` and `pitch`, -1..1 from the landmarks, are 0 towards the camera, below it to the photo's
    left and up, above it to its right and down. `brightness` is the aligned face's mean luminance, 0..255.
    `occlusion` says how plain it is where eyes and mouth should be; above 1, one of them is covered. What was
    stored before these three were measured is taken for a face to the front, evenly lit and uncovered.
    """

    score: float
    size_px: float
    sharpness: float
    yaw: float
    pitch: float = 0.0
    confidence: float
    brightness: float = 128.0
    occlusion: float = 0.0
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


class Clustered(Value, frozen=True, tag="clustered"):
    """One group per vector asked about, largest group first from 0; -1 for a face that is alone."""

    groups: tuple[int, ...]


class Refused(Value, frozen=True, tag="refused"):
    """The file is no usable photo; raised as BadPhoto by the client."""

    reason: BadPhotoReason
    actual: int = 0
    limit: int = 0


class Unequipped(Value, frozen=True, tag="unequipped"):
    """The weights for the request are missing; raised as WeightsMissing by the client."""

    missing: tuple[MissingWeights, ...]


Result = Analysis | Drawn | Embedded | Clustered
Outcome = Analysis | Drawn | Embedded | Clustered | Refused | Unequipped


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
