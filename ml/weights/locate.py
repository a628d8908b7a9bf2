"""Looking for weights: in a folder, in installed packages; and telling which model a file is for.

Nothing here fetches anything, and nothing imports torch or a package that carries weights.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from pathlib import Path

import msgspec

from ml.config import WorkerConfig
from ml.errors import MissingWeights, WeightsMissing
from ml.weights import catalogue
from ml.weights.published import File, Model


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A model whose files are all here; `where` says in words which source they came from."""

    model: Model
    files: tuple[Path, ...]
    where: str

    @property
    def has_published_name(self) -> bool:
        return self.files[0].name == self.model.files[0].name


def locate(config: WorkerConfig, model: Model) -> Found | None:
    """A model's files in WEIGHTS_DIR under their published names, else in the package that carries them."""
    return _together(model, config.weights, "WEIGHTS_DIR") or in_package(model)


def missing(config: WorkerConfig, *models: Model) -> WeightsMissing:
    """What to tell a person who has none of these models."""
    files = ((model, file) for model in models for file in model.files)
    return WeightsMissing(tuple(_describe(model, file, config.weights / file.name) for model, file in files))


def must_exist(file: Path, model: Model) -> None:
    """Raises WeightsMissing where a file that the settings name for a model is not there."""
    if not file.is_file():
        raise WeightsMissing((_describe(model, model.files[0], file),))


def _describe(model: Model, published: File, wanted: Path) -> MissingWeights:
    return MissingWeights(
        name=model.id,
        file=wanted.name,
        sha256=published.checksum,
        folder=str(wanted.parent),
        command=model.command,
    )


def sha256_of(file: Path) -> str:
    """A file's sha256, computed once per process for each state of the file."""
    status = file.stat()
    return _sha256(file, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _sha256(file: Path, _size: int, _changed_ns: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def recognise(file: Path) -> Model | None:
    """The classifier a file is for, by its published name, else by `<model>-anything.pth`."""
    models = catalogue.classifiers()
    for model in models:
        if model.files[0].name == file.name:
            return model
    named = [model for model in models if model.default and _begins_with(file.stem, model.name)]
    return max(named, key=lambda model: len(model.name), default=None)


def _begins_with(stem: str, name: str) -> bool:
    return stem == name or stem.startswith(f"{name}-")


def _together(model: Model, folder: Path, where: str) -> Found | None:
    files = tuple(folder / file.name for file in model.files)
    return Found(model=model, files=files, where=where) if all(file.is_file() for file in files) else None


def in_package(model: Model) -> Found | None:
    """The package's files by its spec: importing a package to find a file could fail, and would run it."""
    spec = importlib.util.find_spec(model.package) if model.package else None
    for folder in (spec and spec.submodule_search_locations) or ():
        files = tuple(Path(folder) / file.in_package for file in model.files)
        if all(file.is_file() for file in files):
            return Found(model=model, files=files, where=f"package {model.package}")
    return None


def is_installed(package: str) -> bool:
    """Whether a package could be imported, without importing it."""
    return importlib.util.find_spec(package) is not None
