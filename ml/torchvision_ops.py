"""Lets torchvision be imported beside a torch that its compiled operators were not built for.

PyPI's torchvision carries operators built for PyPI's torch. Beside the CPU-only torch of PyTorch's own index
they cannot be loaded, and torchvision's import then fails because it describes the shapes of operators that
nobody declared. Nothing here uses those operators (non-maximum suppression is ours), so declaring them is
enough for the transforms, the classifiers and facenet-pytorch to be usable.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import torch

# The operators whose shapes torchvision 0.28 describes when it is imported, in torch's schema language.
_DESCRIBED_AT_IMPORT = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@functools.cache
def declare_missing_operators() -> torch.library.Library | None:
    """Declares torchvision's operators where its compiled library does not load; call before importing it.

    Returns the declarations, or None where the compiled library works. They are kept for the life of the
    process, because torch forgets an operator when the object that declared it goes.
    """
    if _compiled_operators_load():
        return None
    declared = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in _DESCRIBED_AT_IMPORT:
        declared.define(schema)  # type: ignore[no-untyped-call]
    return declared


def _compiled_operators_load() -> bool:
    spec = importlib.util.find_spec("torchvision")
    folders = (spec and spec.submodule_search_locations) or []
    for library in (found for folder in folders for found in Path(folder).glob("_C*")):
        try:
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
        except OSError:
            return False
        return True
    return False
