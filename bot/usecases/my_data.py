"""/mydata: everything held about a Telegram user, as a zip file that they can read.

Of other people, it has only what the user did themselves: whom they enrolled, by name, and no face. Where
nobody has said yet which face of a photo is the user's, it says how many there are and shows none.
"""

from __future__ import annotations

import asyncio
import base64
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import DAY_S
from bot.usecases import asking
from bot.usecases.consent import ASKED, ASKED_PICK
from bot.usecases.ports import Ports
from bot.usecases.refresh import recognition_of
from storage import answers, consents, holdings
from storage.holdings import Begun, HeldFace, HeldPerson

Json = dict[str, Any]


class Collected(msgspec.Struct, frozen=True):
    """What is held: the text of it, and the photo store's crops by their names in the file."""

    data: Json
    crops: Mapping[str, str]


async def collect(ports: Ports, user: asking.User, readme: str) -> Path:
    """Write the file into the spool and return it; `readme` is plain text. Raises OSError, StorageError."""
    async with ports.database.read() as session:
        collected = await gather(session, user)
    crops = {name: ports.photos.path(crop) for name, crop in collected.crops.items()}
    file = ports.settings.spool_dir.absolute() / f"{uuid.uuid4().hex}.zip"
    await asyncio.to_thread(write, file, readme, collected.data, crops)
    return file


def write(file: Path, readme: str, data: Json, crops: Mapping[str, Path]) -> None:
    """The zip file; a crop that was deleted meanwhile is left out."""
    with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme)
        archive.writestr("data.json", msgspec.json.format(msgspec.json.encode(data), indent=2))
        for name, path in crops.items():
            try:
                archive.write(path, name)
            except FileNotFoundError:
                continue


async def gather(session: AsyncSession, user: asking.User) -> Collected:
    """Everything about a user, in one consistent view of the database."""
    mine = await holdings.people(session, user.id)
    ids = [person.id for person in mine]
    faces = await holdings.faces(session, ids)
    begun = await holdings.begun(session)
    waiting = [row for row in begun if row.kind in (ASKED, ASKED_PICK) and asking.is_about(row.data, user)]
    crops = {f"faces/{face.id}.jpg": face.crop for face in faces}
    theirs = [row for row in waiting if row.kind == ASKED]
    crops |= {f"faces/waiting-{row.id}-{n}.jpg": crop for row in theirs for n, crop in enumerate(row.files)}
    data = {
        "telegram_user": {"id": user.id, "username": user.username},
        "people": await _people(session, mine, faces, user.id),
        "answers": await _answers(session, mine),
        "not_me": await _denials(session, mine, user.id),
        "waiting": [{"until": _time(row.expires_at), "faces": len(row.files)} for row in waiting],
        "acts": await _acts(session, user.id, begun),
    }
    return Collected(data, crops)


async def _people(
    session: AsyncSession, mine: Sequence[HeldPerson], faces: Sequence[HeldFace], user_id: int
) -> list[Json]:
    given = await consents.of_people(session, [person.id for person in mine])
    vectors = await holdings.vectors(session, [person.id for person in mine])
    by_face: dict[int, Json] = {}
    for held in vectors:
        by_face.setdefault(held.face_id, {})[held.model] = _base64(held.vector)
    return [
        {
            **_person(person),
            "may_be_mentioned": person.mention,
            "enrolled_by": _who(person.created_by, user_id),
            "consents": [
                {
                    "kind": consent.kind,
                    "given_by": _who(consent.given_by, user_id),
                    "wording": consent.wording,
                    "at": _time(consent.given_at),
                }
                for consent in given
                if consent.person_id == person.id
            ],
            "faces": [
                {
                    "crop": f"faces/{face.id}.jpg",
                    "box": face.box,
                    "landmarks": face.landmarks,
                    "quality": face.quality,
                    "enrolled_by": _who(face.enrolled_by, user_id),
                    "at": _time(face.enrolled_at),
                    "vectors": by_face.get(face.id, {}),
                }
                for face in faces
                if face.person_id == person.id
            ],
        }
        for person in mine
    ]


async def _answers(session: AsyncSession, mine: Sequence[HeldPerson]) -> list[Json]:
    """What was said about photos they are in; of everybody else in them, nothing."""
    chats = {person.chat_id: person.chat for person in mine}
    ids = {person.id for person in mine}
    return [
        {
            "chat": chats[row.chat_id],
            "message": row.message_id,
            "at": _time(row.created_at),
            "faces": [
                {"box": msgspec.to_builtins(face.box), "named": face.tone, "similarity": face.similarity}
                for face in recognition_of(row).faces or ()
                if face.person_id in ids
            ],
        }
        for row in await answers.naming(session, ids)
    ]


async def _denials(session: AsyncSession, mine: Sequence[HeldPerson], user_id: int) -> list[Json]:
    names = {person.id: person for person in mine}
    return [
        {
            **_person(names[denial.person_id]),
            "box": denial.box,
            "said_by": _who(denial.created_by, user_id),
            "at": _time(denial.created_at),
        }
        for denial in await holdings.denials(session, list(names))
    ]


async def _acts(session: AsyncSession, user_id: int, begun: Sequence[Begun]) -> Json:
    usage = await holdings.usage(session, user_id)
    let_in_at = await holdings.let_in_at(session, user_id)
    return {
        "enrolled": [_person(person) for person in await holdings.enrolled_by(session, user_id)],
        "said_not_to_be_somebody": [_time(at) for at in await holdings.denials_by(session, user_id)],
        "begun": [
            {"kind": row.kind, "until": _time(row.expires_at)} for row in begun if row.user_id == user_id
        ],
        "photos_answered": [
            {"chat": asked.chat, "times": asked.replies}
            for asked in await holdings.asked_for(session, user_id)
        ],
        "photos_by_day": {_time(day * DAY_S)[:10]: photos for day, photos in sorted(usage.items())},
        "let_in_at": _time(let_in_at) if let_in_at is not None else None,
        "open_invitations": await holdings.invitations(session, user_id),
    }


def _person(person: HeldPerson) -> Json:
    return {"name": person.name, "chat": person.chat, "since": _time(person.created_at)}


def _who(user_id: int, asker: int) -> str:
    """Whose doing it was: other people's ids are theirs."""
    return "you" if user_id == asker else "somebody else"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
