"""What a chat has labelled, and what it would take to train. Pure, but for the reading."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ml.training import MIN_LABELS, MIN_PHOTOS
from storage import labels
from storage.labels import LabelRow

PAGE_LABELS = 20


class Missing(msgspec.Struct, frozen=True):
    """What is missing to train: so many labels more, and of these labels so many photos more."""

    labels: int
    photos: tuple[tuple[str, int], ...]


class Page(msgspec.Struct, frozen=True):
    """Some of a chat's labels: those of page `number`, from 0, of `pages`; and all of them in numbers.

    `smallest`: the label with the fewest photos, where they differ. `missing`: None where a training can
    begin.
    """

    labels: tuple[LabelRow, ...]
    number: int
    pages: int
    total: int
    photos: int
    smallest: LabelRow | None
    missing: Missing | None


async def page(session: AsyncSession, chat_id: int, number: int) -> Page:
    """A page of the chat's labels by name; the last one where there are no longer so many."""
    rows = await labels.listing(session, chat_id)
    pages = max(1, -(-len(rows) // PAGE_LABELS))
    number = min(number, pages - 1)
    return Page(
        labels=tuple(rows[number * PAGE_LABELS : (number + 1) * PAGE_LABELS]),
        number=number,
        pages=pages,
        total=len(rows),
        photos=sum(row.photos for row in rows),
        smallest=smallest(rows),
        missing=missing(rows),
    )


def smallest(rows: Sequence[LabelRow]) -> LabelRow | None:
    """The label with the fewest photos; None where all have the same number."""
    if len({row.photos for row in rows}) < 2:
        return None
    return min(rows, key=lambda row: row.photos)


def missing(rows: Sequence[LabelRow]) -> Missing | None:
    """What is missing to train with these labels; None where nothing is."""
    few = tuple((row.name, MIN_PHOTOS - row.photos) for row in rows if row.photos < MIN_PHOTOS)
    more = max(0, MIN_LABELS - len(rows))
    return Missing(more, few) if more or few else None
