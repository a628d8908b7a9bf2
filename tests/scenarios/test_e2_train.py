"""E2-E7: a chat trains on its own photos, and every way in which that may go wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest_asyncio

from tests.scenarios.talking import Person, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import Json, Upload

TRAINING_S = 240.0


def crops_of(name: str, count: int) -> list[Upload]:
    """Different views of one photograph, which are all easily told from those of another."""
    photo = pictures.photograph(name)
    width, height = photo.size
    side = min(photo.size) // 2
    places = [(number * 37 % (width - side), number * 53 % (height - side)) for number in range(count)]
    return [pictures.jpeg(photo.crop((x, y, x + side, y + side))) for x, y in places]


async def teach(person: Person, name: str, photos: Sequence[Upload]) -> None:
    """Label photos one by one: an album's would stay on one side of the split."""
    await person.says(f"/label {name}")
    await person.hears("Send me photos of")
    for photo in photos:
        await person.shows(photo)
    await person.hears("Labelled", f"{len(photos)} photo")
    await person.says("/done")
    await person.hears("Done:")


async def teach_two(person: Person, count: int = 6) -> None:
    await teach(person, "cat", crops_of("chelsea", count))
    await teach(person, "coffee", crops_of("coffee", count))


async def trains(person: Person) -> Json:
    await person.says("/train")
    return await person.hears("v1:", timeout_s=TRAINING_S)


@pytest_asyncio.fixture(loop_scope="session")
async def trained(ann: Person) -> Person:
    """Ann, in whose chat a first model is live."""
    await teach_two(ann)
    await trains(ann)
    return ann


async def test_training_tells_how_the_photos_are_split_and_ends_with_a_picture(ann: Person) -> None:
    await teach_two(ann)
    await ann.says("/train")
    await ann.hears("2 labels", "learn from", "do not learn from", timeout_s=TRAINING_S)
    result = await ann.hears("v1:", "v1 is live", timeout_s=TRAINING_S)
    assert "photo" in result


async def test_a_new_photo_is_answered_with_the_chats_labels_first(trained: Person) -> None:
    await trained.shows(pictures.cat())
    answer = text_of(await trained.hears("Your label"))
    assert answer.index("cat") < answer.index("%")


async def test_a_photo_unlike_any_label_is_none_of_them_and_then_imagenets(trained: Person) -> None:
    await trained.shows(pictures.rocket())
    answer = text_of(await trained.hears("None of your labels"))
    assert "missile" in answer or "%" in answer


async def test_a_second_model_is_compared_with_the_first_on_the_same_photos(trained: Person) -> None:
    await trained.says("/train")
    await trained.hears("v2:", "vs v1:", "on the same", timeout_s=TRAINING_S)


async def test_models_are_listed_used_and_rolled_back(trained: Person) -> None:
    await trained.says("/train")
    await trained.hears("v2 is live", timeout_s=TRAINING_S)
    await trained.says("/models")
    listed = await trained.hears("What was learnt here")
    assert text_of(listed).index("v2") < text_of(listed).index("v1")
    await trained.presses(listed, "v1")
    await trained.presses(await trained.hears("Labels: cat, coffee"), "Use")
    await trained.says("/models")
    assert "✓" in text_of(await trained.hears("v1")).split("v1", 1)[1].splitlines()[0]


async def test_a_model_is_exported_with_an_example_that_runs(trained: Person) -> None:
    await trained.says("/models")
    await trained.presses(await trained.hears("What was learnt here"), "v1")
    await trained.presses(await trained.hears("Labels: cat, coffee"), "Export")
    sent = await trained.hears("with an example that runs it")
    names = zipfile.ZipFile(io.BytesIO(await trained.sandbox.file(sent))).namelist()
    assert {Path(name).name for name in names} >= {"model.onnx", "labels.txt", "MODEL_CARD.md", "example.py"}


async def test_a_second_training_of_the_same_chat_is_refused(ann: Person) -> None:
    await teach_two(ann)
    await ann.says("/train")
    await ann.says("/train")
    await ann.hears("under way in this chat")
    await ann.hears("v1:", timeout_s=TRAINING_S)


async def test_a_cancelled_training_leaves_no_trace(ann: Person, glance: Glance) -> None:
    # Photos of its own: what was computed from those of other chats would be there already.
    await teach(ann, "space", crops_of("astronaut", 12))
    await teach(ann, "rocket", crops_of("rocket", 12))
    await ann.says("/train")
    await ann.presses(await ann.hears("training"), "Cancel")
    await ann.hears("cancelled", timeout_s=30)
    assert glance.rows("SELECT id FROM models WHERE chat_id = ?", ann.chat_id) == []
    assert list((glance.data_dir / "trainings").iterdir()) == []


async def test_copies_of_a_photo_stay_on_one_side_which_is_told(ann: Person) -> None:
    copies = [pictures.jpeg(pictures.photograph("chelsea"), quality=quality) for quality in (60, 75, 90)]
    await teach(ann, "cat", [*crops_of("chelsea", 5), *copies])
    await teach(ann, "coffee", crops_of("coffee", 5))
    await ann.says("/train")
    await ann.hears("stay on one side", timeout_s=TRAINING_S)
