"""What would help most, from what the photos so far are like."""

from __future__ import annotations

import pytest

from bot.usecases.progress import READY_PHOTOS, Help, Progress, Variety, progress

VARIED = 0.7
FRONT, SIDE = 0.05, 0.5
DAY, EVENING = 150.0, 90.0


def test_one_photo_from_the_front_asks_for_one_from_the_side() -> None:
    assert progress(1, Variety((FRONT,), (DAY,)), VARIED) == Progress(2, "from_the_side")


def test_one_photo_from_the_side_asks_for_one_from_the_front() -> None:
    assert progress(1, Variety((-SIDE,), (DAY,)), VARIED) == Progress(2, "from_the_front")


def test_different_poses_in_one_light_ask_for_another_light() -> None:
    variety = Variety((FRONT, SIDE), (DAY, DAY + 5), alike=0.6)
    assert progress(2, variety, VARIED) == Progress(1, "other_light")


def test_different_poses_and_lights_ask_for_any_photo() -> None:
    variety = Variety((FRONT, SIDE), (DAY, EVENING), alike=0.6)
    assert progress(2, variety, VARIED) == Progress(1, "any")


@pytest.mark.parametrize("photos", [2, READY_PHOTOS, 7])
def test_photos_of_one_moment_ask_for_another_day_however_many_they_are(photos: int) -> None:
    variety = Variety((FRONT, SIDE), (DAY, EVENING), alike=0.95)
    assert progress(photos, variety, VARIED) == Progress(1, "another_day")


def test_many_photos_in_one_pose_ask_for_another_pose() -> None:
    variety = Variety((FRONT, FRONT, FRONT), (DAY, EVENING, DAY), alike=0.95)
    assert progress(3, variety, VARIED) == Progress(1, "from_the_side")


def test_enough_photos_that_differ_are_ready() -> None:
    assert progress(READY_PHOTOS, Variety((FRONT,), (DAY,), alike=0.6), VARIED).is_ready


def test_photos_whose_light_was_never_measured_ask_for_another_light() -> None:
    helps: Help = progress(2, Variety((FRONT, SIDE), (), alike=0.6), VARIED).help
    assert helps == "other_light"
