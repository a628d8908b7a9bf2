"""The photos a model gets wrong, and those whose label may be wrong, in sheets to look at and relabel."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.ports import Ports
from bot.usecases.training.report import Report, report_of
from ml.protocol import Drawn, Sheet, SheetTile
from storage import examples, labels, models
from storage.models import ModelRow
from storage.photos import PhotoStore

# The job that shows a sheet.
SHEET = "mistakes"
Which = Literal["mistakes", "suspects"]
# As many as can be told apart on a phone (ml.protocol.Sheet), in rows of three.
PER_SHEET = 9


class Doubted(msgspec.Struct, frozen=True):
    """A photo, with the label that it has and the one that the model takes it for."""

    example_id: int
    path: str
    label: str
    taken_for: str


class Page(msgspec.Struct, frozen=True):
    """Some of the `total` doubted photos of a model, from number `first` (from 1)."""

    model_id: int
    which: Which
    number: int
    first: int
    total: int
    photos: tuple[Doubted, ...]

    @property
    def has_more(self) -> bool:
        return self.first - 1 + len(self.photos) < self.total


async def page(
    session: AsyncSession, labelled: PhotoStore, model: ModelRow, which: Which, number: int
) -> Page:
    """A page of what is to be looked at: photos that are still there, with a label that still differs."""
    doubted = await _doubted(session, labelled, model, which)
    start = number * PER_SHEET
    return Page(model.id, which, number, start + 1, len(doubted), tuple(doubted[start : start + PER_SHEET]))


async def drawn(ports: Ports, found: Page, target: Path, lines: tuple[tuple[str, ...], ...]) -> Drawn:
    """The photos of a page as one picture, `lines` below each. Raises MLError."""
    tiles = tuple(
        SheetTile(photo=photo.path, number=number, lines=below)
        for number, (photo, below) in enumerate(zip(found.photos, lines, strict=True), start=found.first)
    )
    return await ports.worker.ask(Sheet(tiles=tiles, target=str(target)))


async def model_of(session: AsyncSession, chat_id: int, model_id: int) -> ModelRow:
    """A model of the chat. Raises NotFound."""
    return await models.get(session, chat_id, model_id)


async def _doubted(
    session: AsyncSession, labelled: PhotoStore, model: ModelRow, which: Which
) -> list[Doubted]:
    report = report_of(model)
    names = {row.id: row.name for row in await labels.listing(session, model.chat_id)}
    photos = {row.id: row for row in await examples.listing(session, model.chat_id)}
    found = []
    for example_id, guess in _pairs(report, which):
        photo, guessed = photos.get(example_id), names.get(report.label_ids[guess])
        if photo is not None and guessed is not None and photo.label_id != report.label_ids[guess]:
            path = str(labelled.path(photo.photo))
            found.append(Doubted(example_id, path, names[photo.label_id], guessed))
    return found


def _pairs(report: Report, which: Which) -> tuple[tuple[int, int], ...]:
    return report.mistakes if which == "mistakes" else report.suspects
