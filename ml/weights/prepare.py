"""Exported networks: whether they are there, and making them.

Finding them needs no torch; making them is done once, by `python -m ml.weights prepare`, in a process of its
own whose memory goes back when it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from ml.config import WorkerConfig
from ml.errors import WeightsMissing
from ml.weights.errors import NotPrepared, UnknownModel, WeightsError
from ml.weights.failures import forget_failure, note_failure, why_not
from ml.weights.sources import choose
from ml.weights.values import FORMAT, ROLES, Prepared, PreparedNetwork, Recipe, Role, Sidecar


class Exported(NamedTuple):
    """An exported network and its sidecar."""

    path: Path
    meta: Sidecar


def prepared(config: WorkerConfig, role: Role) -> Prepared:
    """The networks and files of a role, ready to run.

    Raises WeightsMissing where there are no weights, NotPrepared where `prepare` has yet to run, UnknownModel
    where the configuration names no model.
    """
    chosen = choose(config, role)
    return Prepared(
        role=role,
        id=chosen.id,
        source=chosen.source,
        networks=tuple(_open(recipe, config.networks) for recipe in chosen.recipes),
        files=chosen.files,
    )


def exported(folder: Path, stem: str) -> Exported | None:
    """The network exported under that name; None where it is not whole, or of another format.

    It need not be one that is in use.
    """
    network, sidecar = folder / f"{stem}.onnx", folder / f"{stem}.json"
    try:
        meta = msgspec.json.decode(sidecar.read_bytes(), type=Sidecar)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return Exported(network, meta) if meta.format == FORMAT and network.is_file() else None


def needs_prepare(config: WorkerConfig) -> bool:
    """Whether there is something to export that was not tried yet. Roles without weights need nothing."""
    for role in ROLES:
        try:
            if any(why_not(recipe, config.networks) is None for recipe in _unprepared(config, role)):
                return True
        except (WeightsMissing, UnknownModel):
            continue  # told to whoever asks for the role
    return False


def prepare(config: WorkerConfig, report: Callable[[str], None]) -> tuple[Path, ...]:
    """Exports every network of this configuration that is not there yet; returns the new files.

    One that cannot be exported is tried again at each call, and its reason kept for `prepared` to tell.

    `report` gets a line for each, and for each role without weights. One role's trouble does not keep the
    others from being prepared: it is raised at the end (WrongWeights, ParityFailed, UnknownModel).
    """
    written: list[Path] = []
    problems: list[WeightsError] = []
    for role in ROLES:
        try:
            written += _prepare_role(config, role, report)
        except WeightsMissing as error:
            report(f"No weights for the {role}: {error.missing[0].command}")
        except WeightsError as error:
            problems.append(error)
    if problems:
        raise problems[0]
    return tuple(written)


def _prepare_role(config: WorkerConfig, role: Role, report: Callable[[str], None]) -> Iterator[Path]:
    for recipe in _unprepared(config, role):
        report(f"Preparing {recipe.stem}…")
        from ml.weights.export import export  # torch: only where there is something to do

        try:
            network = export(recipe, config.networks)
        except WeightsError as error:
            note_failure(recipe, config.networks, error)
            raise
        forget_failure(recipe, config.networks)
        yield network


def _unprepared(config: WorkerConfig, role: Role) -> list[Recipe]:
    return [recipe for recipe in choose(config, role).recipes if _read(recipe, config.networks) is None]


def _open(recipe: Recipe, folder: Path) -> PreparedNetwork:
    meta = _read(recipe, folder)
    if meta is None:
        if reason := why_not(recipe, folder):
            raise NotPrepared(f"{reason}; `python -m ml.weights prepare` tries it again")
        raise NotPrepared(f"{recipe.stem} is not exported yet; run `python -m ml.weights prepare`")
    return PreparedNetwork(path=folder / f"{recipe.stem}.onnx", recipe=recipe, meta=meta)


def _read(recipe: Recipe, folder: Path) -> Sidecar | None:
    """The sidecar of a recipe's network; None where either is missing, or was made of other weights."""
    found = exported(folder, recipe.stem)
    return found.meta if found and found.meta.source_sha256 == recipe.sha256 else None
