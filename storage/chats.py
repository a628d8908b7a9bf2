"""The chats that wrote to the bot."""

from __future__ import annotations

import msgspec
from sqlalchemy import String, cast, delete, func, literal, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage import access, inbox, outbox, people, usage
from storage.files import crops_in_use
from storage.schema import ANSWERS, BUTTONS, CHATS, FACES, GRANTS, INBOX, OUTBOX, PENDING, PEOPLE, USAGE
from storage.versions import bump_gallery


class ChatRow(msgspec.Struct, frozen=True):
    """A chat; see schema.ChatColumns."""

    id: int
    kind: str
    title: str
    gallery_version: int
    face_model: str | None
    created_at: float
    left_at: float | None


_COLUMNS = (
    CHATS.c.id,
    CHATS.c.kind,
    CHATS.c.title,
    CHATS.c.gallery_version,
    CHATS.c.face_model,
    CHATS.c.created_at,
    CHATS.c.left_at,
)


async def seen(session: AsyncSession, chat_id: int, kind: str, title: str, now: float) -> ChatRow:
    """The chat, created or brought up to date; a chat that is heard of again is not left any more."""
    statement = insert(CHATS).values(id=chat_id, kind=kind, title=title, created_at=now)
    newer = {"kind": kind, "title": title, "left_at": None}
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=newer)
    return ChatRow(*(await session.execute(statement.returning(*_COLUMNS))).one())


async def get(session: AsyncSession, chat_id: int) -> ChatRow | None:
    """The chat, if it ever wrote."""
    row = (await session.execute(select(*_COLUMNS).where(CHATS.c.id == chat_id))).one_or_none()
    return ChatRow(*row) if row else None


async def on_other_model(session: AsyncSession, model: str) -> list[int]:
    """The chats whose gallery is searched by another model than this one."""
    other = (CHATS.c.face_model.is_not(None), CHATS.c.face_model != model)
    return list(await session.scalars(select(CHATS.c.id).where(*other).order_by(CHATS.c.id)))


async def face_models(session: AsyncSession) -> list[str]:
    """The models that galleries are searched by, the one of most chats first."""
    statement = select(CHATS.c.face_model).where(CHATS.c.face_model.is_not(None)).group_by(CHATS.c.face_model)
    models = await session.scalars(statement.order_by(func.count().desc(), CHATS.c.face_model))
    return [model for model in models if model is not None]


async def set_face_model(session: AsyncSession, chat_id: int, model: str) -> None:
    """Names the model whose embeddings a chat's gallery is searched by."""
    await session.execute(update(CHATS).where(CHATS.c.id == chat_id).values(face_model=model))
    await bump_gallery(session, chat_id)


async def left(session: AsyncSession, chat_id: int, now: float) -> None:
    """Notes that the bot is no longer in a chat."""
    await session.execute(update(CHATS).where(CHATS.c.id == chat_id).values(left_at=now))


async def migrate(session: AsyncSession, old: int, new: int) -> None:
    """Gives a chat its new id in every table: a group that became a supergroup.

    Where messages under the new id came first, the two become one, and so do people of the same name.
    """
    if old == new:
        return
    await outbox.rekey(session, old, new)
    await inbox.rekey(session, old, new)
    await usage.rekey(session, f"chat:{old}", f"chat:{new}")
    await access.rekey(session, old, new)
    before, after = await get(session, old), await get(session, new)
    if before is None:
        return
    if after is None:
        # The rows that belong to the chat follow by their foreign keys (ON UPDATE CASCADE).
        await session.execute(update(CHATS).where(CHATS.c.id == old).values(id=new))
    else:
        await _absorb(session, before, after)
    await bump_gallery(session, new)


async def _absorb(session: AsyncSession, old: ChatRow, new: ChatRow) -> None:
    settled = await people.names(session, new.id)
    arriving = await people.listing(session, old.id)
    await session.execute(
        update(CHATS)
        .where(CHATS.c.id == new.id)
        .values(
            # Above both, so that neither's cached matrices and answers are taken for the union's.
            gallery_version=max(old.gallery_version, new.gallery_version) + 1,
            face_model=new.face_model or old.face_model,
            created_at=min(old.created_at, new.created_at),
        )
    )
    by_key = {people.name_key(name): person_id for person_id, name in settled.items()}
    for person in arriving:
        namesake = by_key.get(people.name_key(person.name))
        if namesake is not None:
            await people.absorb(session, person.id, namesake)
    for table in (PEOPLE, ANSWERS, PENDING, BUTTONS):
        await session.execute(update(table).where(table.c.chat_id == old.id).values(chat_id=new.id))
    await session.execute(delete(CHATS).where(CHATS.c.id == old.id))


async def purge_left(session: AsyncSession, before: float) -> list[str]:
    """Deletes the chats that were left before a time, with all that is theirs.

    The names of the files (in the photo store, or the spool) that nothing needs any more.
    """
    gone = select(CHATS.c.id).where(CHATS.c.left_at < before)
    crops = select(FACES.c.crop).join(PEOPLE, FACES.c.person_id == PEOPLE.c.id)
    names = set(await session.scalars(crops.where(PEOPLE.c.chat_id.in_(gone))))
    for begun in await session.scalars(select(PENDING.c.files).where(PENDING.c.chat_id.in_(gone))):
        names.update(begun)
    for queued in await session.scalars(select(OUTBOX.c.files).where(OUTBOX.c.chat_id.in_(gone))):
        names.update(queued.values())
    for table in (INBOX, OUTBOX):
        await session.execute(delete(table).where(table.c.chat_id.in_(gone)))
    subjects = select(literal("chat:") + cast(CHATS.c.id, String)).where(CHATS.c.left_at < before)
    await session.execute(delete(USAGE).where(USAGE.c.subject.in_(subjects)))
    await session.execute(delete(GRANTS).where(GRANTS.c.subject_id.in_(gone)))
    await session.execute(delete(CHATS).where(CHATS.c.left_at < before))
    return sorted(names - await crops_in_use(session, names))
