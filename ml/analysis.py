"""From decoded photos to analyses: every network sees the photos of a batch together."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ml.errors import WeightsMissing
from ml.learning.own_labels import OwnModel, Question, outputs_of
from ml.models import Models
from ml.protocol import Analyse, Analysis, Classification, Face, StoredCrop
from ml.vision.crops import cut_crop
from ml.vision.faces import DetectedFace
from ml.vision.quality import assess


@dataclass(eq=False, slots=True)
class Job:
    """A photo on its way through the networks.

    `own`: what is asked of the chat's own model, None where there is none that can be used. `vectors`: one
    per face, each (dimension,) float32.
    """

    request: Analyse
    photo: Image
    own: Question | None = None
    classification: Classification | None = None
    faces: list[DetectedFace] | None = None
    vectors: list[NDArray[np.float32]] = field(default_factory=list)

    @property
    def pixels(self) -> int:
        return self.photo.width * self.photo.height


def open_job(models: Models, request: Analyse, open_photo: Callable[[str], Image]) -> Job:
    """The photo, decoded, and the chat's model. Raises BadPhoto, or WeightsMissing."""
    model = models.own.open(request.own) if request.own else None
    _check_equipped(models, request, model)
    photo = open_photo(request.photo)
    return Job(request, photo, own=None if model is None else Question(model, photo))


def _check_equipped(models: Models, request: Analyse, model: OwnModel | None) -> None:
    """Raises WeightsMissing where nothing of what the request asks can be done."""
    can_classify = request.classify and models.classifier is not None
    can_find_faces = request.faces and models.detector is not None
    asks_something = request.classify or request.faces
    if asks_something and not (can_classify or can_find_faces or model):
        raise WeightsMissing(models.description.missing)


def analyse(models: Models, jobs: Sequence[Job], spool: Path) -> list[Analysis]:
    """What is in the photos, in their order; crops are written into the spool, beside their photo."""
    _classify(models, [job for job in jobs if job.request.classify or _is_of_this_pass(job)])
    models.own.answer([job.own for job in jobs if job.own])
    _find_faces(models, [job for job in jobs if job.request.faces])
    _embed_faces(models, jobs)
    return [_analysis(models, job, spool) for job in jobs]


def _classify(models: Models, jobs: Sequence[Job]) -> None:
    if models.classifier is None or not jobs:
        return
    seen = models.classifier.see([job.photo for job in jobs])
    outputs = outputs_of(seen.features, seen.logits)
    for job, probabilities, output in zip(jobs, seen.probabilities, outputs, strict=True):
        if job.request.classify:
            job.classification = models.classifier.describe(probabilities, job.request.labels)
        if job.own and _is_of_this_pass(job):
            job.own.seen = output


def _is_of_this_pass(job: Job) -> bool:
    """Whether the chat's model stands on the features of the classifier in use."""
    return job.own is not None and job.own.model.network is None


def _find_faces(models: Models, jobs: Sequence[Job]) -> None:
    if models.detector is None or not jobs:
        return
    for job, faces in zip(jobs, models.detector.detect([job.photo for job in jobs]), strict=True):
        job.faces = faces


def _embed_faces(models: Models, jobs: Sequence[Job]) -> None:
    found = [(job, face) for job in jobs for face in job.faces or ()]
    if models.embedder is None or not found:
        return
    vectors = models.embedder.embed([(job.photo, face) for job, face in found])
    for (job, _), vector in zip(found, vectors, strict=True):
        job.vectors.append(vector)


def _analysis(models: Models, job: Job, spool: Path) -> Analysis:
    faces = None if job.faces is None else tuple(_face(job, index, spool) for index in range(len(job.faces)))
    embedder = models.embedder.info.id if models.embedder and faces is not None else None
    return Analysis(
        width=job.photo.width,
        height=job.photo.height,
        classification=job.classification,
        faces=faces,
        embedder=embedder,
        own=None if job.own is None else job.own.answer,
    )


def _face(job: Job, index: int, spool: Path) -> Face:
    assert job.faces is not None
    face = job.faces[index]
    return Face(
        box=face.box,
        landmarks=face.landmarks,
        quality=assess(job.photo, face),
        embedding=as_bytes(job.vectors[index]) if job.vectors else b"",
        crop=_crop(job, face, spool) if job.request.crops else None,
    )


def _crop(job: Job, face: DetectedFace, spool: Path) -> StoredCrop:
    """Cuts a crop into a new file; the path in the answer is as relative or absolute as the photo's."""
    photo = PurePath(job.request.photo)
    path = photo.with_name(f"{photo.stem}-face-{secrets.token_hex(8)}.jpg")
    return msgspec.structs.replace(cut_crop(job.photo, face, spool / path), path=str(path))


def as_bytes(vector: NDArray[np.float32]) -> bytes:
    """A vector as it is stored: little-endian float32."""
    return vector.astype("<f4").tobytes()
