"""A Telegram user agrees, by an act of their own, and becomes a person of a chat."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases import consent
from bot.usecases.subjects import Question
from storage import links, people
from storage.errors import NameTaken
from storage.links import LinkRow


async def agree(
    session: AsyncSession, settings: Settings, question: Question, *, mention: bool | None, now: float
) -> str:
    """They agreed: they are a person of this chat; how they are called.

    Who is a person here already stays that one. An earlier No is lifted. `mention`: whether
    they may be mentioned, None to leave that as it is. Raises NameTaken.
    """
    subject, chat_id = question.subject, question.chat_id
    assert subject.user_id is not None, "who agreed is known"
    person = await _person(session, question)
    if person is None:
        person_id, name = await people.add(session, chat_id, subject.name, question.by, now), subject.name
    else:
        person_id, name = person.id, person.name
    await links.link(session, person_id, subject.user_id, mention=mention)
    await consent.record_allowed(session, person_id, subject.user_id, now)
    await consent.lift_refusal(session, settings, chat_id, subject.user_id)
    await consent.lift_username(session, settings, chat_id, subject.username)
    return name


async def known_as(session: AsyncSession, question: Question) -> str:
    """How a Telegram user will be called here once they agree. Raises NameTaken."""
    person = await _person(session, question)
    return person.name if person is not None else question.subject.name


async def confirmed(session: AsyncSession, question: Question) -> LinkRow | None:
    """Whom the asker said the user is, if they are still there and nobody's."""
    person_id = question.subject.person_id
    person = await links.get(session, question.chat_id, person_id) if person_id is not None else None
    return person if person is not None and person.user_id is None else None


async def _person(session: AsyncSession, question: Question) -> LinkRow | None:
    """Who the user is here already, or becomes. Raises NameTaken."""
    user_id = question.subject.user_id
    linked = await links.of_user(session, question.chat_id, user_id) if user_id is not None else None
    return linked or await _unlinked(session, question)


async def _unlinked(session: AsyncSession, question: Question) -> LinkRow | None:
    """The person who becomes the user's: whom the asker confirmed, or whom they enrolled of themselves."""
    person = await confirmed(session, question)
    if person is not None:
        return person
    named = await links.find(session, question.chat_id, question.subject.name)
    if named is None:
        return None
    is_self = question.subject.user_id == question.by == named.created_by
    if named.user_id is None and is_self:
        return named
    raise NameTaken(named.id, named.name)
