"""What comes back."""

from __future__ import annotations

from ml.errors import BadPhotoReason, MissingWeights
from ml.protocol.values import Box, Point, QualityProblem, StoredCrop, Value


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


class OwnLabel(Value, frozen=True):
    """One of the labels that a chat has taught, with its probability."""

    name: str
    probability: float


class OwnLabels(Value, frozen=True):
    """What the chat's own model says of a photo: all of its labels, likeliest first.

    `is_none`: the photo is none of them. `novelty`: how unlike all that was learnt it is; 1.0 is where "none
    of them" begins.
    """

    model: str
    labels: tuple[OwnLabel, ...]
    is_none: bool
    novelty: float


class Analysis(Value, frozen=True, tag="analysis"):
    """What was found in one photo; faces in reading order (left to right). None: not asked, or no model.

    `own` is None as well where the chat's model cannot be used.
    """

    width: int
    height: int
    classification: Classification | None
    faces: tuple[Face, ...] | None
    embedder: str | None
    own: OwnLabels | None = None


class Drawn(Value, frozen=True, tag="drawn"):
    """A picture that was written. `path`: the request's target."""

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


class Packaged(Value, frozen=True, tag="packaged"):
    """A zip that was written. `path`: the request's target."""

    path: str
    bytes: int


class Refused(Value, frozen=True, tag="refused"):
    """The file is no usable photo; raised as BadPhoto by the client."""

    reason: BadPhotoReason
    actual: int = 0
    limit: int = 0


class Unequipped(Value, frozen=True, tag="unequipped"):
    """The weights for the request are missing; raised as WeightsMissing by the client."""

    missing: tuple[MissingWeights, ...]


class Unusable(Value, frozen=True, tag="unusable"):
    """The chat's model cannot be used; raised as ModelUnusable by the client."""

    reason: str


Result = Analysis | Drawn | Embedded | Clustered | Packaged
Outcome = Result | Refused | Unequipped | Unusable
