"""A chat that has a row in every table that can have one, and where a chat's id is found."""

from __future__ import annotations

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import (
    access,
    answers,
    buttons,
    gallery,
    inbox,
    jobs,
    negatives,
    outbox,
    pending,
    people,
    replies,
    trainings,
    usage,
)
from storage.answers import NewAnswer
from storage.jobs import NewJob
from storage.negatives import NewNegative
from storage.outbox import Send
from storage.pending import NewPending
from storage.replies import NewReply
from storage.schema import METADATA, REFUSALS, STRANGERS
from tests.storage.rows import CHAT, NOW, new_face, new_update
from tests.storage.taught import label_photo, train, training

LATER = NOW + 60
# The tables in which `fill` leaves the chat's id.
NAMING = {
    "chats", "people", "negatives", "replies", "answers", "strangers", "refusals", "jobs", "pending",
    "buttons", "inbox", "outbox", "usage", "grants", "labels", "examples", "models", "trainings",
}  # fmt: skip


async def fill(session: AsyncSession) -> None:
    """One row for CHAT in every table that can have one; nothing of it was sent yet."""
    alice = await people.add(session, CHAT, "Alice", by=1, now=NOW)
    await gallery.enrol(session, alice, new_face("crop"), by=1, now=NOW)
    denied = NewNegative(alice, "a photo", (0.0, 0.0, 9.0, 9.0))
    await negatives.add(session, denied, by=1, now=NOW)
    reply_id = await replies.store(session, NewReply(CHAT, None, 1, 10, None, "en"), NOW)
    answer = NewAnswer(CHAT, 1, 10, "unique", "file", "models", 0, {}, reply_id=reply_id)
    answer_id = await answers.store(session, answer, NOW)
    await _remember_stranger(session, answer_id)
    await session.execute(insert(REFUSALS).values(chat_id=CHAT, digest="hash", refused_at=NOW))
    await jobs.put(session, NewJob(CHAT, "refresh", "1", {}), NOW)
    await pending.put(session, NewPending(CHAT, 1, "enrol", {}, LATER, files=("spooled.jpg",)), NOW)
    await buttons.make(session, CHAT, 1, [("undo", {})], LATER)
    await inbox.receive(session, [new_update(1)], NOW)
    await outbox.put(session, Send(CHAT, "sendPhoto", {"chat_id": CHAT}, {"photo": "drawn.jpg"}), NOW)
    await usage.count(session, (f"chat:{CHAT}", "user:1"), day=1, photos=1)
    await access.grant(session, CHAT, by=1, now=NOW)
    await label_photo(session, "cat", "photo", sender=1, people=(alice,))
    await train(session, ["photo"], sender=1, people=(alice,))
    await trainings.put(session, training(), NOW)


async def _remember_stranger(session: AsyncSession, answer_id: int) -> None:
    face = new_face("stranger")
    row = {
        "chat_id": CHAT, "answer_id": answer_id, "face": 0, "crop": face.crop, "box": list(face.box),
        "landmarks": [], "quality": {}, "source": "a photo", "model": "m", "vector": b"", "expires_at": LATER,
    }  # fmt: skip
    await session.execute(insert(STRANGERS).values(row))


async def rows_naming(session: AsyncSession, chat_id: int) -> dict[str, int]:
    """How many rows of each table have the id in some column, as number or inside a text."""
    found = {}
    for name, table in METADATA.tables.items():
        columns = " OR ".join(f"instr(CAST({column.name} AS TEXT), '{chat_id}')" for column in table.columns)
        if count := await session.scalar(text(f"SELECT count(*) FROM {name} WHERE {columns}")):
            found[name] = count
    return found
