"""The faces of a photo get their names: the gallery's candidates, what was denied, and the rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.identity import CANDIDATES, UNKNOWN, Identity, name_faces
from bot.usecases.ports import Ports
from bot.usecases.seen import SeenFace, same_face, unknown
from ml.protocol import Analysis, Box, Description, Strictness
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


def look_at(chat_id: int, chat: ChatRow | None, source: str, analysis: Analysis) -> Look:
    """A photo that was looked at in a chat, which may never have written before."""
    return Look(chat_id, chat.strictness if chat else "normal", source, analysis)


async def named(session: AsyncSession, ports: Ports, look: Look, known: Description) -> tuple[SeenFace, ...]:
    """The faces of a photo, in the order in which they were found."""
    return await _named(session, ports, look, known, told={})


async def named_again(
    session: AsyncSession, ports: Ports, look: Look, known: Description, before: Sequence[SeenFace]
) -> tuple[SeenFace, ...]:
    """The faces of an earlier answer, in their order, as they would be named now.

    What a person told stays, as long as whom they named is there. A face that is not found again stays as it
    was said to be, but for a name that nobody has any more.
    """
    names = await people.names(session, look.chat_id)
    kept = [_up_to_date(face, names) for face in before]
    boxes = [face.box for face in look.analysis.faces or ()]
    found = [same_face(face.box, boxes) for face in kept]
    told = {
        index: face.person_id
        for index, face in zip(found, kept, strict=True)
        if index is not None and face.told and face.person_id is not None
    }
    now = await _named(session, ports, look, known, told)
    return tuple(
        face
        if index is None or face.told or face.dismissed
        else msgspec.structs.replace(now[index], box=face.box)
        for face, index in zip(kept, found, strict=True)
    )


def denials_of(faces: Sequence[Box], denied: Sequence[Denial]) -> set[tuple[int, int]]:
    """Whom the faces of a photo are known not to be: pairs of a face's index and a person's id."""
    pairs = ((same_face(Box(*denial.box), faces), denial.person_id) for denial in denied)
    return {(index, person_id) for index, person_id in pairs if index is not None}


def _up_to_date(face: SeenFace, names: dict[int, str]) -> SeenFace:
    if face.person_id is None:
        return face
    name = names.get(face.person_id)
    return unknown(face) if name is None else msgspec.structs.replace(face, name=name)


async def _named(
    session: AsyncSession, ports: Ports, look: Look, known: Description, told: dict[int, int]
) -> tuple[SeenFace, ...]:
    boxes = [face.box for face in look.analysis.faces or ()]
    candidates = await _candidates(session, ports, look, known)
    identities: Sequence[Identity] = [UNKNOWN] * len(boxes)
    if known.embedder is not None:
        denied = denials_of(boxes, await negatives.of_photo(session, look.chat_id, look.source))
        thresholds = known.embedder.thresholds_for(cast(Strictness, look.strictness))
        identities = name_faces(candidates, thresholds, denied | _taken(len(boxes), told))
    names = await people.names(session, look.chat_id)
    return tuple(
        SeenFace(
            box=box,
            tone=identity.band,
            person_id=identity.person_id,
            name=names.get(identity.person_id) if identity.person_id is not None else None,
            similarity=identity.similarity,
            nearest=tuple(candidate.person_id for candidate in nearest),
        )
        for box, identity, nearest in zip(boxes, identities, candidates, strict=True)
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


def _taken(count: int, told: dict[int, int]) -> set[tuple[int, int]]:
    """Nobody is in a photo twice: whom a person told to be one face is none of the others."""
    return {(face, person) for index, person in told.items() for face in range(count) if face != index}
