"""A chat's model as a file: what answers photos, what it was judged by, and all that rebuilds it.

One msgpack of a frozen struct, under the sha256 of its bytes. Nothing in it can run code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from ml.files import write_whole
from ml.learning.errors import ModelDamaged, ModelForeign, ModelGone
from ml.protocol import Value
from ml.training import Kind, Method, Score
from ml.weights.values import Preprocessing

# Raised with each change of the structs below that older files do not fit.
FORMAT = 1

_SHA256 = re.compile("[0-9a-f]{64}")


class Backbone(Value, frozen=True):
    """The network whose looks (`ml.learning.distances`) the heads stand on.

    `stem` is its exported file's name without suffix, empty for a library's own (dlib). `dimension`: how many
    features it gives of a photo; `categories`: how many logits of its own, 0 where it has none or where they
    do not take part. `preprocessing` is None where the photos are crops of faces, which the embedder aligns
    itself.
    """

    id: str
    stem: str
    source_sha256: str
    dimension: int
    categories: int = 0
    preprocessing: Preprocessing | None = None

    @property
    def columns(self) -> int:
        """How long a photo's look is."""
        return self.dimension + self.categories


class NoneRule(Value, frozen=True):
    """When a photo is none of the labels: where it is unlike the photos learnt from (`ml.learning.novelty`).

    `references`: their looks, (n, columns), as little-endian float16. A photo is none of the labels where its
    mean distance from its `neighbours` nearest references exceeds `threshold`; without references, none is.
    """

    references: bytes = b""
    neighbours: int = 1
    threshold: float = 1.0


class Head(Value, frozen=True):
    """Looks -> the labels' logits, and what they are worth.

    `weight` (labels, columns) and `bias` (labels,) as little-endian float32: logits are weight @ look + bias,
    and probabilities the softmax of logits / `temperature`.
    """

    weight: bytes
    bias: bytes
    temperature: float = 1.0
    none: NoneRule = NoneRule()


class Measured(Value, frozen=True):
    """How the judged head does on the photos held out.

    `confusion[i][j]`: those of label i that were taken for j. `cross_validated`: accuracy, in 0..1, on the
    photos learnt from, each by a head that did not know it; None where that was not measured.
    """

    score: Score
    confusion: tuple[tuple[int, ...], ...]
    cross_validated: float | None = None


class ChatModel(Value, frozen=True):
    """What a training leaves.

    `judged` was learnt without the photos held out, and is what scores and comparisons are about; `used` is
    the same recipe on all photos, and answers. `network`: sha256 of the ONNX file that gives the features,
    for a fine-tuned one, which lies beside the model; empty: the backbone's own. `fingerprint`: of the photos
    and labels learnt from, see `fingerprint_of`. `versions`: of the libraries that took part, by name.
    """

    kind: Kind
    method: Method
    labels: tuple[str, ...]
    backbone: Backbone
    judged: Head
    used: Head
    measured: Measured
    fingerprint: str
    network: str = ""
    seed: int = 0
    versions: Mapping[str, str] = {}
    format: int = FORMAT


class _Envelope(Value, frozen=True):
    """What of a file is read first; the rest is of no use where the format is another."""

    format: int


def save(model: ChatModel, folder: Path) -> str:
    """Writes a model and returns its name, the sha256 of the file; it appears under it only when whole."""
    content = msgspec.msgpack.encode(model, order="deterministic")
    name = hashlib.sha256(content).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / name, content)
    return name


def load(folder: Path, name: str) -> ChatModel:
    """The model of that name. Raises ModelGone, ModelDamaged or ModelForeign."""
    if not _SHA256.fullmatch(name):
        raise ModelGone(f"not the name of a model: {name!r}")
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise ModelGone(f"{name}: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != name:
        raise ModelDamaged(f"{name} holds other bytes than were written")
    return _decoded(content, name)


def fingerprint_of(photos: Mapping[str, str]) -> str:
    """One sha256 for a set of labelled photos, `photos` being label names by the photos' sha256."""
    lines = "".join(f"{sha256} {label}\n" for sha256, label in sorted(photos.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def pack(numbers: NDArray[np.floating]) -> bytes:
    """Numbers of any shape as little-endian float32, row by row."""
    return np.ascontiguousarray(numbers, "<f4").tobytes()


def unpack(content: bytes, columns: int) -> NDArray[np.float32]:
    """What `pack` made of rows of that length, (n, columns). Read-only."""
    return np.frombuffer(content, "<f4").reshape(-1, columns)


def pack_looks(looks: NDArray[np.float32]) -> bytes:
    """Rows of unit length as little-endian float16: they are told apart by far more than it rounds."""
    return np.ascontiguousarray(looks, "<f2").tobytes()


def unpack_looks(content: bytes, columns: int) -> NDArray[np.float32]:
    """What `pack_looks` made of rows of that length, (n, columns)."""
    return np.frombuffer(content, "<f2").reshape(-1, columns).astype(np.float32)


def _decoded(content: bytes, name: str) -> ChatModel:
    try:
        found = msgspec.msgpack.decode(content, type=_Envelope).format
        if found != FORMAT:
            raise ModelForeign(f"{name} is of format {found}, not {FORMAT}")
        model = msgspec.msgpack.decode(content, type=ChatModel)
    except msgspec.DecodeError as error:
        raise ModelDamaged(f"{name} holds no model: {error}") from error
    _check_shapes(model, name)
    return model


def _check_shapes(model: ChatModel, name: str) -> None:
    labels, columns = len(model.labels), model.backbone.columns
    for head in (model.judged, model.used):
        fits = len(head.weight) == 4 * labels * columns and len(head.bias) == 4 * labels
        if not fits or columns <= 0 or len(head.none.references) % (2 * columns):
            raise ModelDamaged(f"{name} has a head of another shape than it says")
