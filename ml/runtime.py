"""Where a network runs: ONNX Runtime on the CPU, torch on a GPU. torch is imported only for the latter."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import onnxruntime
import onnxruntime.capi.onnxruntime_pybind11_state as onnxruntime_errors
from numpy.typing import NDArray

from ml.errors import MLError
from ml.weights.values import PreparedNetwork

if TYPE_CHECKING:
    from torch import nn

Device = Literal["cpu", "cuda"]

# Device files of NVIDIA's driver, natively and under WSL. Without them torch is not worth importing (1.5 s).
_DRIVER_FILES = (Path("/dev/nvidiactl"), Path("/dev/nvidia0"), Path("/dev/dxg"))


# ONNX Runtime's own have no common base. What is no graph, is none of its operators, or is not there.
_NOT_OPENED = (
    onnxruntime_errors.Fail,
    onnxruntime_errors.InvalidArgument,
    onnxruntime_errors.InvalidGraph,
    onnxruntime_errors.InvalidProtobuf,
    onnxruntime_errors.NoSuchFile,
    onnxruntime_errors.NotImplemented,
    onnxruntime_errors.RuntimeException,
)


class Network(Protocol):
    """A network that maps one batch to its outputs, in the order that its sidecar names them."""

    def __call__(self, batch: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """`batch`: (n, 3, height, width), already normalised; each output has n as its first dimension."""
        ...


class NetworkUnusable(MLError):
    """A file that ONNX Runtime cannot open."""


class DeviceMissing(MLError):
    """DEVICE asks for a GPU that torch cannot use."""


def resolve_device(device: Literal["auto", "cpu", "cuda"]) -> Device:
    """The device to run on. `auto` is CUDA where torch can use it.

    torch is not imported where there is no driver. Raises DeviceMissing where CUDA was asked for and is not
    there.
    """
    if device == "cpu" or (device == "auto" and not _may_have_gpu()):
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        raise DeviceMissing("DEVICE=cuda, but torch finds no GPU here; set DEVICE=auto or cpu")
    return "cpu"


def _may_have_gpu() -> bool:
    return any(file.exists() for file in _DRIVER_FILES) and importlib.util.find_spec("torch") is not None


def open_network(network: PreparedNetwork, device: Device, threads: int) -> Network:
    """The network on that device; `threads` = 0 lets ONNX Runtime take every core."""
    if device == "cpu":
        return OnnxNetwork(network.path, threads, free_size=network.meta.free_size)
    from ml.weights.modules import build

    return TorchNetwork(build(network.recipe).module, device)


class OnnxNetwork:
    """An ONNX file in ONNX Runtime, on the CPU. `outputs`: their names, in order."""

    def __init__(self, file: Path, threads: int, *, free_size: bool) -> None:
        """`free_size`: inputs come in ever new sizes. An arena would then keep a buffer for each, and memory
        only grow; for the others it makes a batch of 8 two to three times as fast.

        Raises NetworkUnusable.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = not free_size
        options.enable_mem_pattern = False  # a plan per input shape, which batches of any length only pile up
        options.log_severity_level = 3  # errors: its warnings are about graph clean-up
        try:
            self._session = onnxruntime.InferenceSession(
                str(file), options, providers=["CPUExecutionProvider"]
            )
        except _NOT_OPENED as error:
            raise NetworkUnusable(f"{file.name} cannot be opened: {error}") from error
        self.outputs = tuple(output.name for output in self._session.get_outputs())
        self._input = self._session.get_inputs()[0].name

    def __call__(self, batch: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        return tuple(self._session.run(None, {self._input: batch}))


class TorchNetwork:
    """A torch module on a device, in eval mode and without gradients."""

    def __init__(self, module: nn.Module, device: str) -> None:
        self._module = module.eval().to(device)
        self._device = device

    def __call__(self, batch: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        import torch

        with torch.inference_mode():
            outputs = self._module(torch.from_numpy(batch).to(self._device))
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        return tuple(output.cpu().numpy() for output in outputs)
