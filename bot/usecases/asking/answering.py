"""What follows from an answer: Allow, No, and `/enroll me`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases import consent, enrol
from bot.usecases.asking.values import Allowed, NotTheirs, Open, Question, User
from bot.usecases.asking.waiting import withdraw
from bot.usecases.enrol import Enrolled, FoundFace, NotStored, Whom
from storage import deletion, links, pending, people
from storage.errors import NameTaken
from storage.links import LinkRow


async def allow(
    session: AsyncSession, settings: Settings, asked: Open, user: User, *, mention: bool, now: float
) -> Whom:
    """They agree: they are a person here, linked to them. The faces that waited are for `enrol_waiting`.

    Raises NotTheirs, NameTaken.
    """
    question = asked.question
    if not question.subject.is_meant(user):
        raise NotTheirs(question.subject.name)
    await pending.remove(session, asked.id)
    subject = msgspec.structs.replace(question.subject, user_id=user.id, username=user.username)
    whoever = msgspec.structs.replace(question, subject=subject)
    name = await enrol_user(session, settings, whoever, mention=mention, now=now)
    whom = Whom(question.chat_id, name, question.by)
    if asked.gathers_until > now:
        await enrol.await_photos(session, whom, now=now, lasts_s=asked.gathers_until - now)
    return whom


async def enrol_waiting(
    session: AsyncSession,
    whom: Whom,
    faces: Sequence[FoundFace],
    compared: Sequence[FoundFace],
    *,
    now: float,
    expires_at: float,
) -> Allowed:
    """Enrol the faces that waited for an Allow, but for those that look like another person by now.

    `faces` know whom they looked like when the asker said that they are this person nevertheless; `compared`
    are the same ones, looked at again. The asker is asked about the others. Raises OtherModel.
    """
    outcomes: list[Enrolled | NotStored] = []
    alike: dict[int, list[FoundFace]] = {}
    for face, now_like in zip(faces, compared, strict=True):
        other = now_like.looks_like
        if other is not None and other != face.looks_like and face.problem is None:
            alike.setdefault(other, []).append(now_like)
        else:
            outcomes.append(await enrol.store(session, whom, face, now))
    unsure = [
        await enrol.ask_who(session, whom, like, now=now, expires_at=expires_at) for like in alike.values()
    ]
    return Allowed(tuple(outcomes), tuple(unsure))


async def refuse(session: AsyncSession, settings: Settings, asked: Open, user: User, now: float) -> list[str]:
    """They do not: what is kept of them in this chat is deleted; the crops to delete. Raises NotTheirs.

    A person of the gallery goes as well where the asker has said that it is them.
    """
    question = asked.question
    if not question.subject.is_meant(user):
        raise NotTheirs(question.subject.name)
    crops = await withdraw(session, user, question.chat_id)
    crops += await deletion.remove_people(session, await _people_of(session, question, user))
    await consent.remember_refusal(session, settings, question.chat_id, user.id, now)
    if user.username:
        await consent.remember_username(session, settings, question.chat_id, user.username, now)
    return crops


async def lookalikes(session: AsyncSession, chat_id: int, faces: Sequence[FoundFace]) -> list[str]:
    """The people whom faces surely look like and who are no Telegram user's, so far as the chat knows."""
    ids = sorted({face.looks_like for face in faces if face.looks_like is not None})
    found = [await links.get(session, chat_id, person_id) for person_id in ids]
    return [person.name for person in found if person is not None and person.user_id is None]


async def enrol_user(
    session: AsyncSession, settings: Settings, question: Question, *, mention: bool | None, now: float
) -> str:
    """A Telegram user agreed, by an act of their own: they are a person of this chat; how they are called.

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


async def _person(session: AsyncSession, question: Question) -> LinkRow | None:
    """Who the user is here already, or becomes. Raises NameTaken."""
    user_id = question.subject.user_id
    linked = await links.of_user(session, question.chat_id, user_id) if user_id is not None else None
    return linked or await _unlinked(session, question)


async def _unlinked(session: AsyncSession, question: Question) -> LinkRow | None:
    """The person who becomes the user's: whom the asker confirmed, or whom they enrolled of themselves."""
    confirmed = await _confirmed(session, question)
    if confirmed is not None:
        return confirmed
    named = await links.find(session, question.chat_id, question.subject.name)
    if named is None:
        return None
    is_self = question.subject.user_id == question.by == named.created_by
    if named.user_id is None and is_self:
        return named
    raise NameTaken(named.id, named.name)


async def _confirmed(session: AsyncSession, question: Question) -> LinkRow | None:
    """Whom the asker said the user is, if they are still there and nobody's."""
    person_id = question.subject.person_id
    person = await links.get(session, question.chat_id, person_id) if person_id is not None else None
    return person if person is not None and person.user_id is None else None


async def _people_of(session: AsyncSession, question: Question, user: User) -> list[int]:
    linked = await links.of_user(session, question.chat_id, user.id)
    confirmed = await _confirmed(session, question)
    return [person.id for person in (linked, confirmed) if person is not None]
