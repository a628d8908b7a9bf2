"""Weights are found in the settings, then in WEIGHTS_DIR, then in an installed package; the best one wins."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.config import WorkerConfig
from ml.errors import WeightsMissing
from ml.weights import catalogue
from ml.weights.errors import UnknownModel
from ml.weights.locate import locate, recognise
from ml.weights.sources import choose


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    return folder


@pytest.fixture
def config(weights: Path, tmp_path: Path) -> Callable[..., WorkerConfig]:
    """Makes configurations with that WEIGHTS_DIR."""

    def make(**changes: object) -> WorkerConfig:
        folders = {"spool": tmp_path, "networks": tmp_path, "models": tmp_path, "weights": weights}
        return WorkerConfig(**(folders | changes))  # type: ignore[arg-type]

    return make


Make = Callable[..., WorkerConfig]


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(name.encode())


def test_with_nothing_in_the_folder_the_starter_is_taken(config: Make) -> None:
    assert choose(config(), "classifier").id == "tf_efficientnet_lite0"
    assert choose(config(), "embedder").id == "dlib-resnet-v1"


def test_a_package_is_found_without_being_imported(config: Make) -> None:
    chosen = choose(config(), "embedder")
    assert [file.name for file in chosen.files] == [
        "dlib_face_recognition_resnet_model_v1.dat",
        "shape_predictor_5_face_landmarks.dat",
    ]
    assert chosen.source.endswith("(package face_recognition_models)")


def test_published_weights_go_before_the_starter(config: Make, weights: Path) -> None:
    put(weights, "mobilenet_v2-7ebf99e0.pth", "20180402-114759-vggface2.pt")
    assert choose(config(), "classifier").id == "mobilenet_v2@IMAGENET1K_V2"
    assert choose(config(), "embedder").id == "facenet-vggface2"


def test_auto_takes_the_most_accurate_of_several(config: Make, weights: Path) -> None:
    put(weights, "mobilenet_v2-7ebf99e0.pth", "resnet50-11ad3fa6.pth", "alexnet-owt-7be5be79.pth")
    assert choose(config(), "classifier").id == "resnet50@IMAGENET1K_V2"


def test_a_name_is_taken_over_a_better_model(config: Make, weights: Path) -> None:
    put(weights, "mobilenet_v2-7ebf99e0.pth", "resnet50-11ad3fa6.pth")
    assert choose(config(classifier_model="mobilenet_v2"), "classifier").id.startswith("mobilenet_v2@")
    assert choose(config(classifier_model="tf_efficientnet_lite0"), "classifier").recipes


def test_a_published_name_tells_the_version(config: Make, weights: Path) -> None:
    put(weights, "mobilenet_v2-b0353104.pth")
    assert choose(config(), "classifier").id == "mobilenet_v2@IMAGENET1K_V1"


def test_any_file_that_begins_with_a_models_name_is_that_models(config: Make, weights: Path) -> None:
    put(weights, "mobilenet_v2-imagenet.pth")
    chosen = choose(config(classifier_model="mobilenet_v2"), "classifier")
    assert chosen.files == (weights / "mobilenet_v2-imagenet.pth",)
    assert chosen.recipes[0].version == "IMAGENET1K_V2"


def test_the_version_asked_for_holds_for_a_file_that_does_not_tell(config: Make, weights: Path) -> None:
    put(weights, "mobilenet_v2-mine.pth")
    chosen = choose(config(classifier_model="mobilenet_v2@IMAGENET1K_V1"), "classifier")
    assert chosen.id == "mobilenet_v2@IMAGENET1K_V1"


def test_another_version_than_the_one_asked_for_does_not_do(config: Make, weights: Path) -> None:
    put(weights, "mobilenet_v2-7ebf99e0.pth")
    with pytest.raises(WeightsMissing) as caught:
        choose(config(classifier_model="mobilenet_v2@IMAGENET1K_V1"), "classifier")
    assert caught.value.missing[0].file == "mobilenet_v2-b0353104.pth"


def test_what_is_missing_says_file_checksum_folder_and_command(config: Make, weights: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        choose(config(classifier_model="resnet18", face_model="facenet-vggface2"), "classifier")
    (missing,) = caught.value.missing
    assert (missing.file, missing.sha256) == ("resnet18-f37072fd.pth", "f37072fd…")
    assert missing.folder == str(weights)
    assert missing.command == "python -m ml.weights pull resnet18"


def test_a_file_named_in_the_settings_goes_first(config: Make, weights: Path, tmp_path: Path) -> None:
    put(weights, "mobilenet_v2-7ebf99e0.pth")
    put(tmp_path, "resnet18-elsewhere.pth")
    chosen = choose(config(classifier_weights=tmp_path / "resnet18-elsewhere.pth"), "classifier")
    assert chosen.id == "resnet18@IMAGENET1K_V1"
    assert chosen.source.endswith("(CLASSIFIER_WEIGHTS)")


def test_a_named_file_that_is_not_there_is_missing_from_its_own_folder(config: Make, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing) as caught:
        choose(config(classifier_weights=tmp_path / "resnet18.pth"), "classifier")
    assert caught.value.missing[0].file == "resnet18.pth"
    assert caught.value.missing[0].folder == str(tmp_path)


def test_a_named_file_that_does_not_tell_its_model_needs_the_models_name(
    config: Make, tmp_path: Path
) -> None:
    put(tmp_path, "best.pth")
    with pytest.raises(UnknownModel, match="set CLASSIFIER_MODEL too"):
        choose(config(classifier_weights=tmp_path / "best.pth"), "classifier")
    named = config(classifier_weights=tmp_path / "best.pth", classifier_model="resnet18")
    assert choose(named, "classifier").id == "resnet18@IMAGENET1K_V1"


def test_face_weights_tell_the_embedder_by_their_kind(config: Make, tmp_path: Path) -> None:
    put(tmp_path, "mine.pt", "mine.dat")
    assert choose(config(face_weights=tmp_path / "mine.pt"), "embedder").id == "facenet-vggface2"
    dlib = choose(config(face_weights=tmp_path / "mine.dat"), "embedder")
    assert dlib.id == "dlib-resnet-v1"
    assert dlib.files[1].name == "shape_predictor_5_face_landmarks.dat"


def test_face_weights_of_the_wrong_kind_are_refused(config: Make, tmp_path: Path) -> None:
    put(tmp_path, "mine.dat")
    with pytest.raises(UnknownModel, match="FACE_WEIGHTS"):
        choose(config(face_weights=tmp_path / "mine.dat", face_model="facenet-vggface2"), "embedder")


def test_a_renamed_file_is_known_by_its_checksum(config: Make, weights: Path) -> None:
    (package,) = choose(config(), "classifier").files
    shutil.copy(package, weights / "efficientnet-lite0-57934424.pth")
    chosen = choose(config(), "classifier")
    assert chosen.source.endswith("(WEIGHTS_DIR)")
    assert catalogue.find(chosen.id).files[0].is_right(chosen.recipes[0].sha256)


@pytest.mark.parametrize(
    ("file", "model"),
    [
        ("mobilenet_v2-7ebf99e0.pth", "mobilenet_v2"),
        ("vit_b_16_swag-9ac1b537.pth", "vit_b_16"),
        ("vgg16_bn-mine.pth", "vgg16_bn"),
        ("resnet50.pth", "resnet50"),
        ("efficientnet-lite0-57934424.pth", "tf_efficientnet_lite0"),
    ],
)
def test_a_files_name_tells_its_model(file: str, model: str) -> None:
    recognised = recognise(Path(file))
    assert recognised is not None
    assert recognised.name == model


def test_a_file_of_no_known_model_is_left_alone(config: Make, weights: Path) -> None:
    put(weights, "resnet500.pth", "notes.pth")
    assert choose(config(), "classifier").id == "tf_efficientnet_lite0"


def test_the_detector_comes_with_its_package(config: Make) -> None:
    chosen = choose(config(), "detector")
    assert [recipe.name for recipe in chosen.recipes] == ["pnet", "rnet", "onet"]
    found = locate(config(), catalogue.detector())
    assert found is not None
    assert found.where == "package facenet_pytorch"
