"""Models that go: by which photos and people they are found, and what is left of them.

One that is retired is deleted, but for a row which says that it was there, so that its number is not used
again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import msgspec
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.files import chunks, files_in_use, model_files
from storage.schema import CHATS, MODEL_EXAMPLES, MODEL_PEOPLE, MODELS
from storage.versions import bump_gallery

# Somebody deleted it; somebody it had learnt from asked to be forgotten.
Reason = Literal["deleted", "forgotten"]


class Named(msgspec.Struct, frozen=True):
    """A model as it can be named in another chat; `chat` is its chat's title, `live`: it is in use."""

    id: int
    chat_id: int
    chat: str
    kind: str
    version: int
    live: bool


async def learnt_from(
    session: AsyncSession, *, user_id: int | None = None, person_ids: Collection[int] = ()
) -> list[Named]:
    """The models, of any chat, that learnt from photos which a user sent, or from people."""
    sent = select(MODEL_EXAMPLES.c.model_id).where(MODEL_EXAMPLES.c.sender_id == user_id)
    showing = select(MODEL_PEOPLE.c.model_id).where(MODEL_PEOPLE.c.person_id.in_(person_ids))
    columns = (
        MODELS.c.id,
        MODELS.c.chat_id,
        CHATS.c.title,
        MODELS.c.kind,
        MODELS.c.version,
        MODELS.c.live,
    )
    found = select(*columns).join(CHATS, MODELS.c.chat_id == CHATS.c.id)
    found = found.where(or_(MODELS.c.id.in_(sent), MODELS.c.id.in_(showing)))
    rows = await session.execute(found.order_by(MODELS.c.chat_id, MODELS.c.kind, MODELS.c.version))
    return [Named(*row) for row in rows]


async def retire(session: AsyncSession, model_ids: Collection[int], because: Reason, now: float) -> list[str]:
    """Deletes models for good, but for the row that says so; the files that nothing needs any more.

    Where one was in use, none is.
    """
    files: set[str] = set()
    in_use: set[int] = set()
    for some in chunks(sorted(model_ids)):
        columns = (MODELS.c.chat_id, MODELS.c.file, MODELS.c.network, MODELS.c.live)
        for row in await session.execute(select(*columns).where(MODELS.c.id.in_(some))):
            files.update(model_files(row.file, row.network))
            in_use |= {row.chat_id} if row.live else set()
        for table in (MODEL_EXAMPLES, MODEL_PEOPLE):
            await session.execute(delete(table).where(table.c.model_id.in_(some)))
        present = (MODELS.c.id.in_(some), MODELS.c.retired_at.is_(None))
        wiped: dict[str, Any] = {"file": "", "network": "", "labels": [], "report": {}, "fingerprint": ""}
        values = wiped | {"live": False, "retired_at": now, "retired_because": because}
        await session.execute(update(MODELS).where(*present).values(values))
    for chat_id in in_use:
        await bump_gallery(session, chat_id)
    return sorted(files - await files_in_use(session, files))
