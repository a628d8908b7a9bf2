"""What the worker does with requests: one decode per photo serves everything that is asked of it.

A photo that cannot be read refuses itself and nobody else in its batch.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PIL.Image import Image

from ml.analysis import Job, analyse, as_bytes, open_job
from ml.config import WorkerConfig
from ml.decoded import DecodedPhotos
from ml.errors import BadPhoto, ModelUnusable, WeightsMissing
from ml.learning.package import package_apart
from ml.models import Models, open_models
from ml.protocol import (
    Analyse,
    Cluster,
    Clustered,
    Compare,
    Description,
    Draw,
    Drawn,
    Embed,
    Embedded,
    Exhibit,
    Keep,
    Outcome,
    Package,
    Refused,
    Request,
    Sheet,
    SheetTile,
    StoredCrop,
    Unequipped,
    Unusable,
)
from ml.vision.clusters import group_faces
from ml.vision.comparison import Tile, draw_comparison
from ml.vision.drawing import draw
from ml.vision.embedders import Embedder
from ml.vision.faces import DetectedFace
from ml.vision.images import Limits, open_photo
from ml.vision.pictures import keep
from ml.vision.sheet import NumberedView, draw_sheet, view_of

# Of a batch, so many pixels are decoded before the networks run: eight camera photos would need 1.2 GB.
PIXELS_AT_ONCE = 50_000_000
# Crops are opened and embedded by so many: vectors are small, decoded crops are not.
CROPS_AT_ONCE = 32


def open_engine(config: WorkerConfig) -> Engine:
    """Loads the models. Raises MLError where that fails for another reason than missing weights."""
    return Engine(config, open_models(config))


class Engine:
    """Answers requests with the models there are."""

    def __init__(self, config: WorkerConfig, models: Models) -> None:
        self._config = config
        self._spool = config.spool
        self._limits = Limits(max_bytes=config.max_bytes, max_pixels=config.max_pixels)
        self._photos = DecodedPhotos(self._limits)
        self._models = models

    @property
    def description(self) -> Description:
        return self._models.description

    def serve(self, requests: Sequence[Request]) -> list[Outcome]:
        """The outcomes, in the order of the requests."""
        outcomes: dict[int, Outcome] = {}
        jobs: dict[int, Job] = {}
        for index, request in enumerate(requests):
            begun = self._begin(request)
            if isinstance(begun, Job):
                jobs[index] = begun
            else:
                outcomes[index] = begun
            if sum(job.pixels for job in jobs.values()) >= PIXELS_AT_ONCE:
                outcomes |= self._finish(jobs)
                jobs = {}
        outcomes |= self._finish(jobs)
        return [outcomes[index] for index in range(len(requests))]

    def _begin(self, request: Request) -> Job | Outcome:
        """A decoded photo to analyse with others, or the outcome of anything else."""
        try:
            match request:
                case Analyse():
                    return open_job(self._models, request, self._open)
                case Draw():
                    return self._draw(request)
                case Embed():
                    return self._embed(request)
                case Compare():
                    return self._compare(request)
                case Sheet():
                    return self._sheet(request)
                case Keep():
                    return self._keep(request)
                case Cluster():
                    return self._cluster(request)
                case Package():
                    return package_apart(self._config, request)
        except BadPhoto as bad:
            return Refused(reason=bad.reason, actual=bad.actual, limit=bad.limit)
        except WeightsMissing as nothing:
            return Unequipped(missing=nothing.missing)
        except ModelUnusable as error:
            return Unusable(reason=str(error))

    def _finish(self, jobs: dict[int, Job]) -> dict[int, Outcome]:
        return dict(zip(jobs, analyse(self._models, list(jobs.values()), self._spool), strict=True))

    def _open(self, path: str) -> Image:
        return self._photos.open(self._spool / path)

    def _draw(self, request: Draw) -> Drawn:
        drawn = draw(self._open(request.photo), request.marks, self._spool / request.target)
        return msgspec.structs.replace(drawn, path=request.target)

    def _compare(self, request: Compare) -> Drawn:
        nearest = [self._tile(exhibit) for exhibit in request.nearest]
        drawn = draw_comparison(self._tile(request.face), nearest, self._spool / request.target)
        return msgspec.structs.replace(drawn, path=request.target)

    def _sheet(self, request: Sheet) -> Drawn:
        drawn = draw_sheet([self._view(tile) for tile in request.tiles], self._spool / request.target)
        return msgspec.structs.replace(drawn, path=request.target)

    def _view(self, tile: SheetTile) -> NumberedView:
        """A tile's view: the photo itself is let go, of a dozen there is never more than one in memory."""
        photo = self._photo_at(tile.photo)
        return NumberedView(photo and view_of(photo), tile.number, tile.lines)

    def _keep(self, request: Keep) -> Drawn:
        kept = keep(self._open(request.photo), self._spool / request.target, request.longest_px)
        return msgspec.structs.replace(kept, path=request.target)

    def _tile(self, exhibit: Exhibit) -> Tile:
        photo = self._photo_at(exhibit.crop.path)
        return Tile(photo, exhibit.crop.box, name=exhibit.name, similarity=exhibit.similarity)

    def _cluster(self, request: Cluster) -> Clustered:
        return Clustered(groups=group_faces(request.vectors, self._embedder().info))

    def _embed(self, request: Embed) -> Embedded:
        embedder = self._embedder()
        vectors: list[bytes | None] = []
        for start in range(0, len(request.crops), CROPS_AT_ONCE):
            vectors += self._vectors(embedder, request.crops[start : start + CROPS_AT_ONCE])
        return Embedded(model=embedder.info.id, vectors=tuple(vectors))

    def _embedder(self) -> Embedder:
        if self._models.embedder is None:
            raise WeightsMissing(self._models.description.missing)
        return self._models.embedder

    def _vectors(self, embedder: Embedder, crops: Sequence[StoredCrop]) -> list[bytes | None]:
        """One vector per crop, None for those that cannot be read any more."""
        photos = [self._photo_at(crop.path) for crop in crops]
        readable = [
            (photo, DetectedFace(crop.box, crop.landmarks, confidence=1.0))
            for photo, crop in zip(photos, crops, strict=True)
            if photo is not None
        ]
        vectors = iter(embedder.embed(readable) if readable else ())
        return [as_bytes(next(vectors)) if photo is not None else None for photo in photos]

    def _photo_at(self, path: str) -> Image | None:
        try:
            return open_photo(self._spool / path, self._limits)
        except BadPhoto:
            return None
