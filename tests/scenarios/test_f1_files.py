"""F1: whatever file is sent gets an answer, or one sentence that says what to do; nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenarios.talking import Person, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.pictures import Picture


def too_large_for_telegram() -> Picture:
    return "scan.tiff", bytes(21 * 2**20)


UNUSABLE: list[tuple[Callable[[], Picture], str]] = [
    (pictures.pdf_named_jpg, "cannot read this kind of picture"),
    (pictures.truncated, "damaged"),
    (pictures.huge_png, "900 megapixels"),
    (too_large_for_telegram, "20 MB at most"),
]
OTHER_KINDS = {
    "sticker": "stickers",
    "voice": "listen",
    "video": "videos",
    "video_note": "video messages",
    "animation": "animations",
}


@pytest.mark.parametrize(("make", "words"), UNUSABLE, ids=lambda value: getattr(value, "__name__", ""))
async def test_a_file_that_is_no_use_gets_one_sentence_and_leaves_nothing(
    ann: Person, glance: Glance, make: Callable[[], Picture], words: str
) -> None:
    worker, spooled = glance.worker_pid(), set(glance.spooled())
    file = await ann.sends_file(make())
    ((answer,),) = await ann.answers_to(file)
    assert words in answer
    assert len(answer) < 200
    assert glance.worker_pid() == worker
    assert set(glance.spooled()) <= spooled
    assert "Traceback" not in glance.log


@pytest.mark.parametrize(("kind", "words"), OTHER_KINDS.items())
async def test_what_is_no_photo_is_told_so(ann: Person, kind: str, words: str) -> None:
    sent = await ann.sends_kind(kind, ("file.bin", b"anything"))
    ((answer,),) = await ann.answers_to(sent)
    assert words in answer


async def test_a_heic_file_is_looked_at(ann: Person) -> None:
    await ann.sends_file(pictures.heic_cat())
    await ann.hears("cat", "%")


async def test_enrolling_from_a_photo_without_a_face_says_what_to_send(ann: Person) -> None:
    await ann.shows(pictures.coffee(), "/enroll Eileen")
    await ann.hears("no face", "send one")


async def test_a_face_of_twelve_pixels_is_not_enrolled(ann: Person) -> None:
    photo = await ann.shows(pictures.far_away(12), "/enroll Eileen")
    ((answer,),) = await ann.answers_to(photo)
    assert "no face" in answer or "too small" in answer


async def test_a_small_face_is_refused_with_the_reason(ann: Person) -> None:
    photo = await ann.shows(pictures.far_away(28), "/enroll Eileen")
    ((answer,),) = await ann.answers_to(photo)
    assert "too small" in answer


async def test_thirty_faces_can_be_chosen_from(ann: Person, glance: Glance) -> None:
    spooled = set(glance.spooled())
    photo = await ann.shows(pictures.crowd(10, 3), "/enroll Eileen")
    ((answer,),) = await ann.answers_to(photo)
    assert "Which of them is Eileen?" in answer
    assert set(glance.spooled()) <= spooled


async def test_sixty_faces_are_all_answered_for(ann: Person) -> None:
    await ann.shows(pictures.crowd(10, 6))
    answer = text_of(await ann.hears("I see", "people I don't know"))
    assert int(answer.split()[2]) > 50


async def test_a_picture_too_long_for_a_photo_comes_back_as_a_file(ann: Person) -> None:
    await ann.sends_file(pictures.portrait_on_a_long_strip())
    answer = await ann.hears("someone")
    assert "document" in answer


async def test_answered_photos_leave_nothing_in_the_spool(ann: Person, glance: Glance) -> None:
    spooled = set(glance.spooled())
    photos = [await ann.shows(picture) for picture in (pictures.cat(), pictures.portrait())]
    assert all(len(answers) == 1 for answers in await ann.answers_to(*photos))
    assert set(glance.spooled()) <= spooled
