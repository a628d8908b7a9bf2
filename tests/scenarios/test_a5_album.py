"""A5: an album is one answer; what of it comes late is folded in, and its photos are remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.correcting import ANDY, ANNA, SOMEONE, photos_of
from tests.scenarios.talking import Person, replied_to, text_of
from tests.support import pictures
from tests.support.sandbox import Json, Upload

pytestmark = pytest.mark.shared


async def comes_late(person: Person, photo: Upload, album: list[Json]) -> Json:
    """Another photo of an album that was answered already, as Telegram delivers it."""
    message = await person.shows(photo, media_group_id=album[0]["media_group_id"])
    assert message["media_group_id"] == album[0]["media_group_id"]
    return message


async def words_of(person: Person, *words: str) -> Json:
    """The message that has the words of an answer to an album."""
    return await person.hears("Photo 1", *words)


async def test_an_album_with_faces_has_one_answer_with_buttons_below(ann: Person, shared: Path) -> None:
    await ann.shows_album(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0])
    answer = await words_of(ann, "Photo 2")
    assert text_of(answer).count(SOMEONE) == 2
    assert "reply_markup" in answer


async def test_a_late_photo_is_folded_into_the_answer(ann: Person) -> None:
    album = await ann.shows_album(pictures.cat(), pictures.coffee())
    answer = await words_of(ann, "Photo 2")
    await comes_late(ann, pictures.rocket(), album)
    edited = await words_of(ann, "Photo 3")
    assert edited["message_id"] == answer["message_id"]
    assert text_of(edited).startswith(text_of(answer))


async def test_a_late_face_comes_as_a_picture_in_reply_to_its_photo(ann: Person, shared: Path) -> None:
    album = await ann.shows_album(pictures.cat(), pictures.coffee())
    await words_of(ann, "Photo 2")
    late = await comes_late(ann, photos_of(shared, ANDY)[0], album)
    edited = await words_of(ann, "Photo 3", SOMEONE)
    history = await ann.sandbox.history(ann.chat_id)
    shown = [message for message in history if replied_to(message) == late["message_id"]]
    assert ["photo" in message for message in shown] == [True]
    assert "reply_markup" in edited


async def test_a_photo_of_an_album_is_answered_from_memory_later(ann: Person, shared: Path) -> None:
    album = await ann.shows_album(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0])
    await words_of(ann, "Photo 2")
    await ann.forwards(album[1])
    again = await ann.hears("I see")
    traffic = await ann.sandbox.traffic(method="sendPhoto")
    (sent,) = [call["parameters"] for call in traffic if call["chat_id"] == ann.chat_id]
    assert "photo" in again and isinstance(sent["photo"], str), "by its file_id, and not uploaded"


async def test_a_face_of_an_album_is_corrected_by_photo_and_number(ann: Person, shared: Path) -> None:
    await ann.shows_album(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0])
    answer = await words_of(ann, "Photo 2")
    await ann.says("2.1 is Carol", reply_to=answer["message_id"])
    edited = await words_of(ann, "Carol")
    assert text_of(edited).split("Photo 2")[1].startswith("\nI see Carol")


async def test_a_reply_to_one_picture_of_an_album_means_that_photo(ann: Person, shared: Path) -> None:
    await ann.shows_album(photos_of(shared, ANDY)[0], photos_of(shared, ANNA)[0])
    await words_of(ann, "Photo 2")
    history = await ann.sandbox.history(ann.chat_id)
    pictures_of_ours = [message for message in history if message["from"]["is_bot"] and "photo" in message]
    await ann.says("Carol", reply_to=pictures_of_ours[1]["message_id"])
    edited = await words_of(ann, "Carol")
    assert "Carol" in text_of(edited).split("Photo 2")[1]
