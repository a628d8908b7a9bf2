"""What one message cannot hold: all messages of an answer are right, also after it was changed."""

from __future__ import annotations

from tests.scenarios.talking import Person, text_of
from tests.support import pictures
from tests.support.sandbox import Json, Upload

# Sixty faces each: what is said about two of them fits into a message, what is said about three does not.
CROWDS: list[Upload] = [pictures.crowd(10, 6), pictures.crowd(12, 5), pictures.crowd(6, 10)]


async def words(person: Person) -> list[Json]:
    """The bot's messages with words about photos, as they are now."""
    history = await person.sandbox.history(person.chat_id)
    return [message for message in history if message["from"]["is_bot"] and "know" in text_of(message)]


async def test_an_answer_grows_beyond_a_message_and_a_correction_reaches_each_of_them(ann: Person) -> None:
    album = await ann.shows_album(*CROWDS[:2])
    answer = await ann.hears("Photo 1", "Photo 2")
    await ann.shows(CROWDS[2], media_group_id=album[0]["media_group_id"])
    edited = await ann.hears("Photo 1", "Photo 2")
    await ann.answers_to()
    first, last = await words(ann)
    assert first["message_id"] == edited["message_id"] == answer["message_id"]
    assert "reply_markup" in last and "reply_markup" not in first
    assert text_of(first).count("someone") + text_of(last).count("someone") == 180

    await ann.says("1.1 is Carol", reply_to=last["message_id"])
    assert (await ann.hears("Photo 1", "Carol"))["message_id"] == first["message_id"]
    await ann.says("3.60 is Dora", reply_to=first["message_id"])
    assert (await ann.hears("Dora", "someone"))["message_id"] == last["message_id"]
