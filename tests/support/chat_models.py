"""Small models of chats, made by hand: heads on a photo's mean colour, or on a real network's features."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from ml.learning.distances import unit_rows
from ml.learning.model_file import Backbone, ChatModel, Head, Measured, NoneRule, pack, pack_looks
from ml.training import Score
from ml.weights.values import FORMAT, Parity, Preprocessing, Sidecar

Features = Mapping[str, NDArray[np.float32]]

# Red, green and blue of a photo, each in 0..1.
PLAIN = Preprocessing(resize_px=8, crop_px=8, interpolation="bilinear", mean=(0.0,) * 3, std=(1.0,) * 3)
OLD = Backbone(
    id="old", stem="classifier-old-000000000000", source_sha256="0" * 64, dimension=3, preprocessing=PLAIN
)
PRIMARY: Features = {name: np.eye(3, dtype=np.float32)[[index]] for index, name in enumerate("RGB")}


def model_on(backbone: Backbone, examples: Features, *, network: str = "") -> ChatModel:
    """A model whose labels are the likelier the more a photo's features point where their examples' do."""
    directions = unit_rows(np.stack([found.mean(axis=0) for found in examples.values()]))
    looks = unit_rows(np.concatenate(list(examples.values())))
    head = Head(
        weight=pack(directions * 10),
        bias=pack(np.zeros(len(directions), np.float32)),
        temperature=2.0,
        none=NoneRule(references=pack_looks(looks), threshold=0.2),
    )
    return ChatModel(
        kind="labels",
        method="finetune" if network else "head",
        labels=tuple(examples),
        backbone=backbone,
        judged=head,
        used=head,
        measured=Measured(score=Score(right=1, count=1), confusion=((1,),)),
        fingerprint="",
        network=network,
    )


def write_colour_network(file: Path, name: str = "colour", output: str = "features") -> None:
    """An ONNX network whose features are a photo's mean colour; another name makes it another file."""
    shapes: dict[str, list[str | int | None]] = {"batch": ["count", 3, 8, 8], output: ["count", 3]}
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    mean = helper.make_node("GlobalAveragePool", ["batch"], ["mean"])
    flat = helper.make_node("Flatten", ["mean"], [output])
    graph = helper.make_graph([mean, flat], name, ends[:1], ends[1:])
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(whole, file)


def export_old_backbone(networks: Path) -> None:
    """What is left of a backbone that was in use: its network and its sidecar."""
    write_colour_network(networks / f"{OLD.stem}.onnx")
    sidecar = Sidecar(
        format=FORMAT,
        role="classifier",
        name="old",
        architecture="",
        version="",
        source_file="old.pth",
        source_sha256=OLD.source_sha256,
        outputs=("features",),
        free_size=False,
        features=3,
        preprocessing=PLAIN,
        categories=(),
        parity=Parity(difference=0, tolerance=0, batches=(), torch="", onnxruntime=""),
    )
    (networks / f"{OLD.stem}.json").write_bytes(msgspec.json.encode(sidecar))
