"""torchvision is usable beside any build of torch."""

from __future__ import annotations

import subprocess
import sys

import torch
from PIL import Image

from ml.torchvision_ops import declare_missing_operators
from tests.conftest import REPOSITORY


def run_python(code: str) -> str:
    command = (sys.executable, "-W", "error", "-c", code)
    return subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout


def test_torchvision_imports_without_a_warning_once_the_operators_are_declared() -> None:
    out = run_python(
        "from ml.torchvision_ops import declare_missing_operators as declare\n"
        "declare()\n"
        "import torchvision\n"
        "print(torchvision.__version__)"
    )
    assert out.strip()


def test_declaring_twice_is_declaring_once() -> None:
    assert declare_missing_operators() is declare_missing_operators()


def test_the_operators_that_torchvision_describes_are_known_to_torch() -> None:
    declare_missing_operators()
    assert torch.ops.torchvision.nms.default is not None


def test_published_transforms_run() -> None:
    declare_missing_operators()
    from torchvision.models import MobileNet_V2_Weights

    transforms = MobileNet_V2_Weights.IMAGENET1K_V2.transforms()
    assert transforms(Image.new("RGB", (300, 400))).shape == (3, 224, 224)
