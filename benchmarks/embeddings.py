"""Detector and embedder against plain facenet-pytorch, and how a face bears being small or blurred.

`python -m benchmarks.embeddings` prints: how many of facenet-pytorch's boxes ours agree with; the cosine of
our vectors with those of plain facenet-pytorch on identical crops; the time both take; and how like itself a
face stays when it is scaled down or blurred.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from benchmarks.people import LIMITS, arguments, main_face, ready_config
from ml.config import WorkerConfig
from ml.protocol import Box
from ml.torchvision_ops import declare_missing_operators
from ml.vision.alignment import aligned
from ml.vision.boxes import overlap, suppress
from ml.vision.embedders import Embedder, open_embedder
from ml.vision.embedders.facenet import FacenetEmbedder, as_input, face_pixels
from ml.vision.faces import LEAST_CONFIDENCE, DetectedFace, FaceDetector, open_detector
from ml.vision.images import open_photo
from ml.vision.quality import ALIGNED_PX, sharpness
from ml.weights import prepared
from ml.weights.modules import build

Floats = NDArray[np.float32]
Found = tuple[Image.Image, DetectedFace]
WIDTHS_PX = (60, 45, 32, 24, 16)
BLURS_PX = (1, 2, 3, 4)


def plain_detector() -> Any:
    """facenet-pytorch's MTCNN; non-maximum suppression is lent to it where torchvision's cannot be loaded."""
    if declare_missing_operators() is not None:
        from facenet_pytorch.models.utils import detect_face

        def batched_nms(boxes: Any, scores: Any, photos: Any, limit: float) -> Any:
            apart = boxes + (photos * 1e5)[:, None]
            return torch.from_numpy(suppress(apart.numpy(), scores.numpy(), limit))

        detect_face.batched_nms = batched_nms
    from facenet_pytorch import MTCNN

    return MTCNN(keep_all=True)


def compare_boxes(detector: FaceDetector, photos: Sequence[Image.Image]) -> None:
    plain, shares, ours_s, plain_s = plain_detector(), list[float](), 0.0, 0.0
    for photo in photos:
        started = time.perf_counter()
        [faces] = detector.detect([photo])
        between = time.perf_counter()
        boxes, scores = plain.detect(photo)
        ours_s, plain_s = ours_s + between - started, plain_s + time.perf_counter() - between
        ours = np.array([edges(face.box) for face in faces], np.float32).reshape(-1, 4)
        for box, score in zip(boxes if boxes is not None else (), scores, strict=boxes is not None):
            if score >= LEAST_CONFIDENCE:
                shares.append(float(overlap(np.asarray(box, np.float32), ours).max(initial=0.0)))
    agreeing = np.mean(np.array(shares) >= 0.9)
    print(f"{len(photos)} photos, {len(shares)} boxes: {agreeing:.1%} found alike (overlap of 0.9 and more),")
    print(f"  mean overlap {np.mean(shares):.4f}; ours {ours_s:.1f} s, facenet-pytorch {plain_s:.1f} s")


def compare_vectors(config: WorkerConfig, embedder: Embedder, faces: Sequence[Found]) -> None:
    plain = build(prepared(config, "embedder").only.recipe).module.eval()
    started = time.perf_counter()
    ours = embedder.embed(faces)
    between = time.perf_counter()
    with torch.inference_mode():
        views = as_input(np.stack([face_pixels(photo, face) for photo, face in faces]))
        theirs = plain(torch.from_numpy(views)).numpy()
    plain_s = time.perf_counter() - between
    print(
        f"{len(faces)} faces: cosine with plain facenet-pytorch at least {cosines(ours, theirs).min():.7f};"
    )
    print(f"  ours {between - started:.1f} s, facenet-pytorch {plain_s:.1f} s")


def measure_quality(embedder: Embedder, faces: Sequence[Found]) -> None:
    before = embedder.embed(faces)
    for width in WIDTHS_PX:
        _row(f"{width} pixels wide", embedder, before, [scaled(found, width) for found in faces])
    for radius in BLURS_PX:
        _row(f"blurred by {radius} pixels", embedder, before, [blurred(found, radius) for found in faces])


def _row(title: str, embedder: Embedder, before: Floats, worse: Sequence[Found]) -> None:
    likeness = cosines(before, embedder.embed(worse))
    sharp = [sharpness(aligned(photo, face.landmarks, ALIGNED_PX).convert("L")) for photo, face in worse]
    print(
        f"  {title:20s} like itself {likeness.mean():.3f}, worst 5 % {np.percentile(likeness, 5):.3f};"
        f" sharpness {np.median(sharp):.1f} ({np.percentile(sharp, 5):.1f} to {np.percentile(sharp, 95):.1f})"
    )


def scaled(found: Found, width_px: float) -> Found:
    photo, face = found
    factor = width_px / face.box.width
    size = (round(photo.width * factor), round(photo.height * factor))
    box = Box(*(edge * factor for edge in edges(face.box)))
    landmarks = tuple((x * factor, y * factor) for x, y in face.landmarks)
    return photo.resize(size, Image.Resampling.BICUBIC), DetectedFace(box, landmarks, face.confidence)


def blurred(found: Found, radius_px: float) -> Found:
    photo, face = found
    return photo.filter(ImageFilter.GaussianBlur(radius_px)), face


def edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def cosines(ours: Floats, theirs: Floats) -> Floats:
    """Row by row, (n, d), (n, d) -> (n,)."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    return np.asarray((ours * theirs).sum(axis=1) / lengths, dtype=np.float32)


def opened(files: Sequence[Path]) -> list[Image.Image]:
    return [open_photo(file, LIMITS) for file in files]


def main_faces(detector: FaceDetector, photos: Sequence[Image.Image]) -> Iterator[Found]:
    for photo, faces in zip(photos, detector.detect(photos), strict=True):
        face = main_face(photo, faces)
        if face is not None:
            yield photo, face


def main() -> None:
    options = arguments(__doc__).parse_args()
    config = ready_config(options)
    detector, embedder = open_detector(config), open_embedder(config)
    photos: Path = options.shared / "photos"
    groups, scenes = sorted((photos / "groups").glob("*.jpg")), sorted((photos / "imagenet").glob("*.jpg"))
    portraits = opened(sorted((photos / "faces").rglob("*.jpg"))[::8])
    compare_boxes(detector, opened([*groups, *scenes[::4]]) + portraits)
    faces = list(main_faces(detector, portraits))
    if isinstance(embedder, FacenetEmbedder):
        compare_vectors(config, embedder, faces)
    measure_quality(embedder, faces)


if __name__ == "__main__":
    main()
