"""What chats' own models say of photos, on a network that sees colours alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from ml.config import WorkerConfig
from ml.learning.model_file import ChatModel, save
from ml.learning.own_labels import Outputs, OwnModels, Question
from ml.learning.predict import Predictor
from ml.protocol import OwnLabels
from tests.support.chat_models import OLD, PRIMARY, export_old_backbone, model_on, write_colour_network

RED, GREEN, GREY = (255, 0, 0), (0, 255, 0), (128, 128, 128)
WARM = {"warm": PRIMARY["R"], "cold": PRIMARY["B"]}


@pytest.fixture
def config(tmp_path: Path) -> WorkerConfig:
    export_old_backbone(tmp_path)
    return WorkerConfig(spool=tmp_path, networks=tmp_path, weights=tmp_path, models=tmp_path / "models")


@pytest.fixture
def models(config: WorkerConfig) -> OwnModels:
    """With no classifier in use: whatever stands on one runs it by itself."""
    return OwnModels(config, None)


def fine_tuned(config: WorkerConfig, name: str = "mine", output: str = "features") -> ChatModel:
    """A model that brings its own network."""
    config.models.mkdir(exist_ok=True)
    part = config.models / "part"
    write_colour_network(part, name, output)
    sha256 = hashlib.sha256(part.read_bytes()).hexdigest()
    part.rename(config.models / f"{sha256}.onnx")
    return model_on(msgspec.structs.replace(OLD, stem="never-exported"), PRIMARY, network=sha256)


def ask(models: OwnModels, *questions: tuple[str, tuple[int, int, int]]) -> list[OwnLabels | None]:
    """The answers to pairs of a model's name and the colour of a photo."""
    opened = [(models.open(name), Image.new("RGB", (30, 20), colour)) for name, colour in questions]
    asked = [Question(model, photo) if model else None for model, photo in opened]
    models.answer([question for question in asked if question])
    return [question.answer if question else None for question in asked]


def first(answer: OwnLabels | None) -> str:
    assert answer is not None
    return answer.labels[0].name


def test_a_photo_is_told_by_the_chats_labels_likeliest_first(models: OwnModels, config: WorkerConfig) -> None:
    name = save(model_on(OLD, PRIMARY), config.models)
    (answer,) = ask(models, (name, GREEN))
    assert answer is not None and answer.model == name
    assert [label.name for label in answer.labels] == ["G", "R", "B"]
    assert sum(label.probability for label in answer.labels) == pytest.approx(1)
    assert answer.labels[0].probability == pytest.approx(1 / (1 + 2 * np.exp(-10 / 2)), abs=1e-3)


def test_a_photo_like_no_example_is_none_of_the_labels(models: OwnModels, config: WorkerConfig) -> None:
    name = save(model_on(OLD, PRIMARY), config.models)
    known, unknown = ask(models, (name, RED), (name, GREY))
    assert known is not None and not known.is_none and known.novelty < 0.1
    assert unknown is not None and unknown.is_none and unknown.novelty > 1


def test_chats_with_different_models_share_a_batch_and_a_network(
    models: OwnModels, config: WorkerConfig
) -> None:
    primary, warm = (save(model_on(OLD, examples), config.models) for examples in (PRIMARY, WARM))
    answers = ask(models, (primary, RED), (warm, RED), (primary, GREEN))
    assert [first(answer) for answer in answers] == ["R", "warm", "G"]


def test_features_of_the_classifier_in_use_are_taken_as_they_are(config: WorkerConfig) -> None:
    models = OwnModels(config, OLD.stem)
    model = models.open(save(model_on(OLD, PRIMARY), config.models))
    assert model is not None and model.network is None
    question = Question(model, Image.new("RGB", (9, 9)), seen=Outputs(PRIMARY["B"], None))
    models.answer([question])
    assert first(question.answer) == "B"


def test_a_fine_tuned_model_answers_from_its_own_network(models: OwnModels, config: WorkerConfig) -> None:
    (answer,) = ask(models, (save(fine_tuned(config), config.models), RED))
    assert first(answer) == "R"


def gone(config: WorkerConfig) -> str:
    return "0" * 64


def no_name(config: WorkerConfig) -> str:
    return "../networks"


def damaged(config: WorkerConfig) -> str:
    name = save(model_on(OLD, PRIMARY), config.models)
    flip_a_bit(config.models / name)
    return name


def of_another_format(config: WorkerConfig) -> str:
    return save(msgspec.structs.replace(model_on(OLD, PRIMARY), format=99), config.models)


def of_faces(config: WorkerConfig) -> str:
    faces = msgspec.structs.replace(OLD, preprocessing=None)
    return save(model_on(faces, PRIMARY), config.models)


def without_its_backbone(config: WorkerConfig) -> str:
    return save(model_on(msgspec.structs.replace(OLD, stem="never-exported"), PRIMARY), config.models)


def on_other_weights(config: WorkerConfig) -> str:
    return save(model_on(msgspec.structs.replace(OLD, source_sha256="1" * 64), PRIMARY), config.models)


def of_another_width(config: WorkerConfig) -> str:
    wide = {name: np.eye(4, dtype=np.float32)[[row]] for row, name in enumerate("ab")}
    return save(model_on(msgspec.structs.replace(OLD, dimension=4), wide), config.models)


def without_its_network(config: WorkerConfig) -> str:
    model = fine_tuned(config)
    (config.models / f"{model.network}.onnx").unlink()
    return save(model, config.models)


def with_a_damaged_network(config: WorkerConfig) -> str:
    model = fine_tuned(config)
    flip_a_bit(config.models / f"{model.network}.onnx")
    return save(model, config.models)


def with_a_network_without_features(config: WorkerConfig) -> str:
    return save(fine_tuned(config, output="logits"), config.models)


def on_a_damaged_backbone(config: WorkerConfig) -> str:
    (config.networks / f"{OLD.stem}.onnx").write_bytes(b"no network at all")
    return save(model_on(OLD, PRIMARY), config.models)


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


UNUSABLE = (
    gone,
    no_name,
    damaged,
    of_another_format,
    of_faces,
    without_its_backbone,
    on_other_weights,
    of_another_width,
    without_its_network,
    with_a_damaged_network,
    with_a_network_without_features,
    on_a_damaged_backbone,
)


@pytest.mark.parametrize("unusable", UNUSABLE, ids=lambda make: make.__name__)
def test_a_model_that_cannot_be_used_costs_one_line_in_the_log_and_no_other_chat_its_labels(
    unusable: Callable[[WorkerConfig], str],
    models: OwnModels,
    config: WorkerConfig,
    caplog: pytest.LogCaptureFixture,
) -> None:
    good = save(fine_tuned(config, "another chat's"), config.models)
    answers = ask(models, (unusable(config), RED), (good, RED))
    assert answers[0] is None and first(answers[1]) == "R"
    (line,) = caplog.messages
    assert line.startswith("the chat's model") and "\n" not in line


def test_no_more_models_stay_loaded_than_their_bytes_allow(config: WorkerConfig) -> None:
    one = model_on(OLD, PRIMARY)
    bytes_each = Predictor(one).held_bytes
    models = OwnModels(config, None, kept_bytes=3 * bytes_each)
    names = [save(msgspec.structs.replace(one, seed=seed), config.models) for seed in range(5)]
    assert [first(answer) for name in names for answer in ask(models, (name, RED))] == ["R"] * 5
    assert models.held_bytes == 3 * bytes_each


def test_a_model_that_is_kept_is_not_read_again(models: OwnModels, config: WorkerConfig) -> None:
    name = save(model_on(OLD, PRIMARY), config.models)
    ask(models, (name, RED))
    (config.models / name).unlink()
    (answer,) = ask(models, (name, RED))
    assert first(answer) == "R"
