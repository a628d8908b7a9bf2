"""Which stored files are still needed: one file can serve several rows, since its name is its content.

A file is known by its address:

    4f0c…               the crop of a face, by its sha256
    labelled/4f0c…      a labelled photo, likewise
    models/4f0c…        a chat's model, or with the ending .onnx the network that it brings
    trainings/7         the folder of a training
    /…/spool/7d2e.jpg   what waits in the spool to be sent
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.schema import EXAMPLES, FACES, MODELS, PENDING, STRANGERS, TRAININGS

LABELLED, MODEL_FILES, RUNS = "labelled", "models", "trainings"
NETWORK_ENDING = ".onnx"
# Well below the number of values that one SQLite statement takes.
NAMES_AT_ONCE = 500


def labelled(photo: str) -> str:
    """The address of a labelled photo, by its sha256."""
    return f"{LABELLED}/{photo}"


def run(training_id: int) -> str:
    """The address of a training's folder."""
    return f"{RUNS}/{training_id}"


def model_files(file: str, network: str) -> list[str]:
    """The addresses of a model's files, by their sha256; "" where it has none."""
    addresses = [f"{MODEL_FILES}/{file}"] if file else []
    return addresses + ([f"{MODEL_FILES}/{network}{NETWORK_ENDING}"] if network else [])


async def files_in_use(session: AsyncSession, addresses: Collection[str]) -> set[str]:
    """Those of these addresses that a row, or something begun, still needs.

    What waits in the spool is not looked for: it is its sender's.
    """
    wanted = set(addresses)
    if not wanted:
        return set()
    # Looked up by the few wanted names through an index; pending rows are few and short-lived.
    used = {name for files in await session.scalars(select(PENDING.c.files)) for name in files} & wanted
    crops = [address for address in wanted if "/" not in address]
    for column in (FACES.c.crop, STRANGERS.c.crop):
        used |= await _present(session, column, crops)
    photos = _names(wanted, LABELLED)
    used |= {labelled(name) for name in await _present(session, EXAMPLES.c.photo, photos)}
    names = _names(wanted, MODEL_FILES)
    used |= {f"{MODEL_FILES}/{name}" for name in await _present(session, MODELS.c.file, names)}
    networks = [name.removesuffix(NETWORK_ENDING) for name in names if name.endswith(NETWORK_ENDING)]
    used |= {model_files("", name)[0] for name in await _present(session, MODELS.c.network, networks)}
    runs = [int(name) for name in _names(wanted, RUNS) if name.isdecimal()]
    return used | {run(training) for training in await _present(session, TRAININGS.c.id, runs)}


def chunks(names: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Values in portions that one statement takes."""
    for start in range(0, len(names), NAMES_AT_ONCE):
        yield names[start : start + NAMES_AT_ONCE]


def _names(addresses: Collection[str], folder: str) -> list[str]:
    """The names of what lies in a folder."""
    return [address.removeprefix(f"{folder}/") for address in addresses if address.startswith(f"{folder}/")]


async def _present(session: AsyncSession, column: Column[Any], names: Sequence[Any]) -> set[Any]:
    found: set[Any] = set()
    for some in chunks(names):
        statement: Select[Any] = select(column).where(column.in_(some))
        found.update(await session.scalars(statement))
    return found
