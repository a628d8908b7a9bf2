"""torch modules from weights files: the one way they are built, for the export and for CUDA alike.

Every module comes back in eval mode and stays there: some published weights have their batch norms folded
into identities, which a single training step would ruin.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn

from ml.torchvision_ops import declare_missing_operators
from ml.weights.errors import WrongWeights
from ml.weights.features import WithFeatures
from ml.weights.values import Preprocessing, Recipe

StateDict = Mapping[str, Tensor]


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """A built network and what its sidecar tells about it.

    `name` is what a person is told of it. `input_shape` is (channels, height, width); `free_size` where
    height and width may be anything larger. `features`: the width of the output of that name, 0 without it.
    """

    name: str
    module: nn.Module
    outputs: tuple[str, ...]
    preprocessing: Preprocessing
    input_shape: tuple[int, int, int]
    free_size: bool = False
    features: int = 0
    categories: tuple[str, ...] = ()


# MTCNN takes (pixel - 127.5) / 128; facenet-pytorch standardises faces the same way.
_STANDARDISED = Preprocessing(
    resize_px=0,
    crop_px=0,
    interpolation="bilinear",
    mean=(127.5 / 255,) * 3,
    std=(128 / 255,) * 3,
)


def build(recipe: Recipe) -> Blueprint:
    """The network of a recipe with its weights, on the CPU, in eval mode.

    Raises WrongWeights where the file is unreadable or holds another architecture's weights.
    """
    declare_missing_operators()
    blueprint = _builder(recipe)(recipe)
    blueprint.module.eval().requires_grad_(False)
    return blueprint


def _builder(recipe: Recipe) -> Callable[[Recipe], Blueprint]:
    return {"detector": _mtcnn, "embedder": _facenet, "classifier": _classifier}[recipe.role]


def read_state(file: Path) -> StateDict:
    """A state dict from a file, by torch's restricted unpickler: nothing in the file can run code."""
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise WrongWeights(f"{file.name} is not a file of weights that torch can read: {reason}") from error
    if not isinstance(state, Mapping) or not all(isinstance(value, Tensor) for value in state.values()):
        raise WrongWeights(f"{file.name} holds something other than named tensors")
    return state


def _load(module: nn.Module, state: StateDict, file: Path) -> nn.Module:
    try:
        module.load_state_dict(state)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:200]
        raise WrongWeights(f"{file.name} does not fit {type(module).__name__}: {reason}") from error
    return module


def _mtcnn(recipe: Recipe) -> Blueprint:
    """PNet, RNet or ONet, whose weights come inside facenet-pytorch. Probabilities are after the softmax."""
    from facenet_pytorch.models.mtcnn import ONet, PNet, RNet

    network, side_px = {"pnet": (PNet, 48), "rnet": (RNet, 24), "onet": (ONet, 48)}[recipe.name]
    landmarks = ("landmarks",) if recipe.name == "onet" else ()
    return Blueprint(
        name=recipe.name,
        module=_load(network(pretrained=False), read_state(recipe.file), recipe.file),
        outputs=("regression", *landmarks, "probability"),
        preprocessing=_STANDARDISED,
        input_shape=(3, side_px, side_px),
        free_size=recipe.name == "pnet",
    )


def _facenet(recipe: Recipe) -> Blueprint:
    """InceptionResnetV1 as an embedder: 512 numbers of unit length.

    The published file also holds the training's classifier (`logits.*`), which embedding does not use.
    """
    from facenet_pytorch import InceptionResnetV1

    state = {name: value for name, value in read_state(recipe.file).items() if not name.startswith("logits.")}
    return Blueprint(
        name=recipe.name,
        module=_load(InceptionResnetV1(), state, recipe.file),
        outputs=("embedding",),
        preprocessing=_STANDARDISED,
        input_shape=(3, 160, 160),
    )


def _classifier(recipe: Recipe) -> Blueprint:
    from ml.weights import classifiers

    state = read_state(recipe.file)
    if recipe.architecture.startswith("timm/"):
        module, preprocessing, categories = classifiers.from_timm(recipe)
        state = classifiers.in_order_of(module, state, recipe.file)
    else:
        module, preprocessing, categories = classifiers.from_torchvision(recipe)
        state = classifiers.under_current_names(state)
    network = WithFeatures(_load(module, state, recipe.file))
    return Blueprint(
        name=recipe.name,
        module=network,
        outputs=("logits", "features"),
        features=network.width,
        preprocessing=preprocessing,
        input_shape=(3, preprocessing.crop_px, preprocessing.crop_px),
        categories=categories,
    )
