"""A1 to A4: a photo is sent, and answered."""

from __future__ import annotations

import os
import re
import signal
from itertools import chain

from tests.scenarios.talking import Person, gather, replied_to, text_of
from tests.support import pictures
from tests.support.glance import Glance

PERCENT = re.compile(r"– \d+%")


async def test_a_photo_is_answered_with_labels_in_plain_words(ann: Person) -> None:
    photo = await ann.shows(pictures.cat())
    answer = await ann.hears("cat")
    labels = [line for line in text_of(answer).splitlines() if PERCENT.search(line)]
    assert replied_to(answer) == photo["message_id"]
    assert 1 <= len(labels) <= 5
    assert not re.search(r"n\d{8}", text_of(answer))


async def test_a_sign_of_life_comes_before_the_answer(ann: Person) -> None:
    await ann.shows(pictures.coffee())
    sign = await ann.sandbox.wait_for_call(
        "sendChatAction", lambda call: bool(call["chat_id"] == ann.chat_id)
    )
    await ann.hears("%")
    (sent,) = [c for c in await ann.sandbox.traffic(method="sendMessage") if c["chat_id"] == ann.chat_id]
    assert sign["seq"] < sent["seq"]


async def test_a_thing_that_nobody_could_name_gets_not_sure(ann: Person) -> None:
    await ann.shows(pictures.fog())
    assert "not sure" in text_of(await ann.hears("%"))


async def test_somebody_elses_start_is_answered_while_a_photo_is_looked_at(
    ann: Person, ben: Person, glance: Glance
) -> None:
    ann, ben = await gather("Friends", ann, ben)
    worker = glance.worker_pid()
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    try:
        photo = await ann.shows(pictures.rocket(), "/who")
        await ben.says("/start")
        await ben.hears("Hello")
        assert await waiting(glance, ann.chat_id) == 1
    finally:
        os.kill(worker, signal.SIGCONT)
    assert replied_to(await ann.hears("%")) == photo["message_id"]


async def test_faces_come_with_the_picture_and_the_names_from_left_to_right(ann: Person) -> None:
    await ann.enrols("Eileen", pictures.portrait())
    await ann.shows(pictures.crowd(2))
    answer = await ann.hears("left to right")
    first, second = re.findall(r"(?:maybe )?Eileen|someone I don't know", text_of(answer))
    assert {first, second} >= {"someone I don't know"}
    assert first != second
    assert pictures.opened(await ann.sandbox.file(answer)).size == (320, 200)


async def test_the_boxes_are_drawn_where_the_faces_are(ann: Person) -> None:
    photo = await ann.shows(pictures.crowd(2))
    answer = await ann.hears("left to right")
    sent = pictures.opened(await ann.sandbox.file(photo))
    drawn = pictures.opened(await ann.sandbox.file(answer))
    for left in (0, 160):
        assert pictures.difference(sent, drawn, (left, 0, left + 160, 200)) > 5


async def test_a_picture_sent_as_a_file_is_answered_too(ann: Person) -> None:
    await ann.sends_file(pictures.cat())
    await ann.hears("cat", "%")


async def test_a_phones_portrait_is_looked_at_and_answered_upright(ann: Person) -> None:
    await ann.sends_file(pictures.lying_phone_portrait())
    answer = await ann.hears("someone")
    assert pictures.opened(await ann.sandbox.file(answer)).size == (400, 512)


async def test_the_same_photo_again_is_answered_without_the_models(ann: Person, glance: Glance) -> None:
    photo = await ann.shows(pictures.portrait())
    first = await ann.hears("someone")
    worker = glance.worker_pid()
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)
    try:
        await ann.forwards(photo)
        second = await ann.hears("someone")
    finally:
        os.kill(worker, signal.SIGCONT)
    assert text_of(second) == text_of(first)
    assert await ann.sandbox.file(second) == await ann.sandbox.file(first)


async def test_the_same_photo_again_is_looked_at_anew_once_somebody_was_enrolled(ann: Person) -> None:
    photo = await ann.shows(pictures.portrait())
    await ann.hears("someone I don't know")
    await ann.enrols("Eileen", pictures.other_portraits()[0])
    await ann.forwards(photo)
    await ann.hears("Eileen")


async def test_a_photo_in_a_group_is_looked_at_when_somebody_asks_who(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Party", ann, ben)
    photo = await ann.shows(pictures.coffee())
    question = await ben.says("/who", reply_to=photo["message_id"])
    assert replied_to(await ben.hears("%")) == question["message_id"]


async def test_photos_sent_as_an_album_get_one_answer(ann: Person) -> None:
    album = await ann.shows_album(pictures.cat(), pictures.coffee(), pictures.rocket())
    (answer,) = chain.from_iterable(await ann.answers_to(*album))
    assert all(f"Photo {number}" in answer for number in (1, 2, 3))


async def waiting(glance: Glance, chat_id: int) -> int:
    """How many of a chat's updates are received and not answered."""
    query = "SELECT count(*) FROM inbox WHERE chat_id = ? AND state = 'received'"
    return int(glance.rows(query, chat_id)[0][0])
