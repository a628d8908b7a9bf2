"""Which call is made next: what people wait for, before edits of old answers that nobody waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import outbox, sending
from storage.outbox import Send, SentMessage
from tests.storage.rows import CHAT, NOW


async def put(session: AsyncSession, text: str, message_id: int | None = None, **more: Any) -> int:
    """Queue a call; an edit, where a message is named."""
    edited = {} if message_id is None else {"message_id": message_id}
    return await outbox.put(session, Send(CHAT, "call", {"text": text, **edited}, **more), NOW)


async def leave(session: AsyncSession, now: float = NOW) -> list[str]:
    """All that leaves now, in its order."""
    texts = []
    while rows := await sending.claim(session, limit=9, now=now, busy_chats=()):
        (row,) = rows
        texts.append(row.payload["text"])
        await outbox.sent(session, row.id, [SentMessage(row.id)], now)
    return texts


async def test_the_patient_wait_for_the_others_and_each_keep_their_order(session: AsyncSession) -> None:
    for text, is_patient in (("old 1", True), ("new 1", False), ("old 2", True), ("new 2", False)):
        await put(session, text, patient=is_patient)
    assert await leave(session) == ["new 1", "new 2", "old 1", "old 2"]


async def test_what_cannot_be_sent_yet_holds_up_the_patient_too(session: AsyncSession) -> None:
    await put(session, "old", patient=True)
    first = await put(session, "new")
    await sending.claim(session, limit=1, now=NOW, busy_chats=())
    await outbox.retry(session, first, not_before=NOW + 5, error="too many requests")
    assert await leave(session) == []
    assert await sending.next_due(session, NOW) == NOW + 5
    assert await leave(session, NOW + 5) == ["new", "old"]


async def test_the_patient_that_wait_for_the_rates_hold_up_nobody(session: AsyncSession) -> None:
    first = await put(session, "old", patient=True)
    await sending.claim(session, limit=1, now=NOW, busy_chats=())
    await outbox.retry(session, first, not_before=NOW + 5, error="Telegram's rates")
    await put(session, "new")
    assert await leave(session) == ["new"]


async def test_nothing_leaves_beside_a_patient_call_under_way(session: AsyncSession) -> None:
    await put(session, "old", patient=True)
    await sending.claim(session, limit=1, now=NOW, busy_chats=())
    await put(session, "new")
    assert await leave(session) == []


async def test_an_edit_never_precedes_the_message_it_edits(session: AsyncSession) -> None:
    message = await put(session, "a message", patient=True)
    await put(session, "its edit", edits=message)
    await put(session, "another message")
    assert await leave(session) == ["another message", "a message", "its edit"]


async def test_edits_of_one_message_keep_their_order(session: AsyncSession) -> None:
    await put(session, "another message's", message_id=7, patient=True)
    await put(session, "mended", message_id=8, patient=True)
    await put(session, "a menu", message_id=8)
    assert await leave(session) == ["mended", "a menu", "another message's"]


async def test_an_album_ahead_counts_as_its_items_and_the_patient_are_not_ahead(
    session: AsyncSession,
) -> None:
    payloads: list[dict[str, Any]] = [{"text": "one"}, {"media": [{}, {}, {}]}, {"media": {"type": "photo"}}]
    for payload in payloads:
        await outbox.put(session, Send(CHAT, "call", payload), NOW)
    await put(session, "old", patient=True)
    assert await sending.messages_ahead(session, CHAT) == 5
    assert await sending.messages_ahead(session, CHAT - 1) == 0


async def test_what_was_sent_lately_counts_by_the_items_of_albums(session: AsyncSession) -> None:
    for method, answer_ids, at in (
        ("sendMediaGroup", (1, 2, 3), 0),
        ("sendMessage", (1, 2), 5),
        ("call", (), 9),
    ):
        row = await outbox.put(session, Send(CHAT, method, {}, answer_ids=answer_ids), NOW)
        await outbox.sent(session, row, [SentMessage(1)], NOW + at)
    await put(session, "waits")
    counts = [await sending.messages_since(session, CHAT, NOW + at) for at in (0, 5, 9, 10)]
    assert counts == [5, 2, 1, 0]
