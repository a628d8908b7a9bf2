"""The faces of a photo get their names: the gallery's candidates, what was denied, and the rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.identity import CANDIDATES, UNKNOWN, Identity, is_denied, name_faces
from bot.usecases.ports import Ports
from bot.usecases.seen import SeenFace, same_face, up_to_date
from ml.protocol import Analysis, Box, Description, IdentityThresholds, Strictness
from storage import negatives, people
from storage.chats import ChatRow
from storage.gallery import Candidate
from storage.negatives import Denial


class Look(msgspec.Struct, frozen=True):
    """A photo that the networks looked at: in which chat, how strict it is, and what they found.

    `source`: the photo's file_unique_id.
    """

    chat_id: int
    strictness: str
    source: str
    analysis: Analysis


class Found(msgspec.Struct, frozen=True):
    """What naming the faces of a photo takes: their boxes and candidates, and the chat's names by ids.

    `denials`: whom the faces are known not to be, pairs of a face's index and a person's id. `thresholds` are
    None without an embedder.
    """

    boxes: tuple[Box, ...]
    candidates: list[list[Candidate]]
    denials: frozenset[tuple[int, int]]
    thresholds: IdentityThresholds | None
    names: dict[int, str]


class Before(msgspec.Struct, frozen=True):
    """What an earlier answer said of its faces; `is_settled`: so long ago that nobody is asked any more."""

    faces: tuple[SeenFace, ...]
    is_settled: bool


def look_at(chat_id: int, chat: ChatRow | None, source: str, analysis: Analysis) -> Look:
    """A photo that was looked at in a chat, which may never have written before."""
    return Look(chat_id, chat.strictness if chat else "normal", source, analysis)


async def named(session: AsyncSession, ports: Ports, look: Look, known: Description) -> tuple[SeenFace, ...]:
    """The faces of a photo, in the order in which they were found."""
    return _called(await _find(session, ports, look, known), told={})


async def named_again(
    session: AsyncSession, ports: Ports, look: Look, known: Description, before: Before
) -> tuple[SeenFace, ...]:
    """The faces of an earlier answer, in their order, as they would be named now.

    What a person told stays, as long as whom they named is there. A face that is not found again stays as it
    was said to be, but for a name that nobody has any more.

    What was settled long ago becomes no question: a sure name stays, also where the face would only be a
    maybe by now, or nobody. It goes where the gallery contradicts: the person is gone, the face was denied to
    be them, it is now surely somebody else, or another face of the photo is now surely them.
    """
    names = await people.names(session, look.chat_id)
    kept = [up_to_date(face, names) for face in before.faces]
    found = await _find(session, ports, look, known)
    places = [same_face(face.box, found.boxes) for face in kept]
    said = {place: face for place, face in zip(places, kept, strict=True) if place is not None}
    told = {place: face.person_id for place, face in said.items() if face.told and face.person_id is not None}
    now = _called(found, told)
    settled = settled_still(said, now, found.denials) if before.is_settled else {}
    if settled:
        now = _called(found, told | settled)
    return tuple(
        face
        if place is None or place in settled or face.told or face.dismissed
        else msgspec.structs.replace(now[place], box=face.box)
        for face, place in zip(kept, places, strict=True)
    )


def settled_still(
    said: Mapping[int, SeenFace], now: Sequence[SeenFace], denials: Collection[tuple[int, int]]
) -> dict[int, int]:
    """The sure names of an old answer that the gallery does not contradict: people by their faces' indices.

    `said`: what was said of the faces that are found again, `now`: what would be said, both by index;
    `denials`: pairs of an index and the id of a person who it is known not to be.
    """
    elsewhere = {face.person_id: place for place, face in enumerate(now) if face.tone == "sure"}
    return {
        place: face.person_id
        for place, face in said.items()
        if face.tone == "sure"
        and not face.told
        and face.person_id is not None
        and (place, face.person_id) not in denials
        and now[place].tone != "sure"
        and elsewhere.get(face.person_id, place) == place
    }


def denials_of(faces: Sequence[Box], denied: Sequence[Denial]) -> set[tuple[int, int]]:
    """Whom the faces of a photo are known not to be: pairs of a face's index and a person's id."""
    pairs = ((same_face(Box(*denial.box), faces), denial.person_id) for denial in denied)
    return {(index, person_id) for index, person_id in pairs if index is not None}


async def _find(session: AsyncSession, ports: Ports, look: Look, known: Description) -> Found:
    """Whom the faces of a photo resemble, and whom they are known not to be."""
    boxes = tuple(face.box for face in look.analysis.faces or ())
    candidates = await _candidates(session, ports, look, known)
    denials = denials_of(boxes, await negatives.of_photo(session, look.chat_id, look.source))
    thresholds = known.embedder.thresholds_for(cast(Strictness, look.strictness)) if known.embedder else None
    if thresholds is not None:
        pairs = ((face, person) for face, nearest in enumerate(candidates) for person in nearest)
        denials |= {(face, person.person_id) for face, person in pairs if is_denied(person, thresholds)}
    names = await people.names(session, look.chat_id)
    return Found(boxes, candidates, frozenset(denials), thresholds, names)


def _called(found: Found, told: Mapping[int, int]) -> tuple[SeenFace, ...]:
    """The faces with their names; `told`: who some of them are, by their indices, who is then no other."""
    identities: Sequence[Identity] = [UNKNOWN] * len(found.boxes)
    if found.thresholds is not None:
        denials = found.denials | _taken(len(found.boxes), told)
        identities = name_faces(found.candidates, found.thresholds, denials)
    return tuple(
        SeenFace(
            box=box,
            tone=identity.band,
            person_id=identity.person_id,
            name=found.names.get(identity.person_id) if identity.person_id is not None else None,
            similarity=identity.similarity,
            nearest=tuple(candidate.person_id for candidate in nearest),
        )
        for box, identity, nearest in zip(found.boxes, identities, found.candidates, strict=True)
    )


async def _candidates(
    session: AsyncSession, ports: Ports, look: Look, known: Description
) -> list[list[Candidate]]:
    """The people nearest to each face; nobody where there is no embedder, or it is not the photo's."""
    faces = look.analysis.faces or ()
    if known.embedder is None or look.analysis.embedder != known.embedder.id:
        return [[] for _ in faces]
    vectors = [face.embedding for face in faces]
    model, metric = known.embedder.id, known.embedder.metric
    return await ports.gallery.nearest(session, look.chat_id, model, metric, vectors, k=CANDIDATES)


def _taken(count: int, told: Mapping[int, int]) -> set[tuple[int, int]]:
    """Nobody is in a photo twice: who is known to be one face is none of the others."""
    return {(face, person) for index, person in told.items() for face in range(count) if face != index}
