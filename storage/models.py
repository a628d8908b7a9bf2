"""What chats have learnt: versions, and which of them is in use.

Every change of what is in use raises the chat's gallery version: remembered answers were given by another
model.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import NotFound
from storage.schema import MODEL_EXAMPLES, MODEL_PEOPLE, MODELS
from storage.versions import bump_gallery

Kind = Literal["labels", "people"]


class Learnt(msgspec.Struct, frozen=True):
    """A photo that a model learnt from; see schema.ModelExampleColumns."""

    photo: str
    label: str
    sender_id: int = 0


class LearntPerson(msgspec.Struct, frozen=True):
    """Somebody that a model learnt from; see schema.ModelPersonColumns."""

    person_id: int
    position: int | None = None


class NewModel(msgspec.Struct, frozen=True):
    """A model to be stored; see schema.ModelColumns. Its files lie in the models folder already."""

    chat_id: int
    kind: Kind
    file: str
    network: str
    backbone: str
    method: str
    labels: tuple[str, ...]
    report: dict[str, Any]
    fingerprint: str
    seed: int
    trained_by: int
    learnt: tuple[Learnt, ...]
    people: tuple[LearntPerson, ...] = ()


class ModelRow(msgspec.Struct, frozen=True):
    """A model; see schema.ModelColumns."""

    id: int
    chat_id: int
    kind: Kind
    version: int
    file: str
    network: str
    backbone: str
    method: str
    labels: list[str]
    report: dict[str, Any]
    fingerprint: str
    seed: int
    trained_by: int
    trained_at: float
    live: bool
    retired_at: float | None
    retired_because: str | None


_ROW = select(
    MODELS.c.id,
    MODELS.c.chat_id,
    MODELS.c.kind,
    MODELS.c.version,
    MODELS.c.file,
    MODELS.c.network,
    MODELS.c.backbone,
    MODELS.c.method,
    MODELS.c.labels,
    MODELS.c.report,
    MODELS.c.fingerprint,
    MODELS.c.seed,
    MODELS.c.trained_by,
    MODELS.c.trained_at,
    MODELS.c.live,
    MODELS.c.retired_at,
    MODELS.c.retired_because,
)


async def store(session: AsyncSession, new: NewModel, now: float) -> ModelRow:
    """Stores a model as the next version of its kind; it is not in use yet."""
    same = (MODELS.c.chat_id == new.chat_id, MODELS.c.kind == new.kind)
    latest = await session.scalar(select(func.max(MODELS.c.version)).where(*same))
    row = msgspec.structs.asdict(new) | {"labels": list(new.labels)}
    learnt, people = row.pop("learnt"), row.pop("people")
    adding = insert(MODELS).values({**row, "version": (latest or 0) + 1, "trained_at": now})
    model_id = (await session.execute(adding.returning(MODELS.c.id))).scalar_one()
    of_it = {"model_id": model_id}
    for table, rows in ((MODEL_EXAMPLES, learnt), (MODEL_PEOPLE, people)):
        if rows:
            await session.execute(insert(table), [of_it | msgspec.structs.asdict(row) for row in rows])
    return await get(session, new.chat_id, model_id)


async def get(session: AsyncSession, chat_id: int, model_id: int) -> ModelRow:
    """A model of a chat that is not retired. Raises NotFound."""
    found = await _one(session, MODELS.c.chat_id == chat_id, MODELS.c.id == model_id)
    if found is None:
        raise NotFound("model", model_id)
    return found


async def live(session: AsyncSession, chat_id: int, kind: Kind) -> ModelRow | None:
    """The model of a kind that is in use in a chat; None where none is."""
    return await _one(session, MODELS.c.chat_id == chat_id, MODELS.c.kind == kind, MODELS.c.live)


async def listing(session: AsyncSession, chat_id: int, kind: Kind) -> list[ModelRow]:
    """A chat's models of a kind, retired ones too, newest first."""
    theirs = _ROW.where(MODELS.c.chat_id == chat_id, MODELS.c.kind == kind)
    return [ModelRow(*row) for row in await session.execute(theirs.order_by(MODELS.c.version.desc()))]


async def count(session: AsyncSession, chat_id: int) -> int:
    """How many models of a chat there are, but retired ones."""
    kept = (MODELS.c.chat_id == chat_id, MODELS.c.retired_at.is_(None))
    return await session.scalar(select(func.count()).select_from(MODELS).where(*kept)) or 0


async def activate(session: AsyncSession, chat_id: int, model_id: int, now: float) -> ModelRow:
    """Puts a model in use, in place of the one that is. Raises NotFound (also where it is retired)."""
    model = await get(session, chat_id, model_id)
    await _deactivate(session, MODELS.c.chat_id == chat_id, MODELS.c.kind == model.kind)
    values = {"live": True, "activated_at": now}
    await session.execute(update(MODELS).where(MODELS.c.id == model_id).values(values))
    await bump_gallery(session, chat_id)
    return msgspec.structs.replace(model, live=True)


async def deactivate(session: AsyncSession, chat_id: int, kind: Kind) -> None:
    """Puts the model of a kind out of use, and none in its place."""
    await _deactivate(session, MODELS.c.chat_id == chat_id, MODELS.c.kind == kind)
    await bump_gallery(session, chat_id)


async def roll_back(session: AsyncSession, chat_id: int, kind: Kind, now: float) -> ModelRow | None:
    """Puts the latest version in use that is older than the one which is, and was in use before.

    None where there is no such version, which changes nothing.
    """
    current = await live(session, chat_id, kind)
    if current is None:
        return None
    used = (MODELS.c.activated_at.is_not(None), MODELS.c.retired_at.is_(None))
    older = (MODELS.c.chat_id == chat_id, MODELS.c.kind == kind, MODELS.c.version < current.version)
    latest = select(MODELS.c.id).where(*older, *used).order_by(MODELS.c.version.desc()).limit(1)
    before = await session.scalar(latest)
    return await activate(session, chat_id, before, now) if before is not None else None


async def people_of(session: AsyncSession, model_id: int) -> list[LearntPerson]:
    """Whom a model learnt from, but those who are gone."""
    columns = (MODEL_PEOPLE.c.person_id, MODEL_PEOPLE.c.position)
    rows = await session.execute(select(*columns).where(MODEL_PEOPLE.c.model_id == model_id))
    return [LearntPerson(*row) for row in rows]


async def learnt(session: AsyncSession, model_id: int) -> list[Learnt]:
    """What a model learnt from."""
    columns = (MODEL_EXAMPLES.c.photo, MODEL_EXAMPLES.c.label, MODEL_EXAMPLES.c.sender_id)
    rows = await session.execute(select(*columns).where(MODEL_EXAMPLES.c.model_id == model_id))
    return [Learnt(*row) for row in rows]


async def _deactivate(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    await session.execute(update(MODELS).where(*which, MODELS.c.live).values(live=False))


async def _one(session: AsyncSession, *which: ColumnElement[bool]) -> ModelRow | None:
    row = (await session.execute(_ROW.where(*which, MODELS.c.retired_at.is_(None)))).one_or_none()
    return ModelRow(*row) if row else None
