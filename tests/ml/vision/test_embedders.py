"""Faces as vectors: the same person is near, the crop that is kept is as good as the photo."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import msgspec
import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from ml.config import FaceModel, WorkerConfig, face_model_of
from ml.errors import WeightsMissing
from ml.models import best_embedder
from ml.protocol import Box, EmbedderInfo, IdentityThresholds
from ml.vision.crops import cut_crop
from ml.vision.embedders import VECTORS, Embedder, dlib_resnet, facenet, open_embedder
from ml.vision.embedders.facenet import as_input, face_pixels
from ml.vision.faces import DetectedFace, open_detector

Found = tuple[Image.Image, DetectedFace]


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def astronaut() -> Image.Image:
    return Image.open(Path(skimage.__file__).parent / "data" / "astronaut.png").convert("RGB")


def found_in(config: WorkerConfig, *photos: Image.Image) -> list[Found]:
    faces = open_detector(config).detect(photos)
    return [
        (photo, max(of_photo, key=lambda face: face.box.width))
        for photo, of_photo in zip(photos, faces, strict=True)
    ]


def assert_crops_are_as_good(config: WorkerConfig, embedder: Embedder, folder: Path) -> None:
    [found] = found_in(config, astronaut())
    assert_crop_is_as_good(embedder, found, folder)


def assert_crop_is_as_good(embedder: Embedder, found: Found, folder: Path) -> None:
    photo, face = found
    crop = cut_crop(photo, face, folder / "crop.jpg")
    with Image.open(folder / "crop.jpg") as kept:
        again = (kept.convert("RGB"), DetectedFace(crop.box, crop.landmarks, confidence=1.0))
        from_photo, from_crop = embedder.embed([(photo, face), again])
    assert cosine(from_photo, from_crop) > 0.995


@pytest.mark.weights
def test_the_starters_embedder_says_what_it_is(starter_config: WorkerConfig) -> None:
    info = open_embedder(starter_config).info
    assert (info.id, info.dimension, info.metric) == ("dlib-resnet-v1", 128, "cosine")
    assert info.thresholds.maybe < info.thresholds.sure


@pytest.mark.weights
def test_one_vector_comes_back_per_face_and_none_for_none(starter_config: WorkerConfig) -> None:
    embedder = open_embedder(starter_config)
    faces = found_in(starter_config, astronaut())
    assert embedder.embed([]).shape == (0, 128)
    assert embedder.embed(faces * 2).shape == (2, 128)


@pytest.mark.weights
def test_another_picture_of_the_same_person_is_surely_that_person(starter_config: WorkerConfig) -> None:
    embedder = open_embedder(starter_config)
    photo = astronaut()
    darker = ImageEnhance.Brightness(photo).enhance(0.6).resize((400, 400)).rotate(8)
    one, other = embedder.embed(found_in(starter_config, photo, darker))
    assert cosine(one, other) > embedder.info.thresholds.sure


@pytest.mark.weights
def test_a_starters_vector_from_the_stored_crop_is_that_from_the_photo(
    starter_config: WorkerConfig, tmp_path: Path
) -> None:
    assert_crops_are_as_good(starter_config, open_embedder(starter_config), tmp_path)


@pytest.mark.weights
def test_a_face_model_without_weights_is_said_to_be_missing(starter_config: WorkerConfig) -> None:
    config = msgspec.structs.replace(starter_config, face_model="facenet-vggface2")
    with pytest.raises(WeightsMissing) as caught:
        open_embedder(config)
    assert [weights.file for weights in caught.value.missing] == ["20180402-114759-vggface2.pt"]


@pytest.mark.shared
def test_auto_prefers_facenet_where_its_weights_are(shared_config: WorkerConfig) -> None:
    assert open_embedder(shared_config).info.id == "facenet-vggface2-square"


@pytest.mark.shared
def test_a_facenet_vector_from_the_stored_crop_is_that_from_the_photo(
    shared_config: WorkerConfig, tmp_path: Path
) -> None:
    assert_crops_are_as_good(shared_config, open_embedder(shared_config), tmp_path)


@pytest.mark.shared
@pytest.mark.parametrize("model", ["facenet-vggface2", "dlib-resnet-v1"])
def test_stored_crops_of_peoples_photos_make_nearly_the_same_vectors(
    shared_config: WorkerConfig, shared: Path, tmp_path: Path, model: FaceModel
) -> None:
    config = msgspec.structs.replace(shared_config, face_model=model)
    embedder = open_embedder(config)
    files = sorted((shared / "photos" / "faces" / "unknown").glob("*.jpg"))[:12]
    for found in found_in(config, *(Image.open(file).convert("RGB") for file in files)):
        assert_crop_is_as_good(embedder, found, tmp_path)


def test_what_is_cut_out_for_facenet_is_whole_in_the_stored_crop_of_a_narrow_face(tmp_path: Path) -> None:
    random = np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    photo = Image.fromarray(random).resize((900, 900), Image.Resampling.BICUBIC)
    face = DetectedFace(Box(400.3, 350.6, 400.3 + 0.65 * 160, 350.6 + 160), (), confidence=1.0)
    crop = cut_crop(photo, face, tmp_path / "crop.jpg")
    kept = Image.open(tmp_path / "crop.jpg").convert("RGB")
    from_crop = face_pixels(kept, DetectedFace(crop.box, (), confidence=1.0)).astype(int)
    assert np.abs(from_crop - face_pixels(photo, face)).mean() < 3


@pytest.mark.shared
def test_facenet_vectors_are_those_of_plain_facenet_pytorch(
    shared_config: WorkerConfig, shared: Path
) -> None:
    import torch

    from ml.weights import prepared
    from ml.weights.modules import build

    plain = build(prepared(shared_config, "embedder").only.recipe).module.eval()
    files = sorted((shared / "photos" / "faces" / "unknown").glob("*.jpg"))[:8]
    faces = found_in(shared_config, *(Image.open(file).convert("RGB") for file in files))
    views = np.stack([face_pixels(photo, face) for photo, face in faces])
    with torch.inference_mode():
        theirs = plain(torch.from_numpy(as_input(views))).numpy()
    for one, other in zip(open_embedder(shared_config).embed(faces), theirs, strict=True):
        assert cosine(one, other) > 1 - 1e-3


@pytest.mark.shared
def test_auto_is_announced_by_the_id_of_the_vectors_that_it_makes(shared_config: WorkerConfig) -> None:
    assert best_embedder(shared_config) == open_embedder(shared_config).info.id


def test_the_id_of_vectors_leads_back_to_the_model_that_makes_them() -> None:
    for model, vectors in VECTORS.items():
        assert face_model_of(vectors) == model
    assert face_model_of("facenet-vggface2") == "facenet-vggface2"
    assert face_model_of("a-model-of-old") == "auto"


@pytest.mark.parametrize("model", [facenet, dlib_resnet])
def test_stricter_thresholds_ask_for_more(model: ModuleType) -> None:
    strict, normal, loose = model.STRICT, model.NORMAL, model.LOOSE
    assert strict.sure > normal.sure > loose.sure > loose.maybe
    assert strict.maybe > normal.maybe > loose.maybe
    assert model.VARIED < 1


def test_a_chats_strictness_chooses_among_the_thresholds_there_are() -> None:
    normal, strict = IdentityThresholds(0.6, 0.5, 0.1), IdentityThresholds(0.7, 0.6, 0.1)
    info = EmbedderInfo("test", "test", 2, "cosine", normal, strict=strict)
    assert info.thresholds_for("strict") == strict
    assert info.thresholds_for("normal") == info.thresholds_for("loose") == normal


def test_thresholds_rise_with_what_a_rival_exceeds_and_never_fall() -> None:
    thresholds = IdentityThresholds(0.6, 0.5, 0.05, crowded=0.4, tighten=0.5, widen=0.1)
    raised = thresholds.for_rival(0.6)
    assert (raised.sure, raised.maybe, raised.margin) == pytest.approx((0.7, 0.6, 0.07))
    assert thresholds.for_rival(0.4) == thresholds.for_rival(-float("inf")) == thresholds
