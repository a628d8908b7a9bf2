"""Faces that nobody enrolled: remembered for a while, only as long as they are nobody, and of one chat."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from storage import answers, chats, strangers
from storage.answers import NewAnswer
from storage.files import files_in_use
from storage.strangers import NewStranger
from tests.storage.rows import CHAT, NOW

FACE = NewStranger(
    face=0,
    crop="crop",
    box=(0, 0, 9, 9),
    landmarks=((1, 2),),
    quality={"score": 0.9},
    source="photo",
    model="m",
    vector=b"vector",
)
ANSWER = NewAnswer(CHAT, 1, 10, "photo", "file", "models", 3, {"faces": [{"person_id": None}] * 2})
LATER = NOW + 60


async def remembered(session: AsyncSession, *faces: NewStranger, until: float = LATER) -> int:
    answer_id = await answers.store(session, ANSWER, NOW)
    await strangers.add(session, CHAT, answer_id, faces, until)
    return answer_id


async def crops(session: AsyncSession, now: float = NOW) -> list[str]:
    return [row.crop for row in await strangers.recent(session, CHAT, "m", now, 100)]


async def test_faces_are_remembered_as_they_were_until_their_time_is_over(session: AsyncSession) -> None:
    await remembered(session, FACE)
    (row,) = await strangers.recent(session, CHAT, "m", NOW, 100)
    assert (row.crop, row.box, row.landmarks, row.vector) == ("crop", (0, 0, 9, 9), ((1, 2),), b"vector")
    assert await crops(session, LATER) == []
    assert await strangers.purge_expired(session, LATER) == ["crop"]
    assert await strangers.count(session, CHAT, NOW) == 0


async def test_a_photo_that_is_sent_again_is_no_second_sighting(session: AsyncSession) -> None:
    await remembered(session, FACE)
    await remembered(session, replace(FACE, crop="again"))
    assert await crops(session) == ["again"]


async def test_who_has_a_name_by_now_or_is_nobody_is_no_stranger(session: AsyncSession) -> None:
    answer_id = await remembered(session, FACE, replace(FACE, face=1, crop="second"))
    await answers.change(session, answer_id, {"faces": [{"person_id": 7}, {"person_id": None}]}, "m", 4)
    assert await crops(session) == ["second"]
    dismissed = {"faces": [{"person_id": 7}, {"person_id": None, "dismissed": True}]}
    await answers.change(session, answer_id, dismissed, "m", 5)
    assert await crops(session) == []


async def test_another_models_faces_are_not_offered(session: AsyncSession) -> None:
    await remembered(session, replace(FACE, model="older"))
    assert await crops(session) == []


async def test_faces_are_taken_by_their_own_chat_alone(session: AsyncSession) -> None:
    await chats.seen(session, -200, "group", "Others", NOW)
    await remembered(session, FACE)
    (row,) = await strangers.recent(session, CHAT, "m", NOW, 100)
    assert await strangers.get(session, -200, [row.id], NOW) == []
    assert await strangers.take(session, -200, [row.id]) == []
    assert [face.id for face in await strangers.get(session, CHAT, [row.id], NOW)] == [row.id]
    assert await strangers.take(session, CHAT, [row.id]) == ["crop"]


async def test_a_taken_faces_id_never_means_another(session: AsyncSession) -> None:
    await remembered(session, FACE)
    (row,) = await strangers.recent(session, CHAT, "m", NOW, 100)
    await strangers.clear(session, CHAT)
    await remembered(session, replace(FACE, crop="another"))
    assert await strangers.get(session, CHAT, [row.id], NOW) == []


async def test_a_remembered_crop_is_in_use_until_it_is_cleared(session: AsyncSession) -> None:
    await remembered(session, FACE)
    assert await files_in_use(session, ["crop"]) == {"crop"}
    assert await strangers.clear(session, CHAT) == ["crop"]
    assert await files_in_use(session, ["crop"]) == set()
