"""What is looked at before somebody is asked, and before anything of them is kept."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases import consent, enrol
from bot.usecases.asking.errors import AlreadyAsked, AuthorRefused, HasToBeAsked, Refused
from bot.usecases.enrol import Whom
from bot.usecases.subjects import Question, Subject
from storage import consents, links
from storage.errors import NameTaken
from storage.links import LinkRow


async def check(session: AsyncSession, settings: Settings, question: Question, now: float) -> None:
    """Raises Refused after a No, AlreadyAsked, and NameTaken for a person whom somebody else enrolled."""
    subject, chat_id = question.subject, question.chat_id
    if await _refused(session, settings, chat_id, subject, now):
        raise Refused(subject.name)
    asked = [one.question.subject for one in await enrol.open_in(session, chat_id, now)]
    if any(one.is_same(subject) for one in asked):
        raise AlreadyAsked(subject.name)
    holder = await links.find(session, chat_id, subject.name)
    # With the name comes the gallery: only whoever enrolled somebody says who that is.
    if holder is not None and holder.user_id is None and holder.created_by != question.by:
        raise NameTaken(holder.id, holder.name)


async def check_authors(
    session: AsyncSession, settings: Settings, chat_id: int, authors: Mapping[int, str]
) -> None:
    """Before anybody is taught from other people's photos, given by id with their names.

    Raises AuthorRefused where one of them said No in this chat.
    """
    for user_id, name in authors.items():
        if await consent.refused(session, settings, chat_id, user_id):
            raise AuthorRefused(name)


async def check_author(session: AsyncSession, chat_id: int, author: str, by: str) -> None:
    """The same for a photo that was answered; `author` and `by`, who teaches: as `Recognition.author`.

    Raises AuthorRefused, without a name, which nobody kept.
    """
    if author and author != by and await consents.refused(session, chat_id, author):
        raise AuthorRefused("")


async def check_named(
    session: AsyncSession, settings: Settings, chat_id: int, subject: Subject, now: float
) -> str:
    """Before a face is said to be a Telegram user: how they are called in this chat, which they allowed.

    Raises Refused after a No, HasToBeAsked where they never agreed.
    """
    if await _refused(session, settings, chat_id, subject, now):
        raise Refused(subject.address)
    user_id = subject.user_id
    person = await links.of_user(session, chat_id, user_id) if user_id is not None else None
    if person is None:
        raise HasToBeAsked(subject.address)
    return person.name


async def said_no(session: AsyncSession, settings: Settings, whom: Whom) -> bool:
    """Whether whoever enrols somebody new said No here themselves: it may be their own face."""
    if await links.find(session, whom.chat_id, whom.name) is not None:
        return False
    return await consent.refused(session, settings, whom.chat_id, whom.by)


async def holder(session: AsyncSession, question: Question) -> LinkRow | None:
    """The person of the gallery who has the name already and may be the user, which the asker is to say.

    None where the user is known to be another person of this chat: then the name is of no use.
    """
    subject = question.subject
    if subject.user_id is not None and await links.of_user(session, question.chat_id, subject.user_id):
        return None
    found = await links.find(session, question.chat_id, subject.name)
    return found if found is not None and found.user_id is None else None


async def whom_of(session: AsyncSession, question: Question) -> Whom:
    """Who is taught once it is allowed: the person whom the user is here already, else by the name asked."""
    user_id = question.subject.user_id
    person = await links.of_user(session, question.chat_id, user_id) if user_id is not None else None
    return Whom(question.chat_id, person.name if person else question.subject.name, question.by)


async def _refused(
    session: AsyncSession, settings: Settings, chat_id: int, subject: Subject, now: float
) -> bool:
    if subject.user_id is not None:
        return await consent.refused(session, settings, chat_id, subject.user_id)
    return await consent.username_refused(session, settings, chat_id, subject.username, now)
