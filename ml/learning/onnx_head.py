"""A chat's model as one ONNX graph: the network up to its features, and the head on top.

Run in a process of its own (`ml.learning.package`), since the `onnx` package takes memory that the worker is
better off without.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnx.utils import Extractor

from ml.errors import ModelUnusable
from ml.learning.model_file import ChatModel, unpack
from ml.learning.networks import preprocessing_of
from ml.learning.predict import Predictor
from ml.runtime import OnnxNetwork

OUTPUT = "probabilities"
# Two ways to compute the same float32 softmax differ by some 1e-6.
TOLERANCE = 1e-4


def write_whole(model: ChatModel, network: Path, title: str, target: Path) -> None:
    """Writes one graph from the network's input to the calibrated probabilities of the labels (n, labels).

    It is compared with `Predictor` on noise first. Raises ModelUnusable where they differ.
    """
    whole = _up_to_looks(network, model.backbone.categories)
    _put_looks(whole.graph, model.backbone.categories)
    _put_head(whole.graph, model)
    whole.doc_string = title
    onnx.checker.check_model(whole)
    onnx.save(whole, target)
    _compare(model, network, target)


def _up_to_looks(network: Path, categories: int) -> onnx.ModelProto:
    """The part of the network that the head stands on: without categories, its own labels are left out."""
    whole = onnx.load(network)
    inputs = [value.name for value in whole.graph.input]
    return Extractor(whole).extract_model(inputs, ["features", "logits"] if categories else ["features"])


def _put_looks(graph: onnx.GraphProto, categories: int) -> None:
    """Appends `ml.learning.distances.looks`, as `head.looks`."""
    unit = helper.make_node("LpNormalization", ["features"], ["head.unit"], axis=1, p=2)
    if not categories:
        unit.output[0] = "head.looks"
        graph.node.append(unit)
        return
    graph.initializer.append(numpy_helper.from_array(np.array(0.5, np.float32) ** 0.5, "head.half"))
    graph.node.extend(
        [
            unit,
            helper.make_node("Softmax", ["logits"], ["head.seen"], axis=1),
            helper.make_node("Sqrt", ["head.seen"], ["head.roots"]),
            helper.make_node("Concat", ["head.unit", "head.roots"], ["head.both"], axis=1),
            helper.make_node("Mul", ["head.both", "head.half"], ["head.looks"]),
        ]
    )


def _put_head(graph: onnx.GraphProto, model: ChatModel) -> None:
    """Appends softmax((looks @ weight.T + bias) / temperature)."""
    head = model.used
    weight, bias = unpack(head.weight, model.backbone.columns), np.frombuffer(head.bias, "<f4")
    for name, array in (("head.weight", weight), ("head.bias", bias)):
        graph.initializer.append(numpy_helper.from_array(array, name))
    inputs, scale = ["head.looks", "head.weight", "head.bias"], 1 / head.temperature
    logits = helper.make_node("Gemm", inputs, ["head.logits"], alpha=scale, beta=scale, transB=1)
    graph.node.extend([logits, helper.make_node("Softmax", ["head.logits"], [OUTPUT], axis=1)])
    shape: list[str | int | None] = ["count", len(model.labels)]
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, shape))


def _compare(model: ChatModel, network: Path, whole: Path) -> None:
    side_px = preprocessing_of(model).crop_px
    noise = np.random.default_rng(seed=0).uniform(-1, 1, (3, 3, side_px, side_px)).astype(np.float32)
    names = ("features", "logits") if model.backbone.categories else ("features",)
    ours = Predictor(model).probabilities(*_run(network, names, noise))
    difference = float(np.abs(_run(whole, (OUTPUT,), noise)[0] - ours).max())
    if not difference <= TOLERANCE:  # also when it is not a number
        raise ModelUnusable(f"its ONNX graph differs from it by {difference:.2g}")


def _run(file: Path, names: Sequence[str], batch: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    network = OnnxNetwork(file, threads=1, free_size=False)
    outputs = dict(zip(network.outputs, network(batch), strict=True))
    return [outputs[name] for name in names]
