"""The engine on real networks: what a batch gives, and what it gives where models are missing."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np
import pytest
import skimage.data
from PIL import Image

from ml.config import WorkerConfig
from ml.decoded import DecodedPhotos
from ml.engine import Engine
from ml.models import Models, open_models
from ml.protocol import (
    Analyse,
    Analysis,
    Box,
    Cluster,
    Clustered,
    Compare,
    Draw,
    Drawn,
    Embed,
    Embedded,
    Exhibit,
    Keep,
    Outcome,
    Refused,
    Request,
    Sheet,
    SheetTile,
    StoredCrop,
    Unequipped,
)
from ml.vision.images import Limits

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def models(prepared_starter: Path) -> Models:
    folder, none = prepared_starter, prepared_starter / "none"
    config = WorkerConfig(spool=folder, networks=folder, weights=none, models=none, device="cpu")
    return open_models(config)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Four photographs."""
    for name in ("astronaut", "chelsea", "coffee", "rocket"):
        Image.fromarray(getattr(skimage.data, name)()).save(tmp_path / f"{name}.jpg", quality=95)
    return tmp_path


@pytest.fixture
def engine(models: Models, spool: Path) -> Engine:
    return engine_with(models, spool)


def engine_with(models: Models, spool: Path) -> Engine:
    return Engine(WorkerConfig(spool=spool, networks=spool, weights=spool, models=spool), models)


def without(models: Models, *roles: str) -> Models:
    return Models(
        classifier=None if "classifier" in roles else models.classifier,
        detector=None if "detector" in roles else models.detector,
        embedder=None if "embedder" in roles else models.embedder,
        own=models.own,
        description=models.description,
    )


def serve_one(engine: Engine, request: Request) -> Outcome:
    (outcome,) = engine.serve([request])
    return outcome


def analysis_of(engine: Engine, request: Analyse) -> Analysis:
    outcome = serve_one(engine, request)
    assert isinstance(outcome, Analysis)
    return outcome


def test_a_batch_finds_what_each_photo_alone_does(engine: Engine) -> None:
    requests = [Analyse(photo=f"{name}.jpg") for name in ("astronaut", "chelsea", "coffee", "rocket")]
    for together, request in zip(engine.serve(requests), requests, strict=True):
        assert isinstance(together, Analysis) and together.classification
        alone = analysis_of(engine, request).classification
        assert alone and alone.labels[0].index == together.classification.labels[0].index


def test_each_request_of_a_batch_gets_as_many_labels_as_it_asked_for(engine: Engine) -> None:
    two, seven = engine.serve([Analyse(photo="coffee.jpg", labels=2), Analyse(photo="rocket.jpg", labels=7)])
    assert isinstance(two, Analysis) and two.classification and len(two.classification.labels) == 2
    assert isinstance(seven, Analysis) and seven.classification and len(seven.classification.labels) == 7


def test_a_bad_photo_refuses_only_itself(engine: Engine, spool: Path) -> None:
    (spool / "bad.jpg").write_bytes(b"not a photo")
    bad, gone, good = engine.serve([Analyse(photo=f"{name}.jpg") for name in ("bad", "gone", "chelsea")])
    assert bad == Refused(reason="not_an_image")
    assert gone == Refused(reason="gone")
    assert isinstance(good, Analysis) and good.classification


def test_a_face_comes_with_its_vector_and_a_crop_beside_the_photo(engine: Engine, spool: Path) -> None:
    (face,) = analysis_of(engine, Analyse(photo="astronaut.jpg", crops=True)).faces or ()
    assert np.frombuffer(face.embedding, "<f4").shape == (128,)
    assert face.crop and (spool / face.crop.path).is_file()


def test_no_crop_is_written_unasked(engine: Engine, spool: Path) -> None:
    before = sorted(spool.iterdir())
    analysis_of(engine, Analyse(photo="astronaut.jpg"))
    assert sorted(spool.iterdir()) == before


def test_what_was_not_asked_is_not_done(engine: Engine) -> None:
    assert analysis_of(engine, Analyse(photo="astronaut.jpg", faces=False)).faces is None
    assert analysis_of(engine, Analyse(photo="astronaut.jpg", classify=False)).classification is None


def test_a_stored_crop_gives_the_vector_that_the_photo_gave(engine: Engine) -> None:
    (face,) = analysis_of(engine, Analyse(photo="astronaut.jpg", crops=True)).faces or ()
    assert face.crop
    gone = msgspec.structs.replace(face.crop, path="gone.jpg")
    again = serve_one(engine, Embed(crops=(gone, face.crop)))
    assert isinstance(again, Embedded) and again.vectors[0] is None and again.vectors[1]
    first, second = (np.frombuffer(vector, "<f4") for vector in (face.embedding, again.vectors[1]))
    assert float(np.linalg.norm(first - second)) < 0.1


def test_a_drawing_is_made_on_the_photo_still_held(engine: Engine, spool: Path) -> None:
    analysis_of(engine, Analyse(photo="coffee.jpg"))
    spoil_unseen(spool / "coffee.jpg")
    drawn = serve_one(engine, Draw(photo="coffee.jpg", marks=(), target="drawn.jpg"))
    assert isinstance(drawn, Drawn) and (drawn.width, drawn.height) == (600, 400)
    assert (spool / drawn.path).stat().st_size == drawn.bytes


def test_a_comparison_leaves_a_frame_for_what_is_gone(engine: Engine, spool: Path) -> None:
    face = Exhibit(crop=StoredCrop(path="astronaut.jpg", box=Box(170, 60, 280, 210), landmarks=()))
    gone = Exhibit(crop=msgspec.structs.replace(face.crop, path="gone.jpg"), name="Alice", similarity="71 %")
    drawn = serve_one(engine, Compare(face=face, nearest=(gone, face), target="why.jpg"))
    assert isinstance(drawn, Drawn) and drawn.path == "why.jpg"
    with Image.open(spool / "why.jpg") as picture:
        assert picture.size == (drawn.width, drawn.height)


def test_a_photo_just_analysed_is_kept_without_a_second_decode(engine: Engine, spool: Path) -> None:
    analysis_of(engine, Analyse(photo="coffee.jpg"))
    spoil_unseen(spool / "coffee.jpg")
    kept = serve_one(engine, Keep(photo="coffee.jpg", target="kept.jpg", longest_px=300))
    assert isinstance(kept, Drawn) and (kept.path, kept.width, kept.height) == ("kept.jpg", 300, 200)
    assert (spool / "kept.jpg").stat().st_size == kept.bytes


def test_what_is_no_photo_is_not_kept(engine: Engine, spool: Path) -> None:
    (spool / "bad.jpg").write_bytes(b"not a photo")
    refused = serve_one(engine, Keep(photo="bad.jpg", target="kept.jpg", longest_px=300))
    assert refused == Refused(reason="not_an_image")
    assert not (spool / "kept.jpg").exists()


def test_a_contact_sheet_leaves_a_frame_for_what_is_gone(engine: Engine, spool: Path) -> None:
    tiles = tuple(SheetTile(photo=name, number=1, lines=("ant",)) for name in ("coffee.jpg", "gone.jpg", ""))
    drawn = serve_one(engine, Sheet(tiles=tiles, target="sheet.jpg"))
    assert isinstance(drawn, Drawn) and drawn.path == "sheet.jpg"
    with Image.open(spool / "sheet.jpg") as picture:
        assert picture.size == (drawn.width, drawn.height)


def test_the_same_face_twice_is_a_group_and_nothing_is_not(engine: Engine) -> None:
    (face,) = analysis_of(engine, Analyse(photo="astronaut.jpg")).faces or ()
    clustered = serve_one(engine, Cluster(vectors=(face.embedding, b"", face.embedding)))
    assert clustered == Clustered(groups=(0, -1, 0))


def test_a_file_that_changed_is_decoded_anew(engine: Engine, spool: Path) -> None:
    analysis_of(engine, Analyse(photo="coffee.jpg"))
    Image.new("RGB", (64, 48)).save(spool / "coffee.jpg")
    assert analysis_of(engine, Analyse(photo="coffee.jpg")).width == 64


def test_no_more_photos_are_held_than_their_pixels_allow(spool: Path) -> None:
    photos = DecodedPhotos(Limits(max_bytes=10**7, max_pixels=10**7), kept_pixels=600 * 400)
    photos.open(spool / "coffee.jpg")
    photos.open(spool / "chelsea.jpg")
    assert photos.held_pixels <= 600 * 400


def test_with_one_model_missing_the_other_half_is_answered(models: Models, spool: Path) -> None:
    nameless = engine_with(without(models, "classifier"), spool)
    analysis = analysis_of(nameless, Analyse(photo="astronaut.jpg"))
    assert analysis.classification is None and analysis.faces


def test_without_an_embedder_faces_have_no_vectors(models: Models, spool: Path) -> None:
    analysis = analysis_of(engine_with(without(models, "embedder"), spool), Analyse(photo="astronaut.jpg"))
    assert analysis.embedder is None
    assert [face.embedding for face in analysis.faces or ()] == [b""]


@pytest.mark.parametrize("request_", [Analyse(photo="astronaut.jpg"), Embed(crops=()), Cluster(vectors=())])
def test_with_no_model_for_it_a_request_is_told_what_is_missing(
    models: Models, spool: Path, request_: Request
) -> None:
    nothing = engine_with(without(models, "classifier", "detector", "embedder"), spool)
    assert serve_one(nothing, request_) == Unequipped(missing=models.description.missing)


def test_drawing_needs_no_model(models: Models, spool: Path) -> None:
    nothing = engine_with(without(models, "classifier", "detector", "embedder"), spool)
    assert isinstance(serve_one(nothing, Draw(photo="coffee.jpg", marks=(), target="drawn.jpg")), Drawn)


def spoil_unseen(file: Path) -> None:
    """Overwrites a file with as many bytes of nonsense, leaving its time as it was."""
    status = file.stat()
    file.write_bytes(b"x" * status.st_size)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
