"""Deleting for good: a person, a chat, everything of one Telegram user.

Each function deletes rows in the caller's transaction and returns the addresses (see `storage.files`) of the
files that nothing needs any more. Once the transaction is safe the caller deletes those, and has the
database written anew (`scrub`); the note of `scrub_later` has that done after a crash as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, jobs, notes, unlearning, withdrawal
from storage.database import Database
from storage.files import chunks, files_in_use
from storage.inbox import UNSENT
from storage.people import name_key
from storage.schema import (
    ANSWERS,
    BUTTONS,
    CHATS,
    CONSENTS,
    EXAMPLES,
    FACES,
    GRANTS,
    INBOX,
    INVITES,
    LABELS,
    MODELS,
    NEGATIVES,
    OUTBOX,
    PENDING,
    PEOPLE,
    REPLIES,
    STRANGERS,
    TRAININGS,
    USAGE,
)
from storage.versions import bump_gallery, release_model

SCRUB_NOTE = "scrub"
# What buttons and pending rows call the people they are about, in their data.
PERSON_KEYS = ("person", "person_id", "source", "target")


async def scrub_later(session: AsyncSession, now: float) -> None:
    """Notes that what was deleted must not stay readable in the pages of the database."""
    await notes.put(session, SCRUB_NOTE, str(now), now)


async def scrub(database: Database) -> None:
    """Has the database written anew where something was deleted since it last was.

    Where that was not done to the end, the note stays, and the next call does it again.
    """
    async with database.read() as session:
        noted = await notes.get(session, SCRUB_NOTE)
    if noted is None:
        return
    if not await database.scrub():
        return
    async with database.begin() as session:
        # What was deleted meanwhile is noted anew.
        if await notes.get(session, SCRUB_NOTE) == noted:
            await notes.remove(session, SCRUB_NOTE)


async def remove_people(session: AsyncSession, person_ids: Collection[int]) -> list[str]:
    """Deletes people, forgotten or not, with all that names them.

    Whoever goes for good goes through here, so that what is learnt from people's faces is retired here too.
    """
    columns = (PEOPLE.c.id, PEOPLE.c.chat_id, PEOPLE.c.name)
    people = (await session.execute(select(*columns).where(PEOPLE.c.id.in_(person_ids)))).all()
    if not people:
        return []
    ids = [person.id for person in people]
    files = set(await session.scalars(select(FACES.c.crop).where(FACES.c.person_id.in_(ids))))
    files.update(await unlearning.unlearn(session, person_ids=ids))
    await answers.remove_naming(session, ids)
    for person in people:
        files.update(await _remove_begun(session, person.id))
        await _remove_buttons(session, person.chat_id, person.id, person.name)
    await session.execute(delete(PEOPLE).where(PEOPLE.c.id.in_(ids)))
    chat_ids = {person.chat_id for person in people}
    for chat_id in chat_ids:
        names = {person.name for person in people if person.chat_id == chat_id}
        files.update(await withdrawal.of_people(session, chat_id, names))
    await release_model(session, chat_ids)
    for chat_id in chat_ids:
        await bump_gallery(session, chat_id)
    return sorted(files - await files_in_use(session, files))


async def remove_chats(session: AsyncSession, chat_ids: Collection[int]) -> list[str]:
    """Deletes chats with all that is theirs."""
    crops = select(FACES.c.crop).join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
    files = set(await session.scalars(crops.where(PEOPLE.c.chat_id.in_(chat_ids))))
    files.update(await session.scalars(select(STRANGERS.c.crop).where(STRANGERS.c.chat_id.in_(chat_ids))))
    files.update(await unlearning.files_of_chats(session, chat_ids))
    for begun in await session.scalars(select(PENDING.c.files).where(PENDING.c.chat_id.in_(chat_ids))):
        files.update(begun)
    for queued in await session.scalars(select(OUTBOX.c.files).where(OUTBOX.c.chat_id.in_(chat_ids))):
        files.update(queued.values())
    await session.execute(delete(OUTBOX).where(OUTBOX.c.chat_id.in_(chat_ids)))
    # What is being worked on belongs to whoever does: it may be the very update that deletes the chat.
    await session.execute(delete(INBOX).where(INBOX.c.chat_id.in_(chat_ids), INBOX.c.owner.is_(None)))
    subjects = [f"chat:{chat_id}" for chat_id in chat_ids]
    await session.execute(delete(USAGE).where(USAGE.c.subject.in_(subjects)))
    await session.execute(delete(GRANTS).where(GRANTS.c.subject_id.in_(chat_ids)))
    await session.execute(delete(CHATS).where(CHATS.c.id.in_(chat_ids)))
    return sorted(files - await files_in_use(session, files))


async def people_of(session: AsyncSession, user_id: int, chat_id: int | None = None) -> list[int]:
    """Everybody who is that Telegram user, in one chat or in all, forgotten people included."""
    theirs = select(PEOPLE.c.id).where(PEOPLE.c.user_id == user_id)
    if chat_id is not None:
        theirs = theirs.where(PEOPLE.c.chat_id == chat_id)
    return list(await session.scalars(theirs))


async def remove_user(session: AsyncSession, user_id: int) -> list[str]:
    """Deletes everything of a Telegram user but a No; what others did stays, without naming them.

    Their private chat goes with its gallery. What of theirs others need (a face that they enrolled) is
    nobody's then: its id of a user becomes 0.
    """
    files = set(await remove_people(session, await people_of(session, user_id)))
    files.update(await unlearning.unlearn(session, user_id=user_id))
    files.update(await withdrawal.of_user(session, user_id))
    files.update(await _remove_begun_by(session, user_id))
    files.update(await _remove_asked_by(session, user_id))
    files.update(await remove_chats(session, [user_id]))
    await jobs.disown(session, user_id)
    await session.execute(delete(BUTTONS).where(BUTTONS.c.user_id == user_id))
    await session.execute(delete(USAGE).where(USAGE.c.subject == f"user:{user_id}"))
    await session.execute(delete(INVITES).where(INVITES.c.created_by == user_id))
    for column in (
        PEOPLE.c.created_by,
        FACES.c.enrolled_by,
        NEGATIVES.c.created_by,
        CONSENTS.c.given_by,
        GRANTS.c.granted_by,
        REPLIES.c.asked_by,
        INBOX.c.user_id,
        LABELS.c.created_by,
        EXAMPLES.c.labelled_by,
        MODELS.c.trained_by,
        TRAININGS.c.asked_by,
    ):
        await session.execute(update(column.table).where(column == user_id).values({column.name: 0}))
    return sorted(files - await files_in_use(session, files))


async def purge_forgotten(session: AsyncSession, before: float) -> list[str]:
    """Deletes the people who were forgotten before a time."""
    over = select(PEOPLE.c.id).where(PEOPLE.c.forgotten_at < before)
    return await remove_people(session, list(await session.scalars(over)))


async def purge_answers(session: AsyncSession, now: float, keep_s: float) -> list[str]:
    """Deletes the answers that were kept for `keep_s`, or for less where their chat says so."""
    own = select(CHATS.c.keep_answers_s).where(CHATS.c.id == ANSWERS.c.chat_id).scalar_subquery()
    kept_s = func.min(func.coalesce(own, keep_s), keep_s)
    over = select(ANSWERS.c.id).where(ANSWERS.c.created_at < now - kept_s)
    return await _remove_answers(session, list(await session.scalars(over)))


async def purge_traces(session: AsyncSession) -> int:
    """Deletes what is left of updates and calls whose chat is gone, and says how many rows that was.

    Somebody who asked to be forgotten is told that it is done, and that was the last that named them.
    """
    edit = OUTBOX.alias()
    waited_for = select(edit.c.id).where(edit.c.edits == OUTBOX.c.id, edit.c.state.in_(UNSENT)).exists()
    known = select(CHATS.c.id)
    sent = (OUTBOX.c.state.in_(("sent", "failed")), OUTBOX.c.chat_id.not_in(known), ~waited_for)
    done = (INBOX.c.state == "done", INBOX.c.chat_id.not_in(known))
    calls = await session.scalars(delete(OUTBOX).where(*sent).returning(OUTBOX.c.id))
    updates = await session.scalars(delete(INBOX).where(*done).returning(INBOX.c.update_id))
    return len(calls.all()) + len(updates.all())


async def _remove_answers(session: AsyncSession, answer_ids: Sequence[int]) -> list[str]:
    files: set[str] = set()
    for some in chunks(answer_ids):
        crops = select(STRANGERS.c.crop).where(STRANGERS.c.answer_id.in_(some))
        files.update(await session.scalars(crops))
        await session.execute(delete(ANSWERS).where(ANSWERS.c.id.in_(some)))
    return sorted(files - await files_in_use(session, files))


async def _remove_asked_by(session: AsyncSession, user_id: int) -> list[str]:
    """The answers to photos that this user sent: a photo's handle is theirs."""
    asked = select(ANSWERS.c.id).join(REPLIES, ANSWERS.c.reply_id == REPLIES.c.id)
    theirs = list(await session.scalars(asked.where(REPLIES.c.asked_by == user_id)))
    return await _remove_answers(session, theirs)


async def _remove_begun_by(session: AsyncSession, user_id: int) -> list[str]:
    rows = await session.execute(select(PENDING.c.id, PENDING.c.user_id, PENDING.c.data))
    # What they enrolled may wait to be put back by whoever took it out of a gallery.
    theirs = [row.id for row in rows if row.user_id == user_id or _has_enrolled(user_id, row.data)]
    begun = delete(PENDING).where(PENDING.c.id.in_(theirs)).returning(PENDING.c.files)
    return [name for files in await session.scalars(begun) for name in files]


async def _remove_begun(session: AsyncSession, person_id: int) -> list[str]:
    """What somebody began about a person, who is named by id or, in any spelling, by name.

    A name may be a namesake's by now: it means this person only where no living one has it, and only in what
    was begun before this one was forgotten.
    """
    columns = (PEOPLE.c.chat_id, PEOPLE.c.name_key, PEOPLE.c.forgotten_at)
    person = (await session.execute(select(*columns).where(PEOPLE.c.id == person_id))).one()
    key = None if await _has_namesake(session, person_id) else person.name_key
    begun = (PENDING.c.id, PENDING.c.data, PENDING.c.files, PENDING.c.created_at)
    rows = await session.execute(select(*begun).where(PENDING.c.chat_id == person.chat_id))
    about = [
        row
        for row in rows
        if person_id in _people_in(row.data)
        or (key in _names_in(row.data) and row.created_at <= (person.forgotten_at or row.created_at))
    ]
    await session.execute(delete(PENDING).where(PENDING.c.id.in_([row.id for row in about])))
    return [file for row in about for file in row.files]


async def _has_namesake(session: AsyncSession, person_id: int) -> bool:
    """Whether another living person of the same chat has a person's name."""
    other = PEOPLE.alias()
    same = (other.c.chat_id == PEOPLE.c.chat_id, other.c.name_key == PEOPLE.c.name_key)
    is_alive = (other.c.id != PEOPLE.c.id, other.c.forgotten_at.is_(None))
    namesakes = select(PEOPLE.c.id).join(other, and_(*same, *is_alive)).where(PEOPLE.c.id == person_id)
    return (await session.execute(namesakes.limit(1))).first() is not None


def _names_in(data: dict[str, Any]) -> set[str]:
    """The keys of the names that something begun is about: of a person, or of a user who is asked."""
    subject = data.get("subject", {})
    return {name_key(part["name"]) for part in (data, subject) if isinstance(part.get("name"), str)}


def _people_in(data: dict[str, Any]) -> set[int]:
    """The ids of the people whom something begun is about, wherever its data names them."""
    return {value for at, value in _leaves(data) if at in PERSON_KEYS and isinstance(value, int)}


def _has_enrolled(user_id: int, data: dict[str, Any]) -> bool:
    return any(at == "enrolled_by" and value == user_id for at, value in _leaves(data))


async def _remove_buttons(session: AsyncSession, chat_id: int, person_id: int, name: str) -> None:
    """Deletes the buttons about a person, who is named by id or, in any spelling, by name."""
    columns = (BUTTONS.c.token, BUTTONS.c.data)
    rows = await session.execute(select(*columns).where(BUTTONS.c.chat_id == chat_id))
    about = [row.token for row in rows if _is_about(row.data, person_id, name)]
    for some in chunks(about):
        await session.execute(delete(BUTTONS).where(BUTTONS.c.token.in_(some)))


def _is_about(data: dict[str, Any], person_id: int, name: str) -> bool:
    """Whether a button's data names a person, be it in a message that the button is to carry out."""
    key = name_key(name)
    return withdrawal.is_in(withdrawal.pattern_of(name), data.get("updates", [])) or any(
        name_key(value) == key if isinstance(value, str) else at in PERSON_KEYS and value == person_id
        for at, value in _leaves(data)
    )


def _leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """The values within a JSON value that have none in them, each with its key ("" in a list)."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    else:
        yield at, value
