"""/mydata: everything held about a Telegram user, as a zip file that they can read.

Of other people, it has only what the user did themselves: whom they enrolled, by name, and no face. Where
nobody has said yet which face of a photo is the user's, it says how many there are and shows none.
"""

from __future__ import annotations

import asyncio
import base64
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import DAY_S
from bot.usecases import correct, enrol, my_teaching
from bot.usecases.consent import ASKED
from bot.usecases.held import Json, time_of, who
from bot.usecases.ports import Ports
from bot.usecases.refresh import recognition_of
from bot.usecases.subjects import User
from storage import answers, consents, holdings, pending
from storage.holdings import HeldFace, HeldPerson
from storage.pending import PendingRow

# A bot may send 50 MB at once (https://core.telegram.org/bots/api#senddocument); pictures hardly shrink.
PART_BYTES = 40 * 2**20


class Collected(msgspec.Struct, frozen=True):
    """What is held: the text of it; crops and labelled photos, as sha256 by their names in the file."""

    data: Json
    crops: Mapping[str, str]
    photos: Mapping[str, str]


async def collect(ports: Ports, user: User, readme: str) -> list[Path]:
    """Write the file into the spool, in parts that can be sent; `readme` is plain text.

    Raises OSError, StorageError.
    """
    async with ports.database.read() as session:
        collected = await gather(session, user)
    files = {name: ports.photos.path(crop) for name, crop in collected.crops.items()}
    files |= {name: ports.labelled.path(photo) for name, photo in collected.photos.items()}
    spool = ports.settings.spool_dir.absolute()
    return await asyncio.to_thread(_write_parts, spool, readme, collected.data, files)


def _write_parts(spool: Path, readme: str, data: Json, pictures: Mapping[str, Path]) -> list[Path]:
    """The zip files, the words in the first; a picture that was deleted meanwhile is left out."""
    written = []
    for number, part in enumerate(parts(pictures, PART_BYTES)):
        file = spool / f"{uuid.uuid4().hex}.zip"
        with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as archive:
            if number == 0:
                archive.writestr("README.txt", readme)
                archive.writestr("data.json", msgspec.json.format(msgspec.json.encode(data), indent=2))
            for name, path in part.items():
                with suppress(FileNotFoundError):
                    archive.write(path, name)
        written.append(file)
    return written


def parts(pictures: Mapping[str, Path], limit: int) -> Iterator[dict[str, Path]]:
    """Pictures in portions of at most `limit` bytes, or of one that is larger; one portion at least."""
    part: dict[str, Path] = {}
    taken = 0
    for name, path in pictures.items():
        size = path.stat().st_size if path.exists() else 0
        if part and taken + size > limit:
            yield part
            part, taken = {}, 0
        part[name] = path
        taken += size
    yield part


async def gather(session: AsyncSession, user: User) -> Collected:
    """Everything about a user, in one consistent view of the database."""
    mine = await holdings.people(session, user.id)
    ids = [person.id for person in mine]
    faces = await holdings.faces(session, ids)
    begun = await pending.everything(session)
    theirs = [row for row in begun if row.kind == ASKED and enrol.is_about(row.data, user)]
    asked = {row.id for row in theirs}
    to_pick = [row for row in begun if row.kind in (enrol.PICK, enrol.CONFLICT) and _asked(row) in asked]
    crops = {f"faces/{face.id}.jpg": face.crop for face in faces}
    crops |= {f"faces/waiting-{row.id}-{n}.jpg": crop for row in theirs for n, crop in enumerate(row.files)}
    removals = [(row, correct.removed_from(row.data, ids)) for row in begun if row.kind == correct.KIND]
    crops |= {f"faces/{face.id}.jpg": face.crop for _, removed in removals for face in removed}
    labelled, photos = await my_teaching.labelled(session, user.id, ids)
    data = {
        "telegram_user": {"id": user.id, "username": user.username},
        "people": await _people(session, mine, faces, user.id),
        "answers": await _answers(session, mine),
        "not_me": await _denials(session, mine, user.id),
        "waiting": [
            {"until": time_of(row.expires_at), "faces": len(row.files)} for row in (*theirs, *to_pick)
        ],
        "taken_away": [
            {
                "until": time_of(row.expires_at),
                "crop": f"faces/{face.id}.jpg",
                "vectors": {model: _base64(vector) for model, vector in face.vectors.items()},
            }
            for row, removed in removals
            for face in removed
        ],
        "labelled": labelled,
        "learnt_from_you": await my_teaching.learnt_from(session, user.id, ids),
        "acts": await _acts(session, user.id, begun) | await my_teaching.acts(session, user.id),
    }
    return Collected(data, crops, photos)


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
            "enrolled_by": who(person.created_by, user_id),
            "consents": [
                {
                    "kind": consent.kind,
                    "given_by": who(consent.given_by, user_id),
                    "wording": consent.wording,
                    "at": time_of(consent.given_at),
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
                    "enrolled_by": who(face.enrolled_by, user_id),
                    "at": time_of(face.enrolled_at),
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
            "at": time_of(row.created_at),
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
            "said_by": who(denial.created_by, user_id),
            "at": time_of(denial.created_at),
        }
        for denial in await holdings.denials(session, list(names))
    ]


async def _acts(session: AsyncSession, user_id: int, begun: Sequence[PendingRow]) -> Json:
    usage = await holdings.usage(session, user_id)
    let_in_at = await holdings.let_in_at(session, user_id)
    return {
        "enrolled": [_person(person) for person in await holdings.enrolled_by(session, user_id)],
        "said_not_to_be_somebody": [time_of(at) for at in await holdings.denials_by(session, user_id)],
        "begun": [
            {"kind": row.kind, "until": time_of(row.expires_at)} for row in begun if row.user_id == user_id
        ],
        "photos_answered": [
            {"chat": asked.chat, "times": asked.replies}
            for asked in await holdings.asked_for(session, user_id)
        ],
        "photos_by_day": {time_of(day * DAY_S)[:10]: photos for day, photos in sorted(usage.items())},
        "let_in_at": time_of(let_in_at) if let_in_at is not None else None,
        "open_invitations": await holdings.invitations(session, user_id),
    }


def _asked(row: PendingRow) -> int | None:
    """The question whose answer the faces wait for that somebody has to pick from."""
    question: int | None = row.data.get("asked")
    return question


def _person(person: HeldPerson) -> Json:
    return {"name": person.name, "chat": person.chat, "since": time_of(person.created_at)}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
