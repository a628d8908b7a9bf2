"""Image classifiers as torchvision and timm define them: architecture, transforms, categories.

`python -m ml.weights.classifiers` writes `torchvision.json`, the part of torchvision's registry that the
catalogue needs, so that neither the bot nor the CPU worker has to import torch to know a file's name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ml.torchvision_ops import declare_missing_operators
from ml.weights.errors import UnknownModel, WrongWeights
from ml.weights.values import Preprocessing, Recipe

TABLE = Path(__file__).with_name("torchvision.json")

Built = tuple[nn.Module, Preprocessing, tuple[str, ...]]

# DenseNet's published files are older than its module's names: `norm.1.weight` there is `norm1.weight` here.
_OLD_DENSENET_NAME = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.(?=[12]\.)")


def from_torchvision(recipe: Recipe) -> Built:
    """An untrained classifier of torchvision's, with the transforms and categories of the recipe's version.

    Raises UnknownModel where torchvision has no such classifier or version.
    """
    model = recipe.architecture.removeprefix("torchvision/")
    weights = _published(model, recipe.version)
    transforms = weights.transforms()
    preprocessing = Preprocessing(
        resize_px=transforms.resize_size[0],
        crop_px=transforms.crop_size[0],
        interpolation=transforms.interpolation.value,
        mean=tuple(transforms.mean),
        std=tuple(transforms.std),
    )
    return _untrained(model, weights), preprocessing, tuple(weights.meta["categories"])


def from_timm(recipe: Recipe) -> Built:
    """An untrained classifier of timm's over ImageNet's 1,000 categories, with timm's own transforms."""
    import timm
    from timm.data.config import resolve_data_config

    declare_missing_operators()
    module = timm.create_model(recipe.architecture.removeprefix("timm/"), pretrained=False)
    config = resolve_data_config({}, model=module)  # type: ignore[no-untyped-call]
    crop_px = config["input_size"][1]
    preprocessing = Preprocessing(
        resize_px=math.floor(crop_px / config["crop_pct"]),
        crop_px=crop_px,
        interpolation=config["interpolation"],
        mean=tuple(config["mean"]),
        std=tuple(config["std"]),
    )
    categories = _published("mobilenet_v2", "IMAGENET1K_V2").meta["categories"]
    return module, preprocessing, tuple(categories)


def in_order_of(module: nn.Module, state: Mapping[str, Tensor], file: Path) -> dict[str, Tensor]:
    """The state dict under the module's own names, for files that list the same tensors in the same order.

    Raises WrongWeights where number or shapes differ.
    """
    ours = module.state_dict()
    if [value.shape for value in ours.values()] != [value.shape for value in state.values()]:
        raise WrongWeights(f"{file.name} does not hold the tensors of {type(module).__name__}, in its order")
    return dict(zip(ours, state.values(), strict=True))


def under_current_names(state: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """The state dict with DenseNet's old parameter names brought up to date; others come back as they are."""
    if not any(_OLD_DENSENET_NAME.search(name) for name in state):
        return state
    return {_OLD_DENSENET_NAME.sub(r"\1", name): value for name, value in state.items()}


def _published(model: str, version: str) -> Any:
    """A member of torchvision's weights enumerations (the library is untyped)."""
    declare_missing_operators()
    from torchvision.models import get_model_weights

    try:
        return get_model_weights(model)[version]
    except (KeyError, ValueError) as error:
        raise UnknownModel(f"torchvision has no classifier {model}@{version}") from error


def _untrained(model: str, weights: Any) -> nn.Module:
    """The architecture that fits published weights: some differ from the builder's defaults."""
    from torchvision.models import get_model

    options: dict[str, object] = {}
    if model in ("googlenet", "inception_v3"):
        # Ported from TensorFlow: its own input range, and auxiliary heads among the weights.
        options = {"transform_input": True, "aux_logits": True, "init_weights": False}
    elif model.startswith("vit_"):
        options = {"image_size": weights.meta["min_size"][0]}
    elif model.startswith("vgg"):
        options = {"init_weights": False}  # saves seconds: the weights are about to be replaced
    module = get_model(model, weights=None, **options)
    assert isinstance(module, nn.Module)
    return module


def published_table() -> list[dict[str, object]]:
    """What the catalogue keeps of torchvision's registry: one row per classifier and version."""
    return list(_rows())


def _rows() -> Iterator[dict[str, object]]:
    declare_missing_operators()
    import torchvision.models
    from torchvision.models import get_model_weights, list_models

    for model in list_models(module=torchvision.models):
        versions = get_model_weights(model)
        for weights in versions:
            if not weights.meta["categories"]:  # features only, no classifier
                continue
            yield {
                "model": model,
                "version": weights.name,
                "default": weights == versions.DEFAULT,
                "url": weights.url,
                "size_bytes": round(weights.meta["_file_size"] * 1024 * 1024),
                "top1_percent": weights.meta["_metrics"]["ImageNet-1K"]["acc@1"],
                "commercial_use": "SWAG" not in weights.name,
            }


if __name__ == "__main__":
    torch.set_num_threads(1)
    lines = ",\n".join(json.dumps(row) for row in published_table())
    TABLE.write_text(f"[\n{lines}\n]\n")
