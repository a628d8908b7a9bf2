"""Why a face was called by a name: it is shown beside the enrolled faces nearest to it (by the job "why")."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import msgspec

from bot.usecases.correct import Spot
from bot.usecases.ports import Picture, Ports
from bot.usecases.seen import same_face
from ml.protocol import (
    Analyse,
    Box,
    Compare,
    Description,
    Drawn,
    EmbedderInfo,
    Exhibit,
    Face,
    IdentityThresholds,
    Metric,
    StoredCrop,
    Strictness,
)
from storage import chats, people
from storage.nearest import NearFace

KIND = "why"
# One row of the picture (ml.vision.comparison), and as many photos as a person usually has.
MOST_FACES = 4


class Reasons(msgspec.Struct, frozen=True):
    """The picture of a face beside those nearest to it, and what the rule made of it.

    `similarity` to the person who was named, as the rule had it (None where a person told the name), and the
    thresholds that it was held against; all in the units of `metric`. The picture shows whom the gallery had
    at that version: where it has changed since (`overtaken.has_changed`), nobody is to see it.
    """

    drawn: Drawn
    metric: Metric
    similarity: float | None
    thresholds: IdentityThresholds
    gallery_version: int


class _Near(msgspec.Struct, frozen=True):
    """The enrolled faces nearest to one, nearest first, as the gallery had them at a version."""

    faces: tuple[Exhibit, ...]
    strictness: Strictness
    gallery_version: int


def percent(similarity: float, metric: Metric) -> int:
    """A similarity as people read it, 0..100: the cosine, or how much of one unit of distance is left."""
    closeness = similarity if metric == "cosine" else 1 + similarity
    return round(100 * min(1.0, max(0.0, closeness)))


async def reasons(ports: Ports, at: Spot, known: Description) -> Reasons | None:
    """Compare a face of an answer with the gallery; None where it, or anybody near it, is not found.

    Raises MLError (BadPhoto: the photo is gone), NetworkError.
    """
    if known.embedder is None:
        return None
    async with ports.fetch(Picture(at.row.file_id, at.row.file_unique_id)) as path:
        analysis = await ports.worker.ask(Analyse(photo=str(path), classify=False))
        faces = analysis.faces or ()
        index = same_face(at.face.box, [face.box for face in faces])
        if index is None:
            return None
        near = await _near(ports, at.row.chat_id, faces[index], known.embedder)
        if not near.faces:
            return None
        drawn = await ports.worker.ask(
            Compare(face=_exhibit(path, faces[index]), nearest=near.faces, target=f"{path}.why.jpg")
        )
    thresholds = known.embedder.thresholds_for(near.strictness)
    return Reasons(drawn, known.embedder.metric, at.face.similarity, thresholds, near.gallery_version)


async def _near(ports: Ports, chat_id: int, face: Face, embedder: EmbedderInfo) -> _Near:
    async with ports.database.read() as session:
        chat = await chats.get(session, chat_id)
        found = await ports.gallery.similarities(
            session, chat_id, embedder.id, embedder.metric, face.embedding, k=MOST_FACES
        )
        names = await people.names(session, chat_id)
    shown = tuple(_enrolled(ports, near, names[near.person_id], embedder.metric) for near in found)
    strictness = cast(Strictness, chat.strictness) if chat else "normal"
    return _Near(shown, strictness, chat.gallery_version if chat else 0)


def _enrolled(ports: Ports, near: NearFace, name: str, metric: Metric) -> Exhibit:
    points = tuple((point[0], point[1]) for point in near.landmarks)
    crop = StoredCrop(path=str(ports.photos.path(near.crop)), box=Box(*near.box), landmarks=points)
    return Exhibit(crop=crop, name=name, similarity=f"{percent(near.similarity, metric)} %")


def _exhibit(photo: Path, face: Face) -> Exhibit:
    return Exhibit(crop=StoredCrop(path=str(photo), box=face.box, landmarks=face.landmarks))
