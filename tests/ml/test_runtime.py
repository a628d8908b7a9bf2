"""Networks compute the same wherever they run, and the CPU needs no torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from ml.config import WorkerConfig
from ml.runtime import DeviceMissing, OnnxNetwork, TorchNetwork, open_network, resolve_device
from ml.weights import prepared
from ml.weights.modules import build
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.weights


def test_auto_is_the_gpu_where_torch_can_use_one() -> None:
    assert resolve_device("auto") == ("cuda" if torch.cuda.is_available() else "cpu")


def test_the_cpu_is_always_there() -> None:
    assert resolve_device("cpu") == "cpu"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(DeviceMissing, match="DEVICE=cuda, but torch finds no GPU"):
        resolve_device("cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_computes_what_the_cpu_computes(starter_config: WorkerConfig) -> None:
    network = prepared(starter_config, "classifier").only
    batch = np.random.default_rng(2).normal(size=(3, 3, 224, 224)).astype(np.float32)
    cpu, gpu = (open_network(network, device, 1)(batch) for device in ("cpu", "cuda"))
    np.testing.assert_array_equal(cpu[0].argmax(axis=1), gpu[0].argmax(axis=1))
    np.testing.assert_allclose(cpu[1], gpu[1], atol=1e-2)


def test_a_cpu_worker_classifies_without_torch(starter_config: WorkerConfig) -> None:
    code = (
        "import sys\n"
        "from PIL import Image\n"
        "from ml.config import WorkerConfig\n"
        "from ml.vision.classifier import open_classifier\n"
        "model = open_classifier(WorkerConfig.from_json(sys.argv[1]))\n"
        "model.classify([Image.new('RGB', (300, 200))], 1)\n"
        "print(sorted({'torch', 'torchvision', 'timm', 'facenet_pytorch'} & set(sys.modules)))\n"
    )
    command = (sys.executable, "-c", code, starter_config.to_json())
    out = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    assert out.strip() == "[]"


@pytest.mark.parametrize("name", ["pnet", "rnet", "onet"])
def test_a_detector_network_is_the_same_in_torch_and_onnx_runtime(
    name: str, starter_config: WorkerConfig
) -> None:
    network = prepared(starter_config, "detector").network(name)
    side_px = {"pnet": 100, "rnet": 24, "onet": 48}[name]
    batch = np.random.default_rng(1).uniform(-1, 1, (5, 3, side_px, side_px)).astype(np.float32)
    in_onnx = open_network(network, "cpu", threads=1)(batch)
    in_torch = TorchNetwork(build(network.recipe).module, "cpu")(batch)
    for ours, theirs in zip(in_onnx, in_torch, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_pnet_takes_photos_of_any_size(starter_config: WorkerConfig) -> None:
    network = open_network(prepared(starter_config, "detector").network("pnet"), "cpu", threads=1)
    for height, width in ((12, 12), (37, 90), (240, 121)):
        regression, probability = network(np.zeros((2, 3, height, width), np.float32))
        assert regression.shape[:2] == (2, 4)
        assert probability.shape == (2, 2, *regression.shape[2:])
        np.testing.assert_allclose(probability.sum(axis=1), 1, atol=1e-5)


def test_outputs_come_in_the_order_the_sidecar_names_them(starter_config: WorkerConfig) -> None:
    network = prepared(starter_config, "detector").network("onet")
    outputs = open_network(network, "cpu", threads=1)(np.zeros((3, 3, 48, 48), np.float32))
    widths = dict(zip(network.meta.outputs, (output.shape[1] for output in outputs), strict=True))
    assert widths == {"regression": 4, "landmarks": 10, "probability": 2}


def test_an_onnx_network_is_its_file_alone(starter_config: WorkerConfig) -> None:
    network = prepared(starter_config, "classifier").only
    alone = OnnxNetwork(network.path, threads=1, free_size=False)
    logits, features = alone(np.zeros((2, 3, 224, 224), np.float32))
    assert logits.shape == (2, 1000)
    assert features.shape == (2, network.meta.features)
