"""What /mydata gathers of faces that wait: those of whoever asks, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import my_data
from bot.usecases.asking import User
from bot.usecases.consent import ASKED, ASKED_PICK
from storage import pending
from storage.pending import NewPending
from tests.storage.rows import CHAT, NOW

ANN, DAVE = 1, 7


async def wait(session: AsyncSession, kind: str, *crops: str) -> None:
    """Faces that Ann showed, and that wait for Dave or for her own word."""
    data = {"subject": {"name": "Dave", "user_id": DAVE}}
    await pending.put(session, NewPending(CHAT, ANN, kind, data, NOW + 60, crops), NOW)


async def test_a_face_that_waits_for_their_yes_is_theirs_to_see(session: AsyncSession) -> None:
    await wait(session, ASKED, "dave")
    collected = await my_data.gather(session, User(DAVE))
    assert list(collected.crops.values()) == ["dave"]


async def test_faces_of_which_one_is_to_be_picked_are_counted_and_not_shown(session: AsyncSession) -> None:
    await wait(session, ASKED_PICK, "dave", "ben")
    collected = await my_data.gather(session, User(DAVE))
    assert list(collected.crops) == []
    assert [row["faces"] for row in collected.data["waiting"]] == [2]


@pytest.mark.parametrize("kind", [ASKED, ASKED_PICK])
async def test_faces_that_wait_for_somebody_else_are_not_mentioned(session: AsyncSession, kind: str) -> None:
    await wait(session, kind, "dave")
    collected = await my_data.gather(session, User(ANN))
    assert (list(collected.crops), collected.data["waiting"]) == ([], [])
