"""What one message cannot hold: all messages of an answer are right, also after it was changed."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from tests.scenarios.talking import Person, text_of
from tests.support import pictures
from tests.support.sandbox import Json

# As long as names may be; in a message's HTML each of these characters takes four or five.
LONG = {"&" * 64: pictures.portrait(), "<" * 64: pictures.other_person()}


def both(height: int) -> pictures.Picture:
    """The two people with long names side by side."""
    faces = [pictures.opened(data) for _, data in LONG.values()]
    faces = [face.resize((face.width * height // face.height, height)) for face in faces]
    together = Image.new("RGB", (sum(face.width for face in faces), height))
    together.paste(faces[0], (0, 0))
    together.paste(faces[1], (faces[0].width, 0))
    return pictures.jpeg(together)


async def says(person: Person, matches: Callable[[Json], bool]) -> Json:
    """The bot's next message or edit that matches; others may come between."""
    return await person.sandbox.wait_for_answer(person.chat_id, person.heard, matches)


async def test_an_answer_grows_beyond_a_message_and_a_correction_reaches_each_of_them(ann: Person) -> None:
    for name, photo in LONG.items():
        await ann.enrols(name, photo)
    album = await ann.shows_album(*[both(height) for height in range(500, 550, 10)])
    answer = await ann.hears("Photo 1", "Photo 5")
    for height in (560, 570):
        await ann.shows(both(height), media_group_id=album[0]["media_group_id"])
    first = answer["message_id"]
    last = (await says(ann, lambda said: said["message_id"] > first and "&&" in text_of(said)))["message_id"]
    await says(ann, lambda said: said["message_id"] == first and "reply_markup" not in said)
    history = await ann.sandbox.history(ann.chat_id)
    texts = {message["message_id"]: text_of(message) for message in history}
    assert (texts[first] + texts[last]).count("&" * 64) == 7

    await ann.says("1.1 is Carol", reply_to=last)
    await says(ann, lambda said: said["message_id"] == first and "Carol" in text_of(said))
    await ann.says("7.2 is Dora", reply_to=first)
    await says(ann, lambda said: said["message_id"] == last and "Dora" in text_of(said))
