"""/forgetme: everything of a Telegram user is deleted, in every chat."""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import enrol, refresh
from bot.usecases.subjects import User
from storage import deletion, holdings, inbox, people, replies
from storage.retiring import Named
from storage.unlearning import Taught, taught_with


class Going(msgspec.Struct, frozen=True):
    """What will be deleted: name, chat and faces of whom the user is; and the people of their own gallery.

    `photos`: labelled ones that they sent or are in; `models`: what learnt from such, in other chats than
    their own.
    """

    people: tuple[tuple[str, str, int], ...]
    own_people: int
    photos: int
    models: tuple[Named, ...]


class Gone(msgspec.Struct, frozen=True):
    """What was deleted: the files that are to follow, and the models in other chats than the user's own."""

    files: list[str]
    models: tuple[Named, ...]


async def what_goes(session: AsyncSession, user_id: int) -> Going:
    """What /forgetme would delete."""
    known = await holdings.people(session, user_id)
    elsewhere = tuple(
        (person.name, person.chat, person.faces) for person in known if person.chat_id != user_id
    )
    taught = await _taught_with(session, user_id)
    return Going(elsewhere, await people.count(session, user_id), taught.photos, _elsewhere(taught, user_id))


async def forget(session: AsyncSession, user: User, update_id: int, now: float) -> Gone:
    """Delete everything of a user, as an update asks. Our recent messages that name them are edited.

    What they sent before is not answered any more, be it under way. What they refused stays, as a hash that
    nobody can read, so that it goes on being honoured.
    """
    await inbox.withdraw(session, user.id, update_id)
    person_ids = await deletion.people_of(session, user.id)
    for reply_id in await refresh.unname(session, person_ids, now, but_in=user.id):
        # It stays for the others, and is nobody's any more.
        await replies.disown(session, reply_id)
    waiting = await enrol.withdraw(session, user)
    models = _elsewhere(await _taught_with(session, user.id), user.id)
    return Gone([*waiting, *await deletion.remove_user(session, user.id)], models)


async def _taught_with(session: AsyncSession, user_id: int) -> Taught:
    return await taught_with(session, user_id=user_id, person_ids=await deletion.people_of(session, user_id))


def _elsewhere(taught: Taught, user_id: int) -> tuple[Named, ...]:
    """The models of other chats: a private chat goes with all that is its own."""
    return tuple(model for model in taught.models if model.chat_id != user_id)
