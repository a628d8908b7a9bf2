"""What follows from an answer: Allow, No, and `/enroll me`."""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from bot.usecases import consent, enrol
from bot.usecases.asking.values import Allowed, NotTheirs, Open, Question, User
from bot.usecases.asking.waiting import withdraw
from bot.usecases.enrol import Whom
from storage import deletion, links, pending, people
from storage.errors import NameTaken


async def allow(
    session: AsyncSession, settings: Settings, asked: Open, user: User, *, mention: bool, now: float
) -> Allowed:
    """They agree: they are a person here, linked to them, and the faces that waited are enrolled.

    Raises NotTheirs, NameTaken, OtherModel.
    """
    question = asked.question
    if not question.subject.is_meant(user):
        raise NotTheirs(question.subject.name)
    await pending.remove(session, asked.id)
    whoever = Question(
        question.chat_id, msgspec.structs.replace(question.subject, user_id=user.id), question.by
    )
    person_id, name = await enrol_user(session, settings, whoever, mention=mention, now=now)
    whom = Whom(question.chat_id, name, question.by)
    outcomes = [await enrol.store(session, whom, face, now) for face in asked.faces]
    gathers = asked.gathers_until > now
    if gathers:
        await enrol.await_photos(session, whom, now=now, lasts_s=asked.gathers_until - now)
    return Allowed(person_id, name, tuple(outcomes), gathers)


async def refuse(session: AsyncSession, settings: Settings, asked: Open, user: User, now: float) -> list[str]:
    """They do not: what is kept of them in this chat is deleted; the crops to delete. Raises NotTheirs.

    A person whom the asker enrolled under that name before goes as well: the asker says who that is.
    """
    question = asked.question
    if not question.subject.is_meant(user):
        raise NotTheirs(question.subject.name)
    crops = await withdraw(session, user, question.chat_id)
    crops += await deletion.remove_people(session, await _people_of(session, question, user))
    await consent.remember_refusal(session, settings, question.chat_id, user.id, now)
    return crops


async def enrol_user(
    session: AsyncSession, settings: Settings, question: Question, *, mention: bool | None, now: float
) -> tuple[int, str]:
    """A Telegram user agreed, by an act of their own: they are a person of this chat; its id and name.

    Who is a person here already stays that one. An earlier No is lifted. `mention`: whether
    they may be mentioned, None to leave that as it is. Raises NameTaken.
    """
    subject, chat_id = question.subject, question.chat_id
    assert subject.user_id is not None, "who agreed is known"
    person = await links.of_user(session, chat_id, subject.user_id)
    if person is None:
        person = await links.find(session, chat_id, subject.name)
        if person is not None and (person.user_id is not None or person.created_by != question.by):
            raise NameTaken(person.id, person.name)
    if person is None:
        person_id, name = await people.add(session, chat_id, subject.name, question.by, now), subject.name
    else:
        person_id, name = person.id, person.name
    await links.link(session, person_id, subject.user_id, mention=mention)
    await consent.record_allowed(session, person_id, subject.user_id, now)
    await consent.lift_refusal(session, settings, chat_id, subject.user_id)
    return person_id, name


async def _people_of(session: AsyncSession, question: Question, user: User) -> list[int]:
    linked = await links.of_user(session, question.chat_id, user.id)
    named = await links.find(session, question.chat_id, question.subject.name)
    is_theirs = named is not None and named.user_id is None and named.created_by == question.by
    return [person.id for person in (linked, named if is_theirs else None) if person is not None]
