"""What follows from an answer: Allow, and No."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases import consent, enrol, refresh
from bot.usecases.asking.errors import NotTheirs
from bot.usecases.enrol import FoundFace, Open, Whom
from bot.usecases.names import BadName, parse_name
from bot.usecases.subjects import Question, User
from storage import deletion, links


async def allow(
    session: AsyncSession, settings: Settings, asked: Open, user: User, *, mention: bool, now: float
) -> Whom:
    """They agree: they are a person here, linked to them. Where the faces go that waited is up to the caller.

    Raises NotTheirs, NameTaken.
    """
    question = asked.question
    if not question.subject.is_meant(user):
        raise NotTheirs(question.subject.name)
    name = await _name(session, question, user)
    subject = msgspec.structs.replace(question.subject, user_id=user.id, username=user.username, name=name)
    agreed = msgspec.structs.replace(question, subject=subject)
    name = await enrol.agree(session, settings, agreed, mention=mention, now=now)
    await enrol.hand_over(session, asked, name)
    return Whom(question.chat_id, name, question.by)


async def refuse(session: AsyncSession, settings: Settings, asked: Open, user: User, now: float) -> list[str]:
    """They do not: what is kept of them in this chat is deleted; the crops to delete. Raises NotTheirs.

    A person of the gallery goes as well where the asker has said that it is them, and so does whoever was
    forgotten and could still be brought back. Our recent messages that name them are edited.
    """
    question = asked.question
    if not question.subject.is_meant(user):
        raise NotTheirs(question.subject.name)
    crops = await enrol.withdraw(session, user, question.chat_id)
    person_ids = await _people_of(session, question, user)
    await refresh.unname(session, person_ids, now)
    crops += await deletion.remove_people(session, person_ids)
    await consent.remember_refusal(session, settings, question.chat_id, user.id, now)
    if user.username:
        await consent.remember_username(session, settings, question.chat_id, user.username, now)
    return crops


async def lookalikes(session: AsyncSession, chat_id: int, faces: Sequence[FoundFace]) -> list[str]:
    """The people whom faces surely look like and who are no Telegram user's, so far as the chat knows."""
    ids = sorted({face.looks_like for face in faces if face.looks_like is not None})
    found = [await links.get(session, chat_id, person_id) for person_id in ids]
    return [person.name for person in found if person is not None and person.user_id is None]


async def _name(session: AsyncSession, question: Question, user: User) -> str:
    """How they are to be called: as the asker said, else as Telegram calls them where nobody else is."""
    if not question.subject.is_nameless:
        return question.subject.name
    for name in (user.first_name, f"{user.first_name} {user.last_name}"):
        try:
            free = await links.find(session, question.chat_id, parse_name(name)) is None
        except BadName:
            free = False
        if free:
            return parse_name(name)
    return question.subject.name


async def _people_of(session: AsyncSession, question: Question, user: User) -> list[int]:
    linked = await deletion.people_of(session, user.id, question.chat_id)
    confirmed = await enrol.confirmed(session, question)
    return [*linked, *([confirmed.id] if confirmed is not None else [])]
