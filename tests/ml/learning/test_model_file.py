"""A chat's model survives its file whole, or is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from ml.learning import model_file
from ml.learning.errors import ModelDamaged, ModelForeign, ModelGone
from ml.learning.model_file import Backbone, ChatModel, Head, Measured, NoneRule
from ml.training import Score


def some_model(**changes: object) -> ChatModel:
    """Two labels on features of three numbers."""
    head = Head(
        weight=model_file.pack(np.array([[1, 0, 0], [0, 1, 0]])),
        bias=model_file.pack(np.zeros(2)),
        none=NoneRule(references=model_file.pack_looks(np.eye(3, dtype=np.float32)), threshold=0.5),
    )
    model = ChatModel(
        kind="labels",
        method="head",
        labels=("cat", "dog"),
        backbone=Backbone(id="net", stem="classifier-net", source_sha256="0" * 64, dimension=3),
        judged=head,
        used=head,
        measured=Measured(score=Score(right=3, count=4), confusion=((2, 0), (1, 1))),
        fingerprint=model_file.fingerprint_of({"a" * 64: "cat"}),
        versions={"numpy": "2", "scikit-learn": "1"},
    )
    return msgspec.structs.replace(model, **changes)


def test_what_is_loaded_is_what_was_saved(tmp_path: Path) -> None:
    model = some_model()
    assert model_file.load(tmp_path, model_file.save(model, tmp_path)) == model


def test_the_same_model_has_the_same_name(tmp_path: Path) -> None:
    assert model_file.save(some_model(), tmp_path) == model_file.save(some_model(), tmp_path)


def test_saving_leaves_the_model_and_nothing_else(tmp_path: Path) -> None:
    name = model_file.save(some_model(), tmp_path / "models")
    assert [file.name for file in (tmp_path / "models").iterdir()] == [name]


@pytest.mark.parametrize("name", ["f" * 64, "../secret", ""])
def test_a_model_that_is_not_there_is_gone(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelGone):
        model_file.load(tmp_path, name)


def test_a_model_with_a_changed_byte_is_damaged(tmp_path: Path) -> None:
    name = model_file.save(some_model(), tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelDamaged):
        model_file.load(tmp_path, name)


def test_a_model_of_another_format_is_foreign(tmp_path: Path) -> None:
    name = model_file.save(some_model(format=model_file.FORMAT + 1), tmp_path)
    with pytest.raises(ModelForeign):
        model_file.load(tmp_path, name)


def test_a_head_that_does_not_fit_its_labels_is_damaged(tmp_path: Path) -> None:
    name = model_file.save(some_model(labels=("cat", "dog", "fox")), tmp_path)
    with pytest.raises(ModelDamaged):
        model_file.load(tmp_path, name)


def test_a_file_under_the_right_name_that_is_no_model_is_damaged(tmp_path: Path) -> None:
    name = model_file.save(some_model(backbone="a string"), tmp_path)
    with pytest.raises(ModelDamaged):
        model_file.load(tmp_path, name)


def test_a_fingerprint_knows_photos_and_labels_but_no_order() -> None:
    fingerprint = model_file.fingerprint_of({"a": "cat", "b": "dog"})
    assert fingerprint == model_file.fingerprint_of({"b": "dog", "a": "cat"})
    assert fingerprint != model_file.fingerprint_of({"a": "dog", "b": "cat"})


def test_looks_lose_next_to_nothing_in_a_file() -> None:
    looks = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    looks /= np.linalg.norm(looks, axis=1, keepdims=True)
    again = model_file.unpack_looks(model_file.pack_looks(looks), 7)
    assert np.abs(again - looks).max() < 1e-3
