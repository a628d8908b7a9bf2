"""/privacy: what this installation really keeps in a chat, and for how long."""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases.consent import username_refused_s
from bot.usecases.enrol import LATE_S
from storage import chats, consents, examples, models, negatives
from storage.errors import NotFound


class Terms(msgspec.Struct, frozen=True):
    """What holds in a chat; times in seconds.

    `usernames_s`: for how long it is remembered that a username said No. `denials`: faces that were said not
    to be somebody; `labelled`: photos that have a label.
    """

    is_group: bool
    answers_s: float
    waiting_s: float
    usernames_s: float
    gathering_s: float
    album_s: float
    undo_s: float
    updates_s: float
    left_s: float
    strangers_s: float | None
    tagging: bool
    language: str | None
    access: str
    owners: tuple[int, ...]
    refusals: bool
    denials: int
    labelled: int
    models: int


async def terms(session: AsyncSession, settings: Settings, chat_id: int) -> Terms:
    """What holds in a chat that has written, by the settings that are in force now. Raises NotFound."""
    chat = await chats.get(session, chat_id)
    if chat is None:
        raise NotFound("chat", chat_id)
    return Terms(
        is_group=chat.kind != "private",
        answers_s=min(settings.stranger_s, chat.keep_answers_s or settings.stranger_s),
        waiting_s=settings.pending_face_s,
        usernames_s=username_refused_s(settings),
        gathering_s=settings.enrol_s,
        album_s=LATE_S,
        undo_s=settings.undo_s,
        updates_s=settings.inbox_keep_s,
        left_s=settings.purge_s,
        strangers_s=settings.strangers_s if chat.strangers else None,
        tagging=chat.tagging,
        language=chat.language,
        access=settings.access,
        owners=tuple(sorted(settings.owner_ids)),
        refusals=await consents.has_refusals(session, chat_id),
        denials=sum((await negatives.counts(session, chat_id)).values()),
        labelled=await examples.count(session, chat_id),
        models=await models.count(session, chat_id),
    )
