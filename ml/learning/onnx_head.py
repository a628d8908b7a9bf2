"""A chat's model as one ONNX graph: the network up to its features, and the head on top.

Run in a process of its own (`ml.learning.package`), since the `onnx` package takes memory that the worker is
better off without.
"""

from __future__ import annotations

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
    whole = _up_to_features(network)
    _put_head(whole, model)
    whole.doc_string = title
    onnx.checker.check_model(whole)
    onnx.save(whole, target)
    _compare(model, network, target)


def _up_to_features(network: Path) -> onnx.ModelProto:
    """The part of the network that makes the features: what only ImageNet's labels need is left out."""
    whole = onnx.load(network)
    inputs = [value.name for value in whole.graph.input]
    return Extractor(whole).extract_model(inputs, ["features"])


def _put_head(whole: onnx.ModelProto, model: ChatModel) -> None:
    """Appends softmax((features / |features| @ weight.T + bias) / temperature)."""
    graph, head = whole.graph, model.used
    weight, bias = unpack(head.weight, model.backbone.dimension), np.frombuffer(head.bias, "<f4")
    for name, array in (("head.weight", weight), ("head.bias", bias)):
        graph.initializer.append(numpy_helper.from_array(array, name))
    inputs, scale = ["head.features", "head.weight", "head.bias"], 1 / head.temperature
    graph.node.extend(
        [
            helper.make_node("LpNormalization", ["features"], ["head.features"], axis=1, p=2),
            helper.make_node("Gemm", inputs, ["head.logits"], alpha=scale, beta=scale, transB=1),
            helper.make_node("Softmax", ["head.logits"], [OUTPUT], axis=1),
        ]
    )
    shape: list[str | int | None] = ["count", len(model.labels)]
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.FLOAT, shape))


def _compare(model: ChatModel, network: Path, whole: Path) -> None:
    side_px = preprocessing_of(model).crop_px
    noise = np.random.default_rng(seed=0).uniform(-1, 1, (3, 3, side_px, side_px)).astype(np.float32)
    ours = Predictor(model).probabilities(_run(network, "features", noise))
    difference = float(np.abs(_run(whole, OUTPUT, noise) - ours).max())
    if not difference <= TOLERANCE:  # also when it is not a number
        raise ModelUnusable(f"its ONNX graph differs from it by {difference:.2g}")


def _run(file: Path, output: str, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    network = OnnxNetwork(file, threads=1, free_size=False)
    return network(batch)[network.outputs.index(output)]
