"""The outbox: calls to Telegram that must happen. Which of them is made next is `storage.sending`'s to say.

Telegram has no idempotency key. A row is `sending` from its claim until `sent`, `retry` or `failed`; what
a restart finds there may have arrived, and is sent again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, inbox, replies
from storage.inbox import UNSENT
from storage.schema import OUTBOX


class Send(msgspec.Struct, frozen=True):
    """A call to be made; see schema.OutboxColumns.

    `reply_id`: the reply whose words its message has; `answer_ids`: the answers that its messages show, and
    `answer_revision` that from which their pictures were drawn. `patient`: whatever else waits for the chat
    goes first.
    """

    chat_id: int
    method: str
    payload: dict[str, Any]
    files: dict[str, str] = msgspec.field(default_factory=dict)
    update_id: int | None = None
    edits: int | None = None
    reply_id: int | None = None
    answer_ids: tuple[int, ...] = ()
    answer_revision: int = 0
    coalesce: str | None = None
    patient: bool = False


async def put(session: AsyncSession, send: Send, now: float) -> int:
    """Queues a call and returns its id; with `coalesce`, in place of those of that key which still wait."""
    not_before = 0.0
    replaced: list[int] = []
    if send.coalesce is not None:
        not_before, replaced = await _remove_coalesced(session, send)
    if not send.patient:
        await _overtake_no_edit(session, send)
    row = {**msgspec.structs.asdict(send), "state": "queued", "not_before": not_before, "created_at": now}
    row_id = (await session.execute(insert(OUTBOX).values(row).returning(OUTBOX.c.id))).scalar_one()
    for update_id in replaced:
        await inbox.finish_if_sent(session, update_id, now)
    return row_id


async def files_replaced_by(session: AsyncSession, send: Send) -> list[str]:
    """The files that nothing needs any more once a call is put in place of others."""
    if send.coalesce is None:
        return []
    waiting = await session.scalars(select(OUTBOX.c.files).where(*_coalesced(send)))
    return [file for files in waiting for file in files.values() if file not in send.files.values()]


def _coalesced(send: Send) -> tuple[ColumnElement[bool], ...]:
    """What a call takes the place of.

    A row that an edit is for stays: without it the edit would have no message.
    """
    edit = OUTBOX.alias()
    is_edited = exists().where(
        edit.c.edits == OUTBOX.c.id, edit.c.state.in_(UNSENT), edit.c.coalesce != send.coalesce
    )
    same = (OUTBOX.c.chat_id == send.chat_id, OUTBOX.c.coalesce == send.coalesce)
    return *same, OUTBOX.c.state == "queued", OUTBOX.c.id.is_distinct_from(send.edits), ~is_edited


async def _remove_coalesced(session: AsyncSession, send: Send) -> tuple[float, list[int]]:
    """The time that the removed rows were held back to, and the updates they belonged to."""
    statement = delete(OUTBOX).where(*_coalesced(send)).returning(OUTBOX.c.not_before, OUTBOX.c.update_id)
    removed = (await session.execute(statement)).all()
    held = max((not_before for not_before, _ in removed), default=0.0)
    return held, [update_id for _, update_id in removed if update_id is not None]


async def _overtake_no_edit(session: AsyncSession, send: Send) -> None:
    """Patient edits of the same message go first: else the message would end as what it was before."""
    message_id = send.payload.get("message_id")
    if message_id is None:
        return
    same = (OUTBOX.c.chat_id == send.chat_id, OUTBOX.c.payload["message_id"].as_integer() == message_id)
    waiting = (*same, OUTBOX.c.state == "queued", OUTBOX.c.patient)
    await session.execute(update(OUTBOX).where(*waiting).values(patient=False))


class SentMessage(msgspec.Struct, frozen=True):
    """A message that a call made or edited.

    `picture_file_id` is Telegram's handle to its picture; `is_caption`: its words stand under one.
    """

    id: int
    picture_file_id: str | None = None
    is_caption: bool = False


async def sent(session: AsyncSession, row_id: int, messages: Sequence[SentMessage], now: float) -> None:
    """Notes that Telegram said yes, and which messages came of it (none, where a call makes none).

    The row's content is wiped, its reply and answers learn their messages, and its update is done if this was
    its last. An album has a message for each answer; otherwise all answers are shown by the one there is.
    """
    statement = (
        update(OUTBOX)
        .where(OUTBOX.c.id == row_id, OUTBOX.c.state.in_(UNSENT))
        .values(
            state="sent",
            message_id=messages[0].id if messages else None,
            payload={},
            files={},
            error=None,
            finished_at=now,
        )
        .returning(OUTBOX.c.update_id, OUTBOX.c.reply_id, OUTBOX.c.answer_ids, OUTBOX.c.answer_revision)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return
    if row.reply_id is not None and messages:
        await replies.sent(session, row.reply_id, messages[0].id, is_caption=messages[0].is_caption)
    showing = list(messages) * len(row.answer_ids) if len(messages) == 1 else messages
    for answer_id, message in zip(row.answer_ids, showing, strict=False):
        await answers.sent(session, answer_id, message.id, message.picture_file_id, row.answer_revision)
    if row.update_id is not None:
        await inbox.finish_if_sent(session, row.update_id, now)


async def retry(session: AsyncSession, row_id: int, *, not_before: float, error: str) -> None:
    """Puts a call that did not get through back, to be made again from `not_before` on.

    One that was withdrawn meanwhile ends here.
    """
    await _end_withdrawn(session, OUTBOX.c.id == row_id)
    statement = (
        update(OUTBOX)
        .where(OUTBOX.c.id == row_id, OUTBOX.c.state == "sending")
        .values(state="queued", not_before=not_before, error=error)
    )
    await session.execute(statement)


async def failed(session: AsyncSession, row_id: int, *, error: str, now: float) -> None:
    """Gives a call up for good; its update is done if this was its last."""
    statement = (
        update(OUTBOX)
        .where(OUTBOX.c.id == row_id, OUTBOX.c.state.in_(UNSENT))
        .values(state="failed", payload={}, files={}, error=error, finished_at=now)
        .returning(OUTBOX.c.update_id)
    )
    update_id = await session.scalar(statement)
    if update_id is not None:
        await inbox.finish_if_sent(session, update_id, now)


async def requeue_sending(session: AsyncSession) -> int:
    """Queues again what was being sent when the last process ended, and says how many calls that is."""
    await _end_withdrawn(session)
    statement = update(OUTBOX).where(OUTBOX.c.state == "sending").values(state="queued")
    return len((await session.scalars(statement.returning(OUTBOX.c.id))).all())


async def _end_withdrawn(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    """What was withdrawn while it was being sent is not sent again."""
    statement = (
        update(OUTBOX)
        .where(OUTBOX.c.state == "sending", OUTBOX.c.finished_at.is_not(None), *which)
        .values(state="failed")
        .returning(OUTBOX.c.update_id, OUTBOX.c.finished_at)
    )
    for update_id, finished_at in (await session.execute(statement)).all():
        if update_id is not None:
            await inbox.finish_if_sent(session, update_id, finished_at or 0.0)


async def will_send(session: AsyncSession, reply_id: int) -> bool:
    """Whether the message that has a reply's words still waits to be sent."""
    waiting = exists().where(OUTBOX.c.reply_id == reply_id, OUTBOX.c.state.in_(UNSENT))
    return bool(await session.scalar(select(waiting)))


async def files_waiting(session: AsyncSession) -> list[str]:
    """The files that calls which still have to be made will upload."""
    waiting = await session.scalars(select(OUTBOX.c.files).where(OUTBOX.c.state.in_(UNSENT)))
    return [file for files in waiting for file in files.values()]


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many calls there are in each state."""
    rows = await session.execute(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state))
    return dict(rows.all())


async def rekey(session: AsyncSession, old: int, new: int) -> None:
    """Moves a chat's calls to its new id, also inside the payloads of those that still wait.

    Its messages stay behind: what would edit one is given up, and what would reply to one is sent without.
    """
    unsent = select(OUTBOX.c.id, OUTBOX.c.payload).where(OUTBOX.c.chat_id == old, OUTBOX.c.state.in_(UNSENT))
    edited = OUTBOX.alias()
    is_sent = exists().where(edited.c.id == OUTBOX.c.edits, edited.c.state.not_in(UNSENT))
    is_left_behind = or_(is_sent, OUTBOX.c.payload["message_id"].as_integer().is_not(None))
    for row_id in (await session.scalars(unsent.where(is_left_behind))).all():
        await failed(session, row_id, error="its message is in the group of before", now=time.time())
    for row_id, payload in (await session.execute(unsent)).all():
        moved = {key: value for key, value in payload.items() if key != "reply_parameters"}
        if payload.get("chat_id") == old:
            moved["chat_id"] = new
        await session.execute(update(OUTBOX).where(OUTBOX.c.id == row_id).values(payload=moved))
    await session.execute(update(OUTBOX).where(OUTBOX.c.chat_id == old).values(chat_id=new))


async def purge(session: AsyncSession, before: float) -> int:
    """Deletes the calls that ended before a time, and says how many; targets of waiting edits stay."""
    edit = OUTBOX.alias()
    statement = (
        delete(OUTBOX)
        .where(
            OUTBOX.c.state.in_(("sent", "failed")),
            OUTBOX.c.finished_at < before,
            ~exists().where(edit.c.edits == OUTBOX.c.id, edit.c.state.in_(UNSENT)),
        )
        .returning(OUTBOX.c.id)
    )
    return len((await session.scalars(statement)).all())
