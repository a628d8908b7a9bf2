"""Which weights a configuration leads to: the model it names, or the best one there is.

Sources, in this order: the file named in the settings, WEIGHTS_DIR, an installed package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from ml.config import WorkerConfig
from ml.weights import catalogue
from ml.weights.errors import UnknownModel
from ml.weights.locate import (
    Found,
    in_package,
    is_installed,
    locate,
    missing,
    must_exist,
    recognise,
    sha256_of,
)
from ml.weights.published import Model
from ml.weights.values import Chosen, Recipe, Role


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
    runnable = (model for model in wanted if is_installed(model.requires))
    found = next(filter(None, (locate(config, model) for model in runnable)), None)
    if found is None:
        raise missing(config, *wanted)
    return found


def _named_embedder(config: WorkerConfig, file: Path, wanted: Sequence[Model]) -> Found:
    """FACE_WEIGHTS: dlib's files end in .dat (its landmarks lie beside, or where they usually are)."""
    model = next((m for m in wanted if Path(m.files[0].name).suffix == file.suffix), None)
    if model is None:
        raise UnknownModel(f"FACE_WEIGHTS: {file.name} is no file for {' or '.join(m.name for m in wanted)}")
    must_exist(file, model)
    if len(model.files) == 1:
        return Found(model=model, files=(file,), where="FACE_WEIGHTS")
    landmarks = file.with_name(model.files[1].name)
    if not landmarks.is_file():
        usual = locate(config, model)
        if usual is None:
            raise missing(config, model)
        landmarks = usual.files[1]
    return Found(model=model, files=(file, landmarks), where="FACE_WEIGHTS")


def _classifier(config: WorkerConfig) -> Found:
    name = config.classifier_model
    wanted = None if name == "auto" else catalogue.find(name)
    if config.classifier_weights is not None:
        return _named_classifier(config.classifier_weights, wanted)
    found = [found for found in _classifiers_in(config.weights) if _is_wanted(found, wanted, "@" in name)]
    if found:
        best = min(found, key=lambda found: _preference(found, wanted))
        return msgspec.structs.replace(best, model=wanted) if wanted and "@" in name else best
    packaged = in_package(wanted or catalogue.find(catalogue.STARTER_CLASSIFIER))
    if packaged is None or not is_installed(packaged.model.requires):
        advised = wanted or catalogue.find(catalogue.RECOMMENDED_CLASSIFIER)
        raise missing(config, advised)
    return packaged


def _named_classifier(file: Path, wanted: Model | None) -> Found:
    model = wanted or recognise(file)
    if model is None:
        raise UnknownModel(
            f"CLASSIFIER_WEIGHTS: {file.name} does not say which model it is for; set CLASSIFIER_MODEL too"
        )
    must_exist(file, model)
    return Found(model=model, files=(file,), where="CLASSIFIER_WEIGHTS")


def _is_wanted(found: Found, wanted: Model | None, asked_version: bool) -> bool:
    """Whether a file may serve: any of the model's, unless one version was asked for and this is another."""
    if not is_installed(found.model.requires):
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


def _of_its_version(found: Found) -> Model:
    """The version a classifier's file is of: by its checksum where that is known, else as it was found."""
    sha256 = sha256_of(found.files[0])
    for version in catalogue.versions_of(found.model.name):
        if version.files[0].is_right(sha256):
            return version
    return found.model


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
