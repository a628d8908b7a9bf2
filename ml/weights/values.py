"""The values this package hands around: what is to be built from which file, and what was built."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

Role = Literal["classifier", "embedder", "detector"]
ROLES: tuple[Role, ...] = ("detector", "embedder", "classifier")

# Raised when the export or the sidecar changes, so that files of an older version are exported again.
FORMAT = 2


class Preprocessing(msgspec.Struct, frozen=True, kw_only=True):
    """How a photo becomes a network's input.

    The shorter side is resized to `resize_px` with `interpolation` (Pillow's name; 0: not resized), a square
    of `crop_px` is cut from the centre (0: not cut), pixels are brought to 0..1, and each channel (RGB) has
    `mean` taken off and is divided by `std`. `antialias` is Pillow's own and always on.
    """

    resize_px: int
    crop_px: int
    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


class Parity(msgspec.Struct, frozen=True, kw_only=True):
    """How far an exported network was from torch when it was exported.

    `difference` is the largest absolute difference over all outputs and batches, in units of the output's
    largest magnitude where that is above 1. `batches` are the shapes that were tried.
    """

    difference: float
    tolerance: float
    batches: tuple[tuple[int, ...], ...]
    torch: str
    onnxruntime: str


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """One network to be had: which architecture, and the weights file to load into it.

    `version` names the published weights whose transforms apply (`IMAGENET1K_V2`); empty where the
    architecture has only one way to be fed.
    """

    role: Role
    name: str
    architecture: str
    file: Path
    sha256: str
    version: str = ""

    @property
    def stem(self) -> str:
        """The file name, without suffix, of the exported network: new weights or transforms, new name."""
        parts = (self.role, self.name, self.version, self.sha256[:12])
        return "-".join(part for part in parts if part)


class Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    """What is written beside an exported network: all that is needed to run it and to know what it is.

    `free_size`: height and width of the input may be any, else they are those of the preprocessing.
    `features`: the width of the output of that name; 0 where there is none.
    """

    format: int
    role: Role
    name: str
    architecture: str
    version: str
    source_file: str
    source_sha256: str
    outputs: tuple[str, ...]
    free_size: bool
    features: int = 0
    preprocessing: Preprocessing
    categories: tuple[str, ...]
    parity: Parity


class PreparedNetwork(msgspec.Struct, frozen=True, kw_only=True):
    """An exported network, its sidecar, and the recipe that torch builds the same network from."""

    path: Path
    recipe: Recipe
    meta: Sidecar


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The weights that a configuration leads to for one role.

    `id` names the model in answers and galleries; `source` says in words where the weights were found.
    `recipes` become networks; `files` are for a library that reads its own format (dlib), by file name.
    """

    role: Role
    id: str
    source: str
    recipes: tuple[Recipe, ...] = ()
    files: tuple[Path, ...] = ()


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """Chosen weights whose networks are exported and ready to run."""

    role: Role
    id: str
    source: str
    networks: tuple[PreparedNetwork, ...] = ()
    files: tuple[Path, ...] = ()

    def network(self, name: str) -> PreparedNetwork:
        """The network of that name: `pnet`, `rnet`, `onet` of the detector, else the model's own name."""
        return next(network for network in self.networks if network.recipe.name == name)

    @property
    def only(self) -> PreparedNetwork:
        """The one network of a model that has only one."""
        (network,) = self.networks
        return network
