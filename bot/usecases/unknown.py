"""Who keeps coming back and has no name, in chats that switched remembering strangers on.

`next_group` does its slow part (clustering, drawing) without a transaction; the others work inside the
caller's.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import refresh
from bot.usecases.asking import check_author
from bot.usecases.enrol import FoundFace
from bot.usecases.ports import Ports
from bot.usecases.progress import READY_PHOTOS
from ml.errors import WeightsMissing
from ml.protocol import (
    Box,
    Cluster,
    Compare,
    Description,
    Drawn,
    Exhibit,
    Point,
    Quality,
    StoredCrop,
)
from storage import answers, strangers
from storage.strangers import StrangerRow

# Who is seen once is a passer-by.
SIGHTINGS = 2
# What fits side by side in one picture: the clearest face, and those beside it.
SHOWN_FACES = 6
# Clustering takes time and memory with the square of their number (`ml.protocol.Cluster`).
MAX_FACES = 2000


class Group(msgspec.Struct, frozen=True):
    """Faces of what is likely one person: their ids, the clearest first, and in how many photos they are."""

    faces: tuple[int, ...]
    photos: int


class Shown(msgspec.Struct, frozen=True):
    """A group and its picture; `skipped`: one face of each group that was offered before it."""

    group: Group
    drawn: Drawn
    skipped: tuple[int, ...]
    has_more: bool


async def next_group(
    ports: Ports, chat_id: int, known: Description, skip: Collection[int] = ()
) -> Shown | None:
    """The largest group without one of the faces in `skip`, drawn; None where there is none (any more).

    Raises MLError (WeightsMissing without an embedder).
    """
    if known.embedder is None:
        raise WeightsMissing(known.missing)
    async with ports.database.read() as session:
        rows = await strangers.recent(session, chat_id, known.embedder.id, time.time(), MAX_FACES)
    if len(rows) < SIGHTINGS:
        return None
    clustered = await ports.worker.ask(Cluster(vectors=tuple(row.vector for row in rows)))
    left = [group for group in groups(rows, clustered.groups) if not set(skip) & set(group.faces)]
    if not left:
        return None
    by_id = {row.id: row for row in rows}
    drawn = await _draw(ports, [by_id[face] for face in left[0].faces[:SHOWN_FACES]])
    return Shown(left[0], drawn, tuple(skip), has_more=len(left) > 1)


def groups(rows: Sequence[StrangerRow], numbers: Sequence[int]) -> list[Group]:
    """The faces by the number of their group (-1: alone), those of SIGHTINGS photos, most photos first."""
    together: dict[int, list[StrangerRow]] = defaultdict(list)
    for row, number in zip(rows, numbers, strict=True):
        together[number].append(row)
    together.pop(-1, None)
    found = [_group(some) for some in together.values()]
    return sorted((g for g in found if g.photos >= SIGHTINGS), key=lambda g: g.photos, reverse=True)


async def best_faces(
    session: AsyncSession, chat_id: int, face_ids: Collection[int], now: float
) -> tuple[FoundFace, ...]:
    """The clearest faces of a group, as many as teach a person well; none where none is remembered any more.

    Where no face can be learnt from, only the clearest, which says why.
    """
    rows = await strangers.get(session, chat_id, face_ids, now)
    faces = [_found(row) for row in sorted(rows, key=_clarity, reverse=True)]
    good = [face for face in faces if face.problem is None]
    return tuple(good[:READY_PHOTOS] or faces[:1])


async def check_authors(
    session: AsyncSession, chat_id: int, face_ids: Collection[int], by: str, now: float
) -> None:
    """Before a group is learnt; `by`, who teaches it: as `Recognition.author`. Raises AuthorRefused."""
    for row in await strangers.get(session, chat_id, face_ids, now):
        answer = await answers.get(session, row.answer_id)
        if answer is not None:
            await check_author(session, chat_id, refresh.recognition_of(answer).author, by)


async def drop(session: AsyncSession, chat_id: int, face_ids: Collection[int]) -> list[str]:
    """Forget a group, because it has a name now or nobody wants it remembered; its crops."""
    return await strangers.take(session, chat_id, face_ids)


def _group(rows: Sequence[StrangerRow]) -> Group:
    clearest_first = sorted(rows, key=_clarity, reverse=True)
    return Group(tuple(row.id for row in clearest_first), photos=len({row.source for row in rows}))


def _clarity(row: StrangerRow) -> float:
    return float(row.quality["score"])


def _landmarks(row: StrangerRow) -> tuple[Point, ...]:
    return tuple((x, y) for x, y in row.landmarks)


def _box(row: StrangerRow) -> Box:
    left, top, right, bottom = row.box
    return Box(left, top, right, bottom)


def _found(row: StrangerRow) -> FoundFace:
    return FoundFace(
        crop=row.crop,
        box=_box(row),
        landmarks=_landmarks(row),
        quality=msgspec.convert(row.quality, Quality),
        model=row.model,
        source=row.source,
        embedding=base64.b64encode(row.vector).decode(),
    )


def _stored(ports: Ports, row: StrangerRow) -> StoredCrop:
    return StoredCrop(path=str(ports.photos.path(row.crop)), box=_box(row), landmarks=_landmarks(row))


async def _draw(ports: Ports, rows: Sequence[StrangerRow]) -> Drawn:
    first, *others = [Exhibit(crop=_stored(ports, row)) for row in rows]
    target = ports.settings.spool_dir / f"{secrets.token_hex(8)}.unknown.jpg"
    return await ports.worker.ask(Compare(face=first, nearest=tuple(others), target=str(target)))
