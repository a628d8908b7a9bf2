"""An enrolment that gathers photos: "send me photos of Alice", until /done.

It is one row of `pending` in the chat whose gallery is taught. A bot in privacy mode sees no photos in a
group, so that the row has a token: whoever began it can follow it as a deep link to their private chat, and
send the photos there.
"""

from __future__ import annotations

import secrets

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import consent
from bot.usecases.enrol.values import ALBUM, CONFLICT, GATHER, PICK, Whom, kept_whom, whom_data
from bot.usecases.labels.gathering import ASKING as TEACH
from bot.usecases.labels.gathering import GATHER as LABELS
from storage import access, chats, pending, people, questions
from storage.pending import NewPending, PendingRow

TOKEN_BYTES = 16  # 22 characters; with the prefix well within the 64 of a deep link's parameter
# What tells these deep links from invitations.
LINK_PREFIX = "enroll-"


class Gathering(msgspec.Struct, frozen=True):
    """An enrolment under way; `title` is the group's that is taught from a private chat, else empty."""

    id: int
    whom: Whom
    title: str = ""


class LinkOver(Exception):
    """The deep link leads to an enrolment that is finished, cancelled or over."""


class NotYourLink(Exception):
    """The deep link is for whoever asked for it."""


async def await_photos(session: AsyncSession, whom: Whom, *, now: float, lasts_s: float) -> str:
    """From now on this person's photos in this chat are photos of somebody; replaces what was begun.

    Returns the parameter of a deep link that lets them send the photos in their private chat.
    """
    for row in await _in_place(session, whom.chat_id, whom.by, now):
        await pending.remove(session, row.id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    data = {**whom_data(whom), "token": token}
    await pending.put(session, NewPending(whom.chat_id, whom.by, GATHER, data, now + lasts_s), now)
    return LINK_PREFIX + token


async def linked(session: AsyncSession, parameter: str, user_id: int, now: float) -> Gathering:
    """The enrolment that a deep link leads to. Raises LinkOver, NotYourLink."""
    row = await pending.with_token(session, parameter.removeprefix(LINK_PREFIX), now)
    if row is None:
        raise LinkOver
    if row.user_id != user_id:
        raise NotYourLink
    gathering = await gathering_of(session, row, user_id)
    if gathering is None:
        raise LinkOver
    return gathering


async def go_private(session: AsyncSession, gathering: Gathering, now: float) -> None:
    """From now on the photos in the private chat of whoever began it are for it; ends what was begun there.

    Raises LinkOver.
    """
    row = await pending.get(session, gathering.id, now)
    if row is None:
        raise LinkOver
    user_id = gathering.whom.by
    for other in await _in_place(session, user_id, user_id, now):
        if other.id != row.id:
            await pending.remove(session, other.id)
    await pending.change(session, row.id, {**row.data, "privately": True}, row.files)


async def under_way(session: AsyncSession, place: int, user_id: int, now: float) -> Gathering | None:
    """The enrolment that a person's photos in a chat (`place`) are for."""
    rows = await _in_place(session, place, user_id, now)
    return await gathering_of(session, rows[0], place) if rows else None


async def still_for(session: AsyncSession, gathering_id: int, now: float) -> Whom | None:
    """For whom an enrolment gathers photos by now; None where it is over."""
    row = await pending.get(session, gathering_id, now)
    return await _whom(session, row) if row is not None else None


async def finish(session: AsyncSession, place: int, user_id: int, now: float) -> Gathering | None:
    """End the enrolment that gathers photos in a chat, and return it."""
    gathering = await under_way(session, place, user_id, now)
    if gathering is not None:
        await pending.remove(session, gathering.id)
    return gathering


async def has_questions(session: AsyncSession, gathering: Gathering, now: float) -> bool:
    """Whether faces of whom an enrolment is about wait for its beginner to say which one it is, or who."""
    whom = gathering.whom
    rows = await pending.all_of(session, whom.by, (PICK, CONFLICT), now)
    key = people.name_key(whom.name)
    return any(row.chat_id == whom.chat_id and people.name_key(row.data["name"]) == key for row in rows)


async def is_guest(session: AsyncSession, user_id: int, parameter: str | None, now: float) -> bool:
    """Whether a person's private messages are for a group that was let in, by an enrolment or its link."""
    token = (parameter or "").removeprefix(LINK_PREFIX)
    rows = await pending.all_of(session, user_id, (GATHER, ALBUM, PICK, CONFLICT), now)
    chat_ids = [row.chat_id for row in rows if row.data.get("privately") or row.data.get("token") == token]
    return bool(chat_ids) and await access.granted(session, chat_ids)


async def drop_everything(session: AsyncSession, place: int, user_id: int, now: float) -> list[PendingRow]:
    """Forget whatever this person began in a chat; returns it, with the crops to delete.

    What albums were for goes as well, and is not returned: nobody knows of it.
    """
    kinds = (GATHER, ALBUM, PICK, CONFLICT, LABELS, TEACH, questions.KIND, consent.ASKED)
    rows = await _in_place(session, place, user_id, now, kinds)
    removed = [await pending.remove(session, row.id) for row in rows]
    return [row for row in removed if row is not None and row.kind != ALBUM]


async def _in_place(
    session: AsyncSession, place: int, user_id: int, now: float, kinds: tuple[str, ...] = (GATHER,)
) -> list[PendingRow]:
    """What a person began in a chat, or in a group and goes on with in this private chat; latest first."""
    return [row for row in await pending.all_of(session, user_id, kinds, now) if is_in(row, place)]


def is_in(row: PendingRow, place: int) -> bool:
    """Whether something was begun in a chat, or in a group and goes on in this private one."""
    return row.chat_id == place or (row.user_id == place and bool(row.data.get("privately")))


async def gathering_of(session: AsyncSession, row: PendingRow, place: int) -> Gathering | None:
    """The enrolment that a row is; None where whom it names is gone."""
    privately = row.chat_id != place
    chat = await chats.get(session, row.chat_id) if privately else None
    whom = await _whom(session, row)
    if whom is None:
        return None
    return Gathering(row.id, msgspec.structs.replace(whom, privately=privately), chat.title if chat else "")


async def _whom(session: AsyncSession, row: PendingRow) -> Whom | None:
    whom, person_id = kept_whom(row), row.data.get("person")
    if person_id is None:
        return whom
    name = (await people.names(session, row.chat_id)).get(person_id)
    return msgspec.structs.replace(whom, name=name) if name is not None else None
