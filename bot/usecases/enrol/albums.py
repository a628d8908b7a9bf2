"""What an album was sent for, for as long as some of its photos may still come.

It is a row of `pending` like that of photos which are awaited. It names the person as well, once there is
one: whoever is renamed meanwhile is still meant, whoever is forgotten is not.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.enrol.gathering import Gathering, gathering_of, is_in
from bot.usecases.enrol.values import ALBUM, Whom, whom_data
from storage import pending, people
from storage.pending import NewPending

# The rest of an album may come long after its first photos, where the connection is slow.
LATE_S = 10 * 60.0


async def remember_album(session: AsyncSession, album: str, whom: Whom, now: float) -> None:
    """Photos of this album that are still to come are of whom it was sent for; `album` is Telegram's id."""
    data = {**whom_data(whom), "album": album}
    person = await people.find(session, whom.chat_id, whom.name) if whom.asked is None else None
    if person is not None:
        data["person"] = person.id
    await pending.put(session, NewPending(whom.chat_id, whom.by, ALBUM, data, now + LATE_S), now)


async def of_album(session: AsyncSession, place: int, album: str, now: float) -> Gathering | None:
    """The enrolment that the late photos of an album in a chat (`place`) are for; None where it was none."""
    rows = await pending.of_kinds(session, (ALBUM,))
    mine = (row for row in rows if row.data["album"] == album and is_in(row, place) and row.expires_at > now)
    row = next(mine, None)
    return await gathering_of(session, row, place) if row is not None else None


async def forget_albums(session: AsyncSession, chat_id: int, person_id: int) -> None:
    """What is still to come is not of a person any more."""
    for row in await pending.of_kinds(session, (ALBUM,)):
        if row.chat_id == chat_id and row.data.get("person") == person_id:
            await pending.remove(session, row.id)
