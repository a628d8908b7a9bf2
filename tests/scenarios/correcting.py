"""What the scenarios of corrections share: photos of a few people, and answers of the kind that is needed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.scenarios.talking import Person, text_of
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
        answer = await person.hears("I see")
        if words in text_of(answer):
            return sent, answer
        heard.append(text_of(answer))
    raise AssertionError(f"never {words!r}: {heard}")
