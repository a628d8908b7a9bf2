"""Photographs of named people, as vectors of one embedder: what the face benchmarks measure on."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.config import WorkerConfig
from ml.protocol import EmbedderInfo
from ml.vision.embedders import Embedder, open_embedder
from ml.vision.faces import DetectedFace, FaceDetector, open_detector
from ml.vision.images import Limits, open_photo

LIMITS = Limits(max_bytes=20_000_000, max_pixels=50_000_000)


@dataclass(frozen=True)
class People:
    """Vectors (photos, dimension) of people who may be enrolled, and of strangers with one photo each."""

    known: dict[str, NDArray[np.float32]]
    strangers: NDArray[np.float32]


def arguments(description: str) -> argparse.ArgumentParser:
    """The arguments that the face benchmarks share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds photos/ and weights/")
    parser.add_argument("--networks", type=Path, default=Path("data/networks"), help="exported networks")
    parser.add_argument("--model", choices=("facenet-vggface2", "dlib-resnet-v1"), default="facenet-vggface2")
    return parser


def ready_config(options: argparse.Namespace) -> WorkerConfig:
    """A worker's configuration for the chosen face model, its networks exported."""
    config = WorkerConfig(
        spool=Path(tempfile.gettempdir()),
        networks=options.networks.absolute(),
        weights=(options.shared / "weights").absolute(),
        models=Path(tempfile.gettempdir()),
        face_model=options.model,
        device="cpu",
    )
    subprocess.run((sys.executable, "-m", "ml.weights", "prepare", "--config", config.to_json()), check=True)
    return config


def embedded_people(config: WorkerConfig, folder: Path) -> People:
    """The people in `folder`: known/NAME/*.jpg and unknown/*.jpg."""
    detector, embedder = open_detector(config), open_embedder(config)
    known = {
        person.name: _vectors(detector, embedder, sorted(person.glob("*.jpg")))
        for person in sorted((folder / "known").iterdir())
    }
    return People(known, _vectors(detector, embedder, sorted((folder / "unknown").glob("*.jpg"))))


def embedded(options: argparse.Namespace, sample: str) -> tuple[People, EmbedderInfo]:
    """Everybody in photos/faces by the chosen embedder, which is printed with how much is drawn from them."""
    config = ready_config(options)
    info = open_embedder(config).info
    print(f"{info.id}: {info.source}; {sample}")
    return embedded_people(config, options.shared / "photos" / "faces"), info


def main_face(photo: Image.Image, faces: list[DetectedFace]) -> DetectedFace | None:
    """The face a portrait is of: large and near the middle. None where there is none."""

    def prominence(face: DetectedFace) -> float:
        box = face.box
        away = np.hypot(box.left + box.right - photo.width, box.top + box.bottom - photo.height) / 2
        return float(np.sqrt(box.width * box.height) - away)

    return max(faces, key=prominence, default=None)


def _vectors(detector: FaceDetector, embedder: Embedder, files: list[Path]) -> NDArray[np.float32]:
    photos = [open_photo(file, LIMITS) for file in files]
    found = [
        (photo, main_face(photo, faces)) for photo, faces in zip(photos, detector.detect(photos), strict=True)
    ]
    return embedder.embed([(photo, face) for photo, face in found if face is not None])
