"""Where weights are found, in this order: the file named in the settings, WEIGHTS_DIR, an installed package.

Nothing here fetches anything, and nothing imports torch or a package that carries weights.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from ml.config import WorkerConfig
from ml.errors import MissingWeights, WeightsMissing
from ml.weights import catalogue
from ml.weights.catalogue import File, Model
from ml.weights.errors import UnknownModel
from ml.weights.values import Chosen, Recipe, Role


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A model whose files are all here; `where` says in words which source they came from."""

    model: Model
    files: tuple[Path, ...]
    where: str

    @property
    def has_published_name(self) -> bool:
        return self.files[0].name == self.model.files[0].name


def choose(config: WorkerConfig, role: Role) -> Chosen:
    """The weights this configuration leads to for a role.

    Raises WeightsMissing where there are none, UnknownModel where the configuration names no model.
    """
    found = _BY_ROLE[role](config)
    model = _of_its_version(found) if role == "classifier" else found.model
    return Chosen(
        role=role,
        id=model.id,
        source=f"{', '.join(file.name for file in found.files)} ({found.where})",
        recipes=_recipes(model, found.files),
        files=found.files,
    )


def locate(config: WorkerConfig, model: Model) -> Found | None:
    """A model's files in WEIGHTS_DIR under their published names, else in the package that carries them."""
    return _together(model, config.weights, "WEIGHTS_DIR") or _in_package(model)


def missing(config: WorkerConfig, *models: Model) -> WeightsMissing:
    """What to tell a person who has none of these models."""
    return WeightsMissing(
        tuple(
            MissingWeights(
                name=model.id,
                file=file.name,
                sha256=file.checksum,
                folder=str(config.weights),
                command=model.command,
            )
            for model in models
            for file in model.files
        )
    )


def sha256_of(file: Path) -> str:
    """A file's sha256, computed once per process for each state of the file."""
    status = file.stat()
    return _sha256(file, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _sha256(file: Path, _size: int, _changed_ns: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ── one function per role ────────────────────────────────────────────────────────────────────────


def _detector(config: WorkerConfig) -> Found:
    model = catalogue.detector()
    found = locate(config, model)
    if found is None:
        raise missing(config, model)
    return found


def _embedder(config: WorkerConfig) -> Found:
    wanted = [model for model in catalogue.embedders() if config.face_model in ("auto", model.name)]
    if config.face_weights is not None:
        return _named_embedder(config, config.face_weights, wanted)
    runnable = (model for model in wanted if _is_installed(model.requires))
    found = next(filter(None, (locate(config, model) for model in runnable)), None)
    if found is None:
        raise missing(config, *wanted)
    return found


def _named_embedder(config: WorkerConfig, file: Path, wanted: Sequence[Model]) -> Found:
    """FACE_WEIGHTS: dlib's files end in .dat (its landmarks lie beside, or where they usually are)."""
    model = next((m for m in wanted if Path(m.files[0].name).suffix == file.suffix), None)
    if model is None:
        raise UnknownModel(f"FACE_WEIGHTS: {file.name} is no file for {' or '.join(m.name for m in wanted)}")
    _must_exist(file, model)
    if len(model.files) == 1:
        return Found(model=model, files=(file,), where="FACE_WEIGHTS")
    beside = file.with_name(model.files[1].name)
    usual = locate(config, model)
    if beside.is_file():
        return Found(model=model, files=(file, beside), where="FACE_WEIGHTS")
    if usual is None:
        raise missing(config, model)
    return Found(model=model, files=(file, *usual.files[1:]), where="FACE_WEIGHTS")


def _classifier(config: WorkerConfig) -> Found:
    name = config.classifier_model
    wanted = None if name == "auto" else catalogue.find(name)
    if config.classifier_weights is not None:
        return _named_classifier(config.classifier_weights, wanted)
    found = [found for found in _classifiers_in(config.weights) if _is_wanted(found, wanted, "@" in name)]
    if found:
        best = min(found, key=lambda found: _preference(found, wanted))
        return msgspec.structs.replace(best, model=wanted) if wanted and "@" in name else best
    packaged = _in_package(wanted or catalogue.find(catalogue.STARTER_CLASSIFIER))
    if packaged is None or not _is_installed(packaged.model.requires):
        advised = wanted or catalogue.find(catalogue.RECOMMENDED_CLASSIFIER)
        raise missing(config, advised)
    return packaged


def _named_classifier(file: Path, wanted: Model | None) -> Found:
    model = wanted or recognise(file)
    if model is None:
        raise UnknownModel(
            f"CLASSIFIER_WEIGHTS: {file.name} does not say which model it is for; set CLASSIFIER_MODEL too"
        )
    _must_exist(file, model)
    return Found(model=model, files=(file,), where="CLASSIFIER_WEIGHTS")


def _is_wanted(found: Found, wanted: Model | None, asked_version: bool) -> bool:
    """Whether a file may serve: any of the model's, unless one version was asked for and this is another."""
    if not _is_installed(found.model.requires):
        return False
    if wanted is None or found.model.id == wanted.id:
        return True
    return found.model.name == wanted.name and not (asked_version and found.has_published_name)


def _preference(found: Found, wanted: Model | None) -> tuple[bool, bool, float, bool]:
    """Sort key: the version that was asked for, the starter last, then accuracy, then published files."""
    return (
        wanted is not None and found.model.id != wanted.id,
        found.model.name == catalogue.STARTER_CLASSIFIER,
        -found.model.top1_percent,
        not found.has_published_name,
    )


def _classifiers_in(folder: Path) -> Iterator[Found]:
    for file in sorted(folder.glob("*.pth")):
        model = recognise(file)
        if model is not None:
            yield Found(model=model, files=(file,), where="WEIGHTS_DIR")


# ── which model a file is for ────────────────────────────────────────────────────────────────────


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


def _of_its_version(found: Found) -> Model:
    """The version a classifier's file is of: by its checksum where that is known, else as it was found."""
    sha256 = sha256_of(found.files[0])
    for version in catalogue.versions_of(found.model.name):
        if version.files[0].is_right(sha256):
            return version
    return found.model


# ── looking ──────────────────────────────────────────────────────────────────────────────────────


def _together(model: Model, folder: Path, where: str) -> Found | None:
    files = tuple(folder / file.name for file in model.files)
    return Found(model=model, files=files, where=where) if all(file.is_file() for file in files) else None


def _in_package(model: Model) -> Found | None:
    """The package's files by its spec: importing a package to find a file could fail, and would run it."""
    spec = importlib.util.find_spec(model.package) if model.package else None
    for folder in (spec and spec.submodule_search_locations) or ():
        files = tuple(Path(folder) / file.in_package for file in model.files)
        if all(file.is_file() for file in files):
            return Found(model=model, files=files, where=f"package {model.package}")
    return None


def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _must_exist(file: Path, model: Model) -> None:
    if not file.is_file():
        published: File = model.files[0]
        raise WeightsMissing(
            (
                MissingWeights(
                    name=model.id,
                    file=file.name,
                    sha256=published.checksum,
                    folder=str(file.parent),
                    command=model.command,
                ),
            )
        )


def _recipes(model: Model, files: Sequence[Path]) -> tuple[Recipe, ...]:
    """One recipe for each network that is exported; dlib reads its own format and needs none."""
    if model.name == catalogue.STARTER_EMBEDDER:
        return ()
    return tuple(
        Recipe(
            role=model.role,
            name=file.stem if model.role == "detector" else model.name,
            architecture=model.architecture,
            file=file,
            sha256=sha256_of(file),
            version=model.version,
        )
        for file in files
    )


_BY_ROLE: dict[Role, Callable[[WorkerConfig], Found]] = {
    "detector": _detector,
    "embedder": _embedder,
    "classifier": _classifier,
}
