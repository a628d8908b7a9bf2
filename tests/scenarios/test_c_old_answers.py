"""C3: an old answer is corrected, and says of everybody else what is known by now."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.settings import DAY_S
from tests.scenarios.correcting import (
    ANDY,
    SOMEONE,
    photos_of,
    side_by_side,
    strangers,
)
from tests.scenarios.talking import Person
from tests.support.glance import Glance

pytestmark = pytest.mark.shared


def grow_old(glance: Glance, chat_id: int) -> None:
    """Make the answers of a chat older than catching up looks back."""
    with closing(sqlite3.connect(glance.data_dir / "glance.db", timeout=10)) as database, database:
        database.execute(
            "UPDATE answers SET created_at = created_at - ? WHERE chat_id = ?", [3 * DAY_S, chat_id]
        )


async def test_correcting_one_face_of_an_old_answer_names_the_others_as_they_are_known_by_now(
    ann: Person, shared: Path, glance: Glance
) -> None:
    await ann.shows(side_by_side(strangers(shared)[0], photos_of(shared, ANDY)[1]))
    answer = await ann.hears(f"{SOMEONE}, {SOMEONE}")
    grow_old(glance, ann.chat_id)
    await ann.enrols("Andy", photos_of(shared, ANDY)[0])
    await ann.says("1 is Carol", reply_to=answer["message_id"])
    edited = await ann.hears("Left to right: Carol, Andy.")
    assert edited["message_id"] == answer["message_id"]


async def test_a_new_name_reaches_an_old_answer_once_it_is_corrected(
    ann: Person, shared: Path, glance: Glance
) -> None:
    await ann.enrols("Andy", photos_of(shared, ANDY)[0])
    await ann.shows(side_by_side(strangers(shared)[0], photos_of(shared, ANDY)[1]))
    answer = await ann.hears(f"{SOMEONE}, Andy")
    grow_old(glance, ann.chat_id)
    await ann.says("/rename Andy -> Andrew")
    await ann.hears("Andrew")
    await ann.says("1 is Carol", reply_to=answer["message_id"])
    await ann.hears("Left to right: Carol, Andrew.")
