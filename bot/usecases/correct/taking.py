"""What a "no" takes from a person: the face, and what was enrolled of it.

Whoever enrolled a photo may take it from that person again, and that person themself, and admins.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.correct.values import Correction, NotTheirs, Spot
from bot.usecases.roles import Role, may_remove
from bot.usecases.seen import same_face
from ml.protocol import Box
from storage import gallery, links, negatives, people, photo_faces
from storage.negatives import NewNegative


async def take_away(
    session: AsyncSession, at: Spot, correction: Correction, right: int | None = None
) -> None:
    """The face is not whom it was taken for: a "no"; what was enrolled of it goes, or to who is `right`.

    Raises NotTheirs.
    """
    wrong = at.face.person_id
    if wrong is None or wrong not in await people.names(session, at.row.chat_id):
        return
    if await denial(session, at, wrong) is None:
        edges = at.face.box
        box = (edges.left, edges.top, edges.right, edges.bottom)
        await negatives.add(session, NewNegative(wrong, at.source, box), correction.by, correction.now)
    if right is not None and not await gallery.from_photo(session, right, at.source):
        await gallery.give(session, await _enrolled(session, at, wrong, correction), right)
    else:
        await remove_enrolled(session, at, wrong, correction)


async def remove_enrolled(session: AsyncSession, at: Spot, person_id: int, correction: Correction) -> None:
    """What a person has of the photo goes. Raises NotTheirs."""
    await gallery.remove_faces(session, await _enrolled(session, at, person_id, correction))


async def _enrolled(session: AsyncSession, at: Spot, person_id: int, correction: Correction) -> list[int]:
    """What a person has of the photo, for whoever corrects to take from them. Raises NotTheirs."""
    faces = await photo_faces.of_photo(session, at.row.chat_id, at.source)
    theirs = [face for face in faces if face.person_id == person_id]
    if theirs:
        person = await links.get(session, at.row.chat_id, person_id)
        linked_to = person.user_id if person is not None else None
        role: Role = "admin" if correction.is_admin else "member"
        if not all(may_remove(role, correction.by, face.enrolled_by, linked_to) for face in theirs):
            raise NotTheirs(person.name if person is not None else "")
    return [face.id for face in theirs]


async def lift(session: AsyncSession, at: Spot, person_id: int) -> None:
    """The "no" to this face being that person is taken back, if somebody said it."""
    denied = await denial(session, at, person_id)
    if denied is not None:
        await negatives.remove(session, person_id, at.source, denied)


async def denial(session: AsyncSession, at: Spot, person_id: int) -> tuple[float, ...] | None:
    """The box of the "no" to this face being that person; None where nobody said it."""
    denied = await negatives.of_photo(session, at.row.chat_id, at.source)
    boxes = [denial.box for denial in denied if denial.person_id == person_id]
    found = same_face(at.face.box, [Box(*box) for box in boxes])
    return None if found is None else boxes[found]
