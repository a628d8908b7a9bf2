"""When a photo that nobody asked about is worth an answer."""

from __future__ import annotations

import pytest

from bot.usecases.seen import Recognition, SeenFace
from bot.usecases.tagging import is_worth_saying
from ml.protocol import Box, Tone

BOX = Box(0, 0, 9, 9)


def seen(*faces: SeenFace) -> Recognition:
    return Recognition(labels=None, sure=False, faces=faces)


@pytest.mark.parametrize("tone", ["sure", "maybe"])
def test_somebody_named_is_worth_an_answer(tone: Tone) -> None:
    alice = SeenFace(box=BOX, tone=tone, person_id=1, name="Alice")
    assert is_worth_saying([seen(), seen(SeenFace(box=BOX, tone="unknown"), alice)])


def test_strangers_and_photos_without_faces_are_not() -> None:
    unreadable = Recognition(labels=None, sure=False, faces=None)
    assert not is_worth_saying([seen(SeenFace(box=BOX, tone="unknown")), seen(), unreadable])
