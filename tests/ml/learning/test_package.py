"""A chat's model as a zip: it says without this program what the worker says with it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
from PIL import Image

from ml.config import WorkerConfig
from ml.errors import ModelUnusable
from ml.learning.model_file import ChatModel, save
from ml.learning.own_labels import OwnModels, Question
from ml.learning.package import package_apart
from ml.protocol import Package, Packaged
from tests.support.chat_models import OLD, PRIMARY, export_old_backbone, model_on

CARD = "# Ants and bees\n\nÁ model of two things.\n"


@pytest.fixture
def config(tmp_path: Path) -> WorkerConfig:
    export_old_backbone(tmp_path)
    return WorkerConfig(spool=tmp_path, networks=tmp_path, weights=tmp_path, models=tmp_path / "models")


def request_for(name: str) -> Package:
    return Package(model=name, title="Ants and bees", card=CARD, target="model.zip")


def package(config: WorkerConfig, model: ChatModel) -> Packaged:
    return package_apart(config, request_for(save(model, config.models)))


def unpacked(config: WorkerConfig, packaged: Packaged) -> Path:
    folder = config.spool / "unpacked"
    with zipfile.ZipFile(config.spool / packaged.path) as archive:
        archive.extractall(folder)
    return folder


def test_it_holds_network_labels_card_and_example(config: WorkerConfig) -> None:
    packaged = package(config, model_on(OLD, PRIMARY))
    folder = unpacked(config, packaged)
    assert packaged.bytes == (config.spool / "model.zip").stat().st_size
    assert {file.name for file in folder.iterdir()} == {
        "model.onnx",
        "labels.txt",
        "MODEL_CARD.md",
        "example.py",
    }
    assert (folder / "labels.txt").read_text() == "R\nG\nB\n"
    assert (folder / "MODEL_CARD.md").read_text(encoding="utf-8") == CARD
    whole = onnx.load(folder / "model.onnx")
    assert (whole.doc_string, [output.name for output in whole.graph.output]) == (
        "Ants and bees",
        ["probabilities"],
    )


def test_its_example_says_what_the_worker_says(config: WorkerConfig) -> None:
    photo = Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 61, 3), np.uint8))
    photo.save(config.spool / "photo.png")
    model = model_on(OLD, PRIMARY)
    opened = OwnModels(config, None).open(save(model, config.models))
    assert opened is not None
    question = Question(opened, photo)
    OwnModels(config, None).answer([question])
    assert question.answer is not None
    folder = unpacked(config, package(config, model))
    command = (sys.executable, "example.py", str(config.spool / "photo.png"))
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    assert said.splitlines() == [f"{label.probability:.4f} {label.name}" for label in question.answer.labels]


def test_its_example_is_short_and_needs_three_packages(config: WorkerConfig) -> None:
    lines = (
        (unpacked(config, package(config, model_on(OLD, PRIMARY))) / "example.py").read_text().splitlines()
    )
    assert len(lines) <= 12
    assert [line for line in lines if "import" in line] == [
        "import sys, numpy, onnxruntime",
        "from PIL import Image, ImageOps",
    ]


def test_the_same_model_gives_the_same_zip_and_leaves_nothing_beside_it(config: WorkerConfig) -> None:
    before = set(config.spool.iterdir()) | {config.models, config.spool / "model.zip"}
    zips = []
    for _ in range(2):
        package(config, model_on(OLD, PRIMARY))
        zips.append((config.spool / "model.zip").read_bytes())
    assert zips[0] == zips[1]
    assert set(config.spool.iterdir()) == before


@pytest.mark.parametrize("label", ["two\nlines", "tab\tand\u2028separator", "Álîce 🐝"])
def test_a_label_is_one_line_whatever_is_in_it(label: str, config: WorkerConfig) -> None:
    model = model_on(OLD, {label: PRIMARY["R"], "other": PRIMARY["G"]})
    lines = (unpacked(config, package(config, model)) / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert lines == [" ".join(label.split()), "other"]


def test_a_model_without_its_network_is_not_packed(config: WorkerConfig) -> None:
    homeless = msgspec.structs.replace(OLD, stem="never-exported")
    with pytest.raises(ModelUnusable, match="never-exported"):
        package(config, model_on(homeless, PRIMARY))
    assert not (config.spool / "model.zip").exists()


def test_a_model_that_is_gone_is_not_packed(config: WorkerConfig) -> None:
    with pytest.raises(ModelUnusable):
        package_apart(config, request_for("0" * 64))
