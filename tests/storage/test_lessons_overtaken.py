"""Who a face is said to be changes while it is learnt: the lesson is of whoever it is by now."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import learn
from bot.usecases.enrol import FoundFace, Whom
from bot.usecases.learn import Lesson
from bot.usecases.seen import SeenFace
from ml.protocol import Box, Quality
from storage import merging, people
from tests.storage.rows import CHAT, NOW, faces_of, vector

HERE = Box(0, 0, 9, 9)
LESSON = Lesson(
    "m",
    {},
    FoundFace(
        crop="a" * 64,
        box=HERE,
        landmarks=((1.0, 2.0),),
        quality=Quality(score=0.9, size_px=80, sharpness=100, yaw=0, confidence=0.9),
        model="m",
        source="photo",
        embedding=base64.b64encode(vector(1, 0)).decode(),
    ),
)


async def take_in(session: AsyncSession, person_id: int | None, *, told: bool = True) -> None:
    """Learn that a face is Alice, of which the answer by now says that it is somebody."""
    said = SeenFace(box=HERE, tone="sure", person_id=person_id, name="Alice", told=told)
    assert await learn.take_in(session, LESSON, said, Whom(CHAT, "Alice", by=1), NOW) is None


async def enrolled(session: AsyncSession, *person_ids: int) -> list[int]:
    return [len(await faces_of(session, person_id)) for person_id in person_ids]


async def names(session: AsyncSession) -> Sequence[str]:
    return sorted((await people.names(session, CHAT)).values())


async def test_who_was_renamed_meanwhile_is_learnt_under_their_name(
    session: AsyncSession, alice: int
) -> None:
    await people.rename(session, alice, "Alicia")
    await take_in(session, alice)
    assert (await enrolled(session, alice), await names(session)) == ([1], ["Alicia"])


async def test_who_was_merged_meanwhile_is_learnt_as_who_they_are(session: AsyncSession, alice: int) -> None:
    bea = await people.add(session, CHAT, "Bea", by=1, now=NOW)
    await merging.merge(session, alice, bea, NOW)
    await take_in(session, bea)
    assert (await enrolled(session, bea), await names(session)) == ([1], ["Bea"])


@pytest.mark.parametrize("told", [True, False])
async def test_what_nobody_says_any_more_is_not_learnt(session: AsyncSession, alice: int, told: bool) -> None:
    await take_in(session, None if told else alice, told=told)
    assert await enrolled(session, alice) == [0]
