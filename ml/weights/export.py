"""Networks from torch to ONNX files that ONNX Runtime runs, each proven equal to torch before it is kept.

torch's tracing exporter is used: on two cores it takes 3 s for InceptionResnetV1 where the newer one takes
20 s, with the same differences from torch (1e-7). It is deprecated, which is why torch is pinned and why
every export is compared with torch at other batch sizes than it was traced with.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from ml.runtime import OnnxNetwork, TorchNetwork
from ml.weights.errors import ParityFailed
from ml.weights.modules import Blueprint, build
from ml.weights.values import FORMAT, Parity, Recipe, Sidecar

# Two implementations of the same float32 sums differ by some 1e-6 of the largest value; a wrong network by
# far more than 1e-3.
TOLERANCE = 1e-3
_OPSET = 17


def export(recipe: Recipe, folder: Path) -> Path:
    """Writes `<stem>.onnx` and `<stem>.json` into `folder` and returns the network's path.

    Both are written under other names and renamed, the sidecar last: a network counts as prepared when its
    sidecar is there. Raises WrongWeights, or ParityFailed (nothing is kept then).
    """
    # torch's threads wait for each other in a busy loop: on a machine with other work, one is the fastest.
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    blueprint = build(recipe)
    target = folder / f"{recipe.stem}.onnx"
    with _unfinished(target) as file:
        write_onnx(blueprint, file)
        parity = measure_parity(blueprint, file)
        sidecar = _sidecar(recipe, blueprint, parity)
        file.replace(target)
    with _unfinished(target.with_suffix(".json")) as file:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(sidecar), indent=1))
        file.replace(target.with_suffix(".json"))
    return target


def measure_parity(blueprint: Blueprint, file: Path) -> Parity:
    """Runs torch and ONNX Runtime on the same noise; raises ParityFailed beyond TOLERANCE."""
    inputs = list(_probes(blueprint))
    ours = OnnxNetwork(file, threads=1, free_size=blueprint.free_size)
    theirs = TorchNetwork(blueprint.module, "cpu")
    difference = max(_difference(ours(batch), theirs(batch)) for batch in inputs)
    if not difference <= TOLERANCE:  # also when it is not a number
        raise ParityFailed(
            f"the exported {blueprint.name} differs from torch by {difference:.2g} "
            f"(allowed: {TOLERANCE}); it was not kept"
        )
    return Parity(
        difference=difference,
        tolerance=TOLERANCE,
        batches=tuple(batch.shape for batch in inputs),
        torch=str(torch.__version__),
        onnxruntime=onnxruntime.__version__,
    )


def _probes(blueprint: Blueprint) -> Iterator[NDArray[np.float32]]:
    """Batches of 1 and 3, neither the size that was traced, and oblong where the network allows it."""
    channels, height, width = blueprint.input_shape
    noise = np.random.default_rng(seed=0)
    for count in (1, 3):
        taller = (17 * count, 31) if blueprint.free_size else (0, 0)
        shape = (count, channels, height + taller[0], width + taller[1])
        yield noise.uniform(-1, 1, shape).astype(np.float32)


def _difference(ours: tuple[NDArray[np.float32], ...], theirs: tuple[NDArray[np.float32], ...]) -> float:
    if [output.shape for output in ours] != [output.shape for output in theirs]:
        return float("inf")
    gaps = (np.abs(a - b).max() / max(1.0, np.abs(b).max()) for a, b in zip(ours, theirs, strict=True))
    return float(max(gaps))


def write_onnx(blueprint: Blueprint, file: Path) -> None:
    """Writes the network as ONNX: input `batch`, outputs by the blueprint's names, any number of items."""
    free = {0: "count"} | ({2: "height", 3: "width"} if blueprint.free_size else {})
    with warnings.catch_warnings(), _attention_in_parts():
        # Deprecation of this exporter, and tracing's remarks on sizes that become constants: the comparison
        # with torch at other sizes answers both.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            blueprint.module,
            (torch.zeros(2, *blueprint.input_shape),),
            str(file),
            input_names=["batch"],
            output_names=list(blueprint.outputs),
            dynamic_axes={"batch": free} | {name: {0: "count"} for name in blueprint.outputs},
            opset_version=_OPSET,
            dynamo=False,
        )


@contextmanager
def _attention_in_parts() -> Iterator[None]:
    """In eval mode torch runs attention as one fused operator, which ONNX does not have."""
    was = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(was)


def _sidecar(recipe: Recipe, blueprint: Blueprint, parity: Parity) -> Sidecar:
    return Sidecar(
        format=FORMAT,
        role=recipe.role,
        name=recipe.name,
        architecture=recipe.architecture,
        version=recipe.version,
        source_file=recipe.file.name,
        source_sha256=recipe.sha256,
        outputs=blueprint.outputs,
        free_size=blueprint.free_size,
        features=blueprint.features,
        preprocessing=blueprint.preprocessing,
        categories=blueprint.categories,
        parity=parity,
    )


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A name of its own beside `target`, removed again if it is still there at the end."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    file = Path(name)
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)
