"""A group became a supergroup: Telegram gave it another id, and messages a count of their own."""

from __future__ import annotations

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import access, chats, inbox, links, merging, outbox, people, trainings, uniting, usage
from storage.appearances import ENROLMENT
from storage.chats import ChatRow
from storage.people import PersonRow, name_key
from storage.schema import (
    ANSWERS,
    BUTTONS,
    CHATS,
    EMBEDDINGS,
    EXAMPLES,
    FACES,
    JOBS,
    NEGATIVES,
    PENDING,
    PEOPLE,
    REFUSALS,
    REPLIES,
    STRANGERS,
    TRAININGS,
)
from storage.versions import bump_gallery

# What names its chat and cannot meet its like where two chats become one.
_BELONGING = (PEOPLE, NEGATIVES, REPLIES, ANSWERS, STRANGERS, PENDING, BUTTONS)
# What can: of two that are the same, one is enough.
_SHARED = (JOBS, REFUSALS, TRAININGS)


async def migrate(session: AsyncSession, old: int, new: int) -> None:
    """Gives a chat its new id in every table.

    Where messages under the new id came first, the two become one, and so do people who are the same Telegram
    user, or have the same name and are not known to be two.
    """
    if old == new:
        return
    await outbox.rekey(session, old, new)
    await inbox.rekey(session, old, new)
    await usage.rekey(session, f"chat:{old}", f"chat:{new}")
    await access.rekey(session, old, new)
    before, after = await chats.get(session, old), await chats.get(session, new)
    if before is None:
        return
    await _leave_messages_behind(session, old)
    if after is None:
        # The rows that belong to the chat follow by their foreign keys (ON UPDATE CASCADE).
        await session.execute(update(CHATS).where(CHATS.c.id == old).values(id=new))
    else:
        await _absorb(session, before, after)
    await bump_gallery(session, new)


async def _leave_messages_behind(session: AsyncSession, chat_id: int) -> None:
    """Deletes the answers that were sent, whose messages cannot be edited, linked or replied to any more.

    In the supergroup, their message ids would come to mean other messages, as would those of enrolments;
    labelled photos and trainings forget theirs for the same reason.
    """
    is_over = or_(ANSWERS.c.reply_message_id.is_not(None), ANSWERS.c.models == ENROLMENT)
    await session.execute(delete(ANSWERS).where(ANSWERS.c.chat_id == chat_id, is_over))
    said = (REPLIES.c.chat_id == chat_id, REPLIES.c.message_id.is_not(None))
    await session.execute(delete(REPLIES).where(*said))
    await session.execute(update(EXAMPLES).where(EXAMPLES.c.chat_id == chat_id).values(message_id=None))
    await trainings.leave_messages_behind(session, chat_id)


async def _absorb(session: AsyncSession, old: ChatRow, new: ChatRow) -> None:
    await _unite_settings(session, old, new)
    for person in await people.listing(session, old.id):
        await _settle(session, person, new.id)
    for shared in _SHARED:
        moved = update(shared).where(shared.c.chat_id == old.id).values(chat_id=new.id)
        await session.execute(moved.prefix_with("OR IGNORE"))
    for table in _BELONGING:
        await session.execute(update(table).where(table.c.chat_id == old.id).values(chat_id=new.id))
    await uniting.unite(session, old.id, new.id)
    await session.execute(delete(CHATS).where(CHATS.c.id == old.id))


async def _unite_settings(session: AsyncSession, old: ChatRow, new: ChatRow) -> None:
    greeted = select(func.max(CHATS.c.greeted_at)).where(CHATS.c.id.in_((old.id, new.id)))
    values = {
        # Above both, so that neither's cached matrices and answers are taken for the union's.
        "gallery_version": max(old.gallery_version, new.gallery_version) + 1,
        "face_model": await _model_of_most(session, old, new),
        # A promise that either made is kept.
        "tagging": old.tagging and new.tagging,
        "strangers": old.strangers and new.strangers,
        "strictness": old.strictness,
        "keep_answers_s": old.keep_answers_s,
        "language": new.language or old.language,
        "created_at": min(old.created_at, new.created_at),
        "greeted_at": await session.scalar(greeted),
    }
    await session.execute(update(CHATS).where(CHATS.c.id == new.id).values(values))


async def _model_of_most(session: AsyncSession, old: ChatRow, new: ChatRow) -> str | None:
    """The face model that more faces can be searched by; those it lacks wait for /reembed."""
    models = [chat.face_model for chat in (new, old) if chat.face_model is not None]
    faces = {model: await _faces_on(session, model, (old.id, new.id)) for model in models}
    return max(models, key=lambda model: faces[model], default=None)


async def _faces_on(session: AsyncSession, model: str, chat_ids: tuple[int, int]) -> int:
    statement = (
        select(func.count())
        .select_from(EMBEDDINGS)
        .join(FACES, EMBEDDINGS.c.face_id == FACES.c.id)
        .join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
        .where(PEOPLE.c.chat_id.in_(chat_ids), EMBEDDINGS.c.model == model, PEOPLE.c.forgotten_at.is_(None))
    )
    return await session.scalar(statement) or 0


async def _settle(session: AsyncSession, person: PersonRow, new: int) -> None:
    """Let somebody be one with who they are in the new chat already, or have a name of their own there."""
    user_id = await session.scalar(select(PEOPLE.c.user_id).where(PEOPLE.c.id == person.id))
    themselves = await links.of_user(session, new, user_id) if user_id is not None else None
    namesake = await links.find(session, new, person.name)
    if themselves is not None:
        await merging.absorb(session, person.id, themselves.id)
    elif namesake is None:
        return
    elif user_id is None or namesake.user_id is None:
        await merging.absorb(session, person.id, namesake.id)
    else:
        free = await _free_name(session, person.name, new)
        renamed = {"name": free, "name_key": name_key(free)}
        await session.execute(update(PEOPLE).where(PEOPLE.c.id == person.id).values(renamed))


async def _free_name(session: AsyncSession, name: str, chat_id: int) -> str:
    """ "Alice (2)", or the next number that nobody has."""
    taken = {name_key(other) for other in (await people.names(session, chat_id)).values()}
    number = 2
    while name_key(f"{name} ({number})") in taken:
        number += 1
    return f"{name} ({number})"
