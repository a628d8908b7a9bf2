"""Faces as vectors: the same person is near, the crop that is kept is as good as the photo."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from ml.config import WorkerConfig
from ml.errors import WeightsMissing
from ml.vision.crops import cut_crop
from ml.vision.embedders import Embedder, open_embedder
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
    [(photo, face)] = found_in(config, astronaut())
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
    facenet = msgspec.structs.replace(starter_config, face_model="facenet-vggface2")
    with pytest.raises(WeightsMissing) as caught:
        open_embedder(facenet)
    assert [weights.file for weights in caught.value.missing] == ["20180402-114759-vggface2.pt"]


@pytest.mark.shared
def test_auto_prefers_facenet_where_its_weights_are(shared_config: WorkerConfig) -> None:
    assert open_embedder(shared_config).info.id == "facenet-vggface2"


@pytest.mark.shared
def test_a_facenet_vector_from_the_stored_crop_is_that_from_the_photo(
    shared_config: WorkerConfig, tmp_path: Path
) -> None:
    assert_crops_are_as_good(shared_config, open_embedder(shared_config), tmp_path)


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
