"""What the scenarios of corrections share: photos of a few people, and answers of the kind that is needed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.scenarios.talking import Person, gather, text_of
from tests.support.glance import Glance
from tests.support.sandbox import Json, Upload, buttons

ANDY, ANNA, ARNOLD = "Andy_Roddick", "Anna_Kournikova", "Arnold_Schwarzenegger"
SOMEONE = "someone I don't know"


def photos_of(shared: Path, name: str) -> list[Path]:
    """A person's photos."""
    return sorted((shared / "photos" / "faces" / "known" / name).glob("*.jpg"))


def strangers(shared: Path) -> list[Path]:
    """Photos of people whom nobody enrols, one each."""
    return sorted((shared / "photos" / "faces" / "unknown").glob("*.jpg"))


def side_by_side(*photos: Path) -> Upload:
    """Several photos in one, from left to right."""
    images = [Image.open(photo).convert("RGB") for photo in photos]
    whole = Image.new("RGB", (sum(image.width for image in images), max(image.height for image in images)))
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width
    target = BytesIO()
    whole.save(target, "JPEG", quality=95)
    return "together.jpg", target.getvalue()


def smaller(photo: bytes) -> Upload:
    """A copy of a photo, as somebody's phone may make one: cut a little, and compressed again."""
    with Image.open(BytesIO(photo)) as image:
        cut = image.convert("RGB").crop((4, 4, image.width - 4, image.height - 4))
    target = BytesIO()
    cut.save(target, "JPEG", quality=80)
    return "copy.jpg", target.getvalue()


def labels(message: Json) -> list[str]:
    """What the buttons under a message say."""
    return [label for label, _ in buttons(message)]


async def answer_with(person: Person, photos: Sequence[Path], words: str) -> tuple[Json, Json]:
    """The first of these photos that is answered with these words: it, and its answer."""
    heard = []
    for photo in photos:
        sent = await person.shows(photo)
        answer = await person.hears_who()
        if words in text_of(answer):
            return sent, answer
        heard.append(text_of(answer))
    raise AssertionError(f"never {words!r}: {heard}")


async def maybe_andy(person: Person, shared: Path) -> tuple[Json, Json]:
    """A photo of Andy, who is enrolled with one, that is answered with a maybe."""
    enrolled, *others = photos_of(shared, ANDY)
    await person.enrols("Andy", enrolled)
    return await answer_with(person, others, "may be Andy")


async def called_carol(person: Person, answer: Json) -> tuple[Json, Json]:
    """A reply that says that it is Carol: what confirms it, and the answer, once it is learnt."""
    await person.says("Carol", reply_to=answer["message_id"])
    confirmed = await person.hears("That is Carol")
    edited = await person.hears("I see Carol")
    # The reasons are found by a job that comes after what is learnt.
    await person.presses(edited, "Why?")
    await person.hears("told me that this is Carol")
    return confirmed, edited


async def asked_in_a_group(ann: Person, ben: Person, shared: Path, word: str) -> tuple[Person, Person, Json]:
    """Ann and Ben in a group, and what the bot asks when Ben replies to its answer with a word."""
    ann, ben = await gather("Friends", ann, ben)
    await ann.shows(strangers(shared)[0], "/who")
    answer = await ben.hears(SOMEONE)
    await ben.says(word, reply_to=answer["message_id"])
    return ann, ben, await ben.hears(f"Is this person called “{word}”?")


def names_of_faces(glance: Glance, chat_id: int) -> list[str]:
    """Whose the enrolled faces of a chat are."""
    faces = "SELECT name FROM faces JOIN people ON people.id = person_id WHERE chat_id = ? ORDER BY name"
    return [name for (name,) in glance.rows(faces, chat_id)]


def denied_of(glance: Glance, chat_id: int) -> list[str]:
    """Of whom something is denied in a chat."""
    denials = "SELECT name FROM negatives JOIN people ON people.id = person_id WHERE negatives.chat_id = ?"
    return [name for (name,) in glance.rows(denials, chat_id)]
